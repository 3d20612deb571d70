//  random.h: the one seam for randomness (getrandom(2)). Tests replace the source.
#ifndef DMH_MESSAGES_BASE_RANDOM_H
#define DMH_MESSAGES_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

//  Fills `n` bytes. Never fails: where the kernel has no answer the process could not have started.
void random_fill (void *to, size_t n);

//  Writes `digits` lower-case hex digits and a terminator: `out` holds digits + 1 bytes. Returns out.
char *random_hex (char *out, size_t digits);

//  A new job id: 11 hex digits of wall time in ms, then 9 random ones. Sorts by time of birth. 21 bytes.
enum { JOB_ID_DIGITS = 20 };
char *random_job_id (char out[JOB_ID_DIGITS + 1]);

//  Tests only; NULL puts the real source back.
void random_replace (void (*source) (void *to, size_t n));

#endif
