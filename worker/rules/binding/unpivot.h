//  unpivot.h: a wide table of results, a column for each test, as a long one: which columns hold results, of
//  what, in which unit, and the header that the long rows have. Made once from the header; immutable
//  afterwards.
#ifndef DMH_WORKER_RULES_BINDING_UNPIVOT_H
#define DMH_WORKER_RULES_BINDING_UNPIVOT_H

#include "worker/rules/mapping/mapping.h"
#include "worker/rules/schema/catalog.h"

enum { UNPIVOT_FIELDS_MAX = 10 };

//  A column whose cells are results.
struct unpivot_test {
    int column;                          //  of the file
    char *values[UNPIVOT_FIELDS_MAX];    //  of the long fields, in their order; NULL: nothing
};

//  A long row is: what each test says of itself, its result, then the file's other columns as they stand.
typedef struct unpivot {
    const schema_t *schema;            //  of the kind whose results they are; borrowed
    int fields[UNPIVOT_FIELDS_MAX];    //  that tests have values for: its name, its unit …
    size_t field_count;
    struct unpivot_test *tests;
    size_t test_count;
    int *kept;    //  the file's other columns
    size_t kept_count;
    struct text *names;    //  of the long columns, borrowed from the schema and the file's names; the result
                           //  is column field_count
    size_t name_count;
    int *barred;    //  long columns that a name must not bind: what the tests say counts
    size_t barred_count;
    bool united;    //  the line of units under the header told units of its columns
    bool unsure;    //  while it is made: the names leave doubts
} unpivot_t;

//  The plan for a header, by the mapping's "unpivot" or, without one, where the names leave no doubt: *out
//  NULL where the table is none that is wide. `kind` may be NULL or empty. `names` [count] are borrowed and
//  have to outlive it; `units` [count] are the cells of a line of units under them, or NULL. DMH_OK;
//  DMH_BAD_INPUT: the mapping names a column or field that is not there; DMH_INTERNAL.
int unpivot_find (const catalog_t *catalog, const struct text *names, const struct text *units, size_t count,
                  const char *kind, const mapping_t *mapping, const char *source, unpivot_t **out,
                  struct error *error);
void unpivot_destroy (unpivot_t **self_p);

//  The long column that a column of the file is, -1: its cells are results.
int unpivot_kept (const unpivot_t *self, int column);

#endif
