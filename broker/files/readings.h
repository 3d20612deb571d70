//  readings.h: who is reading which file from its beginning to its end, and whether what was read has the
//  file's SHA-256. A file that rots on its disk is found so by the first one who reads it through, while its
//  bytes are in memory anyhow: nothing is read a second time, however big it is. One thread. Knows no disk.
#ifndef DMH_BROKER_FILES_READINGS_H
#define DMH_BROKER_FILES_READINGS_H

#include <stddef.h>
#include <stdint.h>

typedef struct readings readings_t;

enum { READINGS_MAX = 64 };    //  at a time; the one that rested longest is given up for another

enum reading_end { READING_OPEN, READING_RIGHT, READING_WRONG };

readings_t *readings_new (void);    //  NULL when out of memory
void readings_destroy (readings_t **self_p);

//  `reader` (any text) was given the n bytes at `offset` of a file of `bytes` bytes. At offset 0 it begins; a
//  piece elsewhere than behind the one before is passed over. READING_RIGHT, READING_WRONG: that was its end,
//  and what the whole of it was; READING_OPEN: not yet known.
enum reading_end readings_follow (readings_t *self, const char *sha256, const char *reader, uint64_t bytes,
                                  uint64_t offset, const void *piece, size_t n);

//  The file is another one now, or gone.
void readings_forget (readings_t *self, const char *sha256);

#endif
