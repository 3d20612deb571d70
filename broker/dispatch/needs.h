//  needs.h: what a job needs of a worker, and what a worker can: words, and memory. Pure.
#ifndef DMH_BROKER_DISPATCH_NEEDS_H
#define DMH_BROKER_DISPATCH_NEEDS_H

#include "messages/work.h"

//  Memory is counted in steps, so that jobs are of few sorts: 64, 80, 96, 112, 128, 160 … MiB, to 1 TiB.
enum { NEEDS_LEVELS = 57 };

enum need_word { NEED_KIND, NEED_READ, NEED_WRITE, NEED_TASK, NEED_FETCH, NEED_WORDS };

struct needs {
    char words[NEED_WORDS][WORD_BYTES];    //  empty: every worker can
    uint64_t memory;                       //  bytes
};

//  What a job needs, as far as it is known before anybody has opened its input.
void needs_of (const struct input *input, const struct options *options, struct needs *out);

//  The level that holds so many bytes, the last one where none does; bytes of a level.
size_t needs_level (uint64_t bytes);
uint64_t needs_level_bytes (size_t level);

//  What a worker says it can, a list of words each; empty: whatever there is, of what it fetches nothing.
struct abilities {
    struct {
        struct word *words;
        size_t count;
    } lists[NEED_WORDS];
};

//  As READY says it; its words are borrowed.
struct abilities abilities_of (const struct ready *ready);
//  A copy with words of its own. false: out of memory, nothing is owned.
bool abilities_copy (const struct abilities *abilities, struct abilities *out);
void abilities_clear (struct abilities *self);
bool abilities_equal (const struct abilities *a, const struct abilities *b);

//  Whether they have the word that is needed; all of them. Memory is not looked at.
bool abilities_have (const struct abilities *self, const struct needs *needs, enum need_word word);
bool abilities_meet (const struct abilities *self, const struct needs *needs);

//  What a worker that has that word does: "knows the kind lab_result". Returns out.
char *needs_say (const struct needs *needs, enum need_word word, char out[2 * WORD_BYTES]);

#endif
