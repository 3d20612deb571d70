//  memo.h: what the rules made of a column's short values before. Rules are pure, so the same bytes of the
//  same column have the same answer as long as the plan stays; units, codes, statuses and wards come again
//  and again. A column whose values do not (numbers, identifiers) is noticed and left alone.
#ifndef DMH_WORKER_RULES_RECORD_MEMO_H
#define DMH_WORKER_RULES_RECORD_MEMO_H

#include "worker/text/text.h"

enum { MEMO_SOURCE_BYTES = 16, MEMO_VALUE_BYTES = 22 };

//  One value of the column, and the answer where `known`.
struct memo_entry {
    uint64_t head, tail;    //  the source's bytes, see memo_find
    uint8_t n;              //  their number
    bool known;
    bool missing;        //  the source gave nothing
    uint8_t rule;        //  of the one finding, RULE_NONE: there was none
    uint8_t evidence;    //  enum date_evidence
    uint16_t mark;       //  what else the value says, see record.h
    bool against;        //  it contradicts its column's field
    bool plain;          //  the answer's value: no output has to quote or escape anything of it
    //  The canonical value: a part of the source, or borrowed from a table, or in `bytes`.
    enum { MEMO_IN_SOURCE, MEMO_IN_TABLE, MEMO_HERE } where;
    uint16_t value_n, offset;
    union {
        const char *at;
        char bytes[MEMO_VALUE_BYTES];
    };
};

typedef struct memo memo_t;

//  For one column, one thread, one plan. NULL when out of memory.
memo_t *memo_new (void);
void memo_destroy (memo_t **self_p);

//  The entry for the source's bytes, valid until the next call. Where it is not known, the caller fills
//  missing, rule, evidence, mark and against and calls memo_keep. NULL: the value is not remembered; work it
//  out. Hot path.
struct memo_entry *memo_find (memo_t *self, struct text source);

//  Makes the entry known. A value that lies neither in the source nor in the scratch is taken for a part of a
//  table that outlives the memo. One that is too long stays unknown.
void memo_keep (struct memo_entry *self, struct text source, struct text value,
                const struct scratch *scratch);

//  The canonical value of a known entry. Valid until the next memo_find.
static inline struct text memo_value (const struct memo_entry *self, struct text source)
{
    const char *at = self->where == MEMO_HERE       ? self->bytes
                     : self->where == MEMO_IN_TABLE ? self->at
                                                    : source.at + self->offset;
    return (struct text){self->value_n ? at : NULL, self->value_n};
}

#endif
