//  pass.h: one pass over one input: what reader, harmonizers and writer share, immutable while its blocks are
//  out but for what says so. An assumption that a later block contradicts (a column's date order, a JSON key
//  not met before, that the first record of a key stands) makes another pass.
#ifndef DMH_WORKER_PIPELINE_PASS_H
#define DMH_WORKER_PIPELINE_PASS_H

#include "worker/encoders/layout.h"
#include "worker/output/output_file.h"
#include "worker/output/variants/variant_file.h"
#include "worker/rules/record/precedence.h"

#include <stdatomic.h>

struct writer;
struct part_sink;
struct range_answers;

struct pass {
    uint64_t generation;
    const struct dialect *dialect;
    const struct plan *plan;
    bool keep_case;                  //  of letters of sequences
    struct layout layout;            //  of that plan
    struct precedence precedence;    //  of that plan: which record of a key stands
    bool audit_full;
    uint64_t assumed_listed;          //  first values of a column that the audit has of an assumption
    uint64_t warned_listed;           //  the same of a warning whose value stays in the record
    size_t part_bytes;                //  that may be made of a block at once, but for one record more
    struct output_budget *budget;     //  of records, rejects and audit: the writer's
    uint64_t input_bytes;             //  of the file as it lies on the disk
    uint64_t key_memory;              //  bytes that the keys of records may take; 0: no bound
    struct range_answers *answers;    //  which records stand, found out by others; NULL: the writer finds out
    uint64_t seed;                    //  of the key hashes, random per job
    size_t slot;                      //  that the job runs in
    struct variant_limits variants;    //  that are written as VCF
    bool unsynced;                     //  see struct assignment
    struct writer *writer;             //  that takes its blocks
    struct part_sink *sink;            //  that takes them in its place; NULL: none
    size_t harmonizers;                //  LEAVEs that end it
    //  Of blocks that come in parts, on their way while the pass lasts:
    atomic_uint_fast64_t parts;    //  that the writer has taken
    atomic_bool abandoned;         //  set by the reader: the rest is not wanted any more
};

//  Whether its records have letters, which are written beside the table (FASTA).
static inline bool pass_has_letters (const struct pass *self)
{
    return self->dialect->format->part != NULL;
}

//  How many of the values of a column that the rule speaks of the audit lists one by one.
static inline uint64_t pass_listed (const struct pass *self, enum rule rule)
{
    switch (RULE[rule].sort) {
    case RULE_SORT_CHANGED:
        return self->audit_full ? UINT64_MAX : 0;
    case RULE_SORT_ASSUMED:
        return self->assumed_listed;
    case RULE_SORT_WARNING:
        return self->warned_listed;
    default:
        return UINT64_MAX;
    }
}

#endif
