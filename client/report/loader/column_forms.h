//  column_forms.h: of which type each column of a result can be loaded, as all of its values have it. One
//  pass.
#ifndef DMH_CLIENT_REPORT_LOADER_COLUMN_FORMS_H
#define DMH_CLIENT_REPORT_LOADER_COLUMN_FORMS_H

#include "client/report/records/columns.h"

#include <stdint.h>

enum loaded_type {
    LOADED_TEXT,
    LOADED_NUMBER,
    LOADED_DATE,      //  YYYY-MM-DD
    LOADED_LOCAL,     //  YYYY-MM-DDThh:mm:ss
    LOADED_OFFSET,    //  the same with an offset
    LOADED_MIXED      //  of these several: text, but each begins with a date
};

struct column_form {
    enum loaded_type type;
    bool fractions, whole_seconds;    //  some times have fractions of a second, some have none
    bool far;    //  some years are not those that 64 bits of nanoseconds hold (1678 … 2261)
};

//  forms [columns->count], yours to free, of the records of `folder`; *records: how many there are. `report`:
//  its report.json. NULL with `error` set.
struct column_form *column_forms_read (const char *folder, const struct columns *columns, uint64_t *records,
                                       struct error *error);

#endif
