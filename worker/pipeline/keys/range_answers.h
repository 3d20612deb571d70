//  range_answers.h: of the records of all parts of an input which do not stand, as others have found out, a
//  range of keys each (key_ranges.h). They are read in the order of the records, and hold for those alone
//  that were judged: that is seen when all have come. 64 KiB a range. One thread.
#ifndef DMH_WORKER_PIPELINE_KEYS_RANGE_ANSWERS_H
#define DMH_WORKER_PIPELINE_KEYS_RANGE_ANSWERS_H

#include "worker/pipeline/keys/key_answers.h"

#include <stdbool.h>

typedef struct range_answers range_answers_t;

//  What was judged of a range, and the file of struct key_answer that says how.
struct range_judgement {
    uint64_t judged, sum;    //  records, and their range_answers_sum together
    uint64_t count, hash;    //  answers, and the XXH3 of their bytes
};

//  Added up over records it is another sum where they are others.
static inline uint64_t range_answers_sum (uint64_t record)
{
    record *= 0x9e3779b97f4a7c15u;
    return (record ^ record >> 32) * 0xbf58476d1ce4e5b9u;
}

//  NULL when out of memory.
range_answers_t *range_answers_new (size_t ranges);
void range_answers_destroy (range_answers_t **self_p);

//  The answers of each range lie in the file of that path. DMH_OK; DMH_MALFORMED: it is no such file; DMH_IO.
int range_answers_open (range_answers_t *self, size_t range, const char *path,
                        const struct range_judgement *judgement, struct error *error);

//  The records come, from the first one on. DMH_OK; DMH_IO, DMH_INTERNAL, DMH_MALFORMED: answers cannot be
//  read.
int range_answers_begin (range_answers_t *self, struct error *error);

//  What became of a record, which rise; each that has a key comes. *other: the one that it repeats, or that
//  stands. KEY_STANDS, KEY_REPEATS, KEY_CONFLICTS; KEY_NO_ROOM: answers cannot be read, *error says how.
enum key_place range_answers_place (range_answers_t *self, uint64_t record, uint64_t *other,
                                    struct error *error);

//  After the last record of a pass; `whole`: all of them have come. DMH_OK; DMH_MALFORMED: they are not those
//  that were judged, or the answers not those that were written; or why an answer could not be read.
int range_answers_check (const range_answers_t *self, bool whole, struct error *error);

#endif
