//  columns.h: the columns of a result's records and what they hold, by datapackage.json and, of date-times,
//  which it has as text, by the kind. Of resources of FHIR the fields that have an element.
#ifndef DMH_CLIENT_REPORT_RECORDS_COLUMNS_H
#define DMH_CLIENT_REPORT_RECORDS_COLUMNS_H

#include "messages/json/value.h"

enum column_type { COLUMN_TEXT, COLUMN_NUMBER, COLUMN_DATE, COLUMN_DATE_TIME };

struct column {
    char *name;
    const char *path;    //  in a resource; NULL: of a table
    enum column_type type;
    bool required;
};

//  How the records are written.
enum records_format { RECORDS_CSV, RECORDS_NDJSON, RECORDS_FHIR, RECORDS_SQLITE, RECORDS_OTHER };

struct columns {
    enum records_format format;
    char *file;     //  their name; NULL: of RECORDS_OTHER
    char *table;    //  of a database; NULL: it is none
    char *key;      //  the column that is the primary key alone; NULL: none
    struct column *at;
    size_t count;
};

//  `report`: the result's report.json, which is in `folder`. DMH_OK with *out filled (columns_clear it), of a
//  format that is not read here without columns; else as result_document_read.
int columns_read (const char *folder, const struct json_value *report, struct columns *out,
                  struct error *error);
void columns_clear (struct columns *self);

//  Its place; SIZE_MAX: there is none of that name.
size_t columns_find (const struct columns *self, const char *name);

#endif
