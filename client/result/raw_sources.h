//  raw_sources.h: under which header the records of a result stood in its input; of a joined table, in each
//  of its inputs. Borrows the report.
#ifndef DMH_CLIENT_RESULT_RAW_SOURCES_H
#define DMH_CLIENT_RESULT_RAW_SOURCES_H

#include "messages/json/value.h"

//  Where a reading of the inputs of a joined table stands.
struct raw_sources {
    const struct json_value *headers, *inputs;    //  of the report; NULL: it is of one input
    const struct json_value *at;                  //  the input that was found last; NULL: none
};

//  Of a report. DMH_OK, or DMH_UNSUPPORTED: a joined table of an older dmh.
int raw_sources_of (struct raw_sources *self, const struct json_value *report, struct error *error);

static inline bool raw_sources_are_joined (const struct raw_sources *self)
{
    return self->inputs;
}

//  The header (format, encoding, delimiter, columns) of the input of that name, at the last one or behind it;
//  of the first input for NULL. NULL: there is none.
const struct json_value *raw_sources_find (struct raw_sources *self, const char *name);

#endif
