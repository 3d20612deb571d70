//  option_fields.h: a job's options by name and value, as a form has them, by the same table and the same
//  checks as a command line's. Nothing that names a file or folder of this host is taken.
#ifndef DMH_CLIENT_ARGUMENTS_OPTION_FIELDS_H
#define DMH_CLIENT_ARGUMENTS_OPTION_FIELDS_H

#include "client/arguments/arguments.h"

struct option_field {
    const char *name, *value;    //  date-order and date_order are the same; a flag is true, 1, yes or empty
};

//  Reads and checks them into self->options and self->kinds; `schema`: texts of a schema and of a mapping or
//  NULL, copied, with their names for messages. arguments_clear it in any case; the values that others of its
//  members point to are gone. DMH_OK; DMH_USAGE with a sentence; DMH_TOO_LARGE; DMH_INTERNAL.
struct option_texts {
    const char *mapping, *mapping_name, *schema, *schema_name;
};
int option_fields_read (struct arguments *self, const struct option_field *fields, size_t count,
                        const struct option_texts *texts, struct error *error);

#endif
