//  kind_score.h: how well a header answers each kind of record, for people who ask. Which kind a job takes is
//  kind.h's part.
#ifndef DMH_WORKER_RULES_BINDING_KIND_SCORE_H
#define DMH_WORKER_RULES_BINDING_KIND_SCORE_H

#include "worker/rules/binding/match.h"
#include "worker/rules/schema/catalog.h"

struct kind_score {
    struct match match;
    double score;          //  share of the kind's weight that the header answers
    struct error error;    //  code DMH_OK, or why the mapping does not fit the kind; the score is 0 then
};

//  All kinds of the catalog, the best first: *out [*count] is yours to free. `mapping` may be NULL. DMH_OK;
//  DMH_BAD_INPUT where the mapping does not fit the header; DMH_INTERNAL.
int kind_scores (const catalog_t *catalog, const struct text *names, size_t count, const mapping_t *mapping,
                 const char *source, struct kind_score **out, size_t *scored, struct error *error);

//  "6 of its 25 fields have a column; no column feeds test_code, which every record needs". Returns out.
char *kind_score_reason (const struct kind_score *self, char *out, size_t size);

#endif
