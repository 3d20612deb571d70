//  precedence.h: which record of several with one key and other contents stands (--on-conflict), as a number
//  a record that the writer compares. Pure; knows no format and no thread.
#ifndef DMH_WORKER_RULES_RECORD_PRECEDENCE_H
#define DMH_WORKER_RULES_RECORD_PRECEDENCE_H

#include "messages/base/error.h"
#include "worker/rules/record/record.h"

enum precedence_by {
    PRECEDENCE_FIRST,     //  the first in the input
    PRECEDENCE_LAST,      //  the last
    PRECEDENCE_NEWEST,    //  the one with the latest value of a field or of a column of the source's own
    PRECEDENCE_LATEST,    //  the latest statement, as the schema says it
    PRECEDENCE_FAIL       //  none: the job fails, and the first is what is shown
};

struct precedence {
    enum precedence_by by;
    const struct latest *latest;    //  of the schema; PRECEDENCE_LATEST
    int field, column;              //  that tells the moment: a field, or a column; FIELD_NONE
    bool ordered;                   //  --date-order was given: an own column's dates may need it
    enum date_order order;
    uint32_t today;
};

//  `word`: first, last, newest:FIELD, fail, or empty: as the schema has it. `plan` is borrowed for the call,
//  its schema for longer. `ordered`: its fallback was given, not assumed. DMH_BAD_INPUT: another word, or no
//  such field or column (`input` begins the sentence).
int precedence_make (struct precedence *out, const char *word, const struct plan *plan, bool ordered,
                     enum date_order order, const char *input, struct error *error);

//  Whether a record that comes later can stand instead of one that was first.
static inline bool precedence_is_late (const struct precedence *self)
{
    return self->by != PRECEDENCE_FIRST && self->by != PRECEDENCE_FAIL;
}

//  Whether a record's rank says anything; else all are 0.
bool precedence_ranks (const struct precedence *self);

//  The rank of a record; `fields` [count] are its source's. Hot path.
uint64_t precedence_rank (const struct precedence *self, const struct record *record,
                          const struct text *fields, size_t count);

//  Whether a record of rank `later` stands instead of one of rank `earlier` that comes before it in the
//  input: the higher place; then the later moment, where both have one of the same form; else the later one.
bool rank_stands (uint64_t later, uint64_t earlier);

#endif
