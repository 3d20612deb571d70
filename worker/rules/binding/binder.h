//  binder.h: makes a binding of a header: which kind the file is, and which column feeds which field.
#ifndef DMH_WORKER_RULES_BINDING_BINDER_H
#define DMH_WORKER_RULES_BINDING_BINDER_H

#include "worker/rules/binding/binding.h"

//  What columns are bound by.
struct binding_request {
    const struct text *names;    //  [count]: the header, or the keys of JSON
    size_t count;
    const char *kind;    //  NULL or empty: detect; the mapping's kind wins over detection, this over both
    const mapping_t *mapping;    //  NULL: none
    const char *source;          //  names the input
    const int *barred;           //  [barred_count]: columns whose values contradict their names
    size_t barred_count;
    const unpivot_t *unpivot;    //  whose long columns `names` are; NULL: it is no wide table
    bool named;                  //  the names are the output's, and no two are the same
    bool keys;                   //  the names are keys of JSON: nobody is told to write a header above them
};

//  `names` [count]: the header. `kind` NULL or empty: detect (the mapping's kind wins over detection, `kind`
//  over both). `source` names the input. NULL with `error` set (DMH_BAD_INPUT): no kind fits or two fit alike
//  (says which columns were seen, where they are a header for sure, and what to give: --kind, --mapping), a
//  needed field has no column (names it), a mapping that names an unknown column, field or code, or one of
//  them twice, kind unknown. The header's names and the mapping's are copied; itself and its tables are
//  borrowed.
binding_t *binding_new (const catalog_t *catalog, const struct text *names, size_t count, const char *kind,
                        const mapping_t *mapping, const char *source, struct error *error);
//  The same with all that may be known.
binding_t *binding_make (const catalog_t *catalog, const struct binding_request *request,
                         struct error *error);

#endif
