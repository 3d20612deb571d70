//  key_answers.h: which records do not stand, in a row on the disk, and the same read as the records come
//  once more. One thread.
#ifndef DMH_WORKER_PIPELINE_KEYS_KEY_ANSWERS_H
#define DMH_WORKER_PIPELINE_KEYS_KEY_ANSWERS_H

#include "messages/base/buffer.h"
#include "messages/base/error.h"

#include <stdint.h>

enum key_place {
    KEY_STANDS,       //  the record is written
    KEY_REPEATS,      //  says what another record said
    KEY_CONFLICTS,    //  another record of its key stands
    KEY_LATER,        //  not known before another pass
    KEY_NO_ROOM = -1
};

//  As it lies on the disk. Of a record that stands there is none.
struct key_answer {
    uint64_t record;
    uint64_t other : 63, repeats : 1;
};

//  Answers in the order of their records.
struct key_answers {
    uint64_t at, end;        //  of those that were not read yet, in what `read` reads
    size_t reading;          //  bytes at once, whole answers
    struct buffer buffer;    //  owned: key_answers_clear
    size_t next;             //  in it, bytes
    //  All n bytes that begin there. DMH_OK, DMH_IO.
    int (*read) (void *context, uint64_t at, void *bytes, size_t n, struct error *error);
    void *context;
};

//  The next one, in *answer, which stays the next one until key_answers_pass. 1; 0: there is none; DMH_IO,
//  DMH_INTERNAL.
int key_answers_next (struct key_answers *self, struct key_answer *answer, struct error *error);
void key_answers_pass (struct key_answers *self);

//  What an answer says of its record. *other: the one that it repeats, or that stands.
static inline enum key_place key_answer_place (const struct key_answer *self, uint64_t *other)
{
    *other = self->other;
    return self->repeats ? KEY_REPEATS : KEY_CONFLICTS;
}

void key_answers_clear (struct key_answers *self);    //  frees

#endif
