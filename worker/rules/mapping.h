//  mapping.h: a user's mapping file: what overrules the columns that dmh would find. Small JSON, documented
//  in README:
//  {"dmh":"mapping/1", "kind":"patient", "columns":{"SOURCE COLUMN":"canonical_field" | null, …},
//   "constants":{"field":"value"}, "values":{"field":{"spelling":"code"}}, "date_order":"dmy",
//   "missing":["-99"]}
#ifndef DMH_MAPPING_H
#define DMH_MAPPING_H

#include "schema.h"

struct mapping_pair {
    char *from, *to;    //  to: NULL keeps the column as the source's own
};
struct mapping_value {
    char *field, *from, *to;
};

typedef struct mapping {
    char *kind;          //  NULL: not said
    char *date_order;    //  NULL: not said
    struct mapping_pair *columns;
    size_t column_count;
    struct mapping_pair *constants;
    size_t constant_count;
    struct mapping_value *values;
    size_t value_count;
    char **missing;
    size_t missing_count;
} mapping_t;

//  `source` names the file in messages. NULL with `error` set: what is wrong at which path and what to write.
mapping_t *mapping_new (const char *json, size_t n, const char *source, struct error *error);
void mapping_destroy (mapping_t **self_p);

#endif
