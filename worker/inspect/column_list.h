//  column_list.h: which column of a file feeds which field, as inspect tells it.
#ifndef DMH_WORKER_INSPECT_COLUMN_LIST_H
#define DMH_WORKER_INSPECT_COLUMN_LIST_H

#include "worker/rules/binding/binding.h"
#include "worker/rules/binding/match.h"
#include "worker/rules/profile/profile.h"

enum { INSPECTION_TOLD_MAX = 10 };

struct inspection_column {
    char *source;    //  as the header has it
    char *field;     //  the canonical field, NULL: none takes it
    char *by;        //  name, alias, mapping, none
    char *reason;
    char *gives;      //  the field that it gives where another column has nothing, NULL: none
    size_t choice;    //  its place among the columns that do so, from 1
    //  Of a wide table: its cells are results, and this is what every one of them says: field and value.
    char *told[INSPECTION_TOLD_MAX][2];
    size_t told_count;
    bool result;
    bool made;      //  the mapping takes it apart, or puts it together with others
    bool secret;    //  its values are a person's: none is shown
    struct profile_summary profile;
    //  Frequent values that the field's rules do not know: they need a value map.
    struct profile_item unmapped[PROFILE_TOP];
    size_t unmapped_count;
};

//  Fills columns [names' count], which are zero, as a job would bind them; `names` are the header's. 0, or -1
//  out of memory.
int column_list_bound (const binding_t *binding, const struct text *names, struct inspection_column *columns);
//  The same without a binding: what the nearest kind would take; NULL: none is near.
int column_list_guessed (const struct match *match, const struct text *names, size_t count,
                         struct inspection_column *columns);

#endif
