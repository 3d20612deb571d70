//  frequent.h: the texts that come most often in a stream, in bounded memory (Misra and Gries, 1982). A count
//  is never more than the truth, so that what is rare is never taken for frequent. One thread.
#ifndef DMH_WORKER_RULES_PROFILE_FREQUENT_H
#define DMH_WORKER_RULES_PROFILE_FREQUENT_H

#include "worker/text/text.h"

typedef struct frequent frequent_t;

//  At most so many persons are told apart for one text.
enum { CROWD_MAX = 16 };

//  Counts at most `places` texts at once, a power of two, each of at most `bytes` bytes. `crowd`: a text is
//  frequent only where it stands with several persons. NULL when out of memory.
frequent_t *frequent_new (size_t places, size_t bytes, bool crowd);
void frequent_destroy (frequent_t **self_p);

//  `hash`: 64 bits of the text, the same for the same bytes. `who`: the same of the person, 0 when not known.
//  Longer texts are left out.
void frequent_add (frequent_t *self, struct text text, uint64_t hash, uint64_t who);

//  The i-th most frequent of those counted at least `least` times, and with a crowd for at least so many
//  persons (CROWD_MAX are enough), by count, then by bytes; {NULL, 0} past the end. Borrowed. Begin with 0.
struct text frequent_at (frequent_t *self, size_t i, uint64_t least, uint64_t *count);

//  Nothing was forgotten: the counts are exact.
bool frequent_is_exact (const frequent_t *self);

#endif
