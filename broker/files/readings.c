//  readings.c: see readings.h.
#include "broker/files/readings.h"

#include "messages/base/digest.h"
#include "messages/keys/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  Free while digest is NULL.
struct reading {
    char sha256[DIGEST_HEX_BYTES];
    char reader[KEY_TEXT_BYTES];
    digest_t *digest;    //  of the first `at` bytes
    uint64_t at;
    uint64_t used_at;    //  the count of pieces
};

struct readings {
    uint64_t pieces;
    struct reading items[READINGS_MAX];
};

readings_t *readings_new (void)
{
    return calloc (1, sizeof (struct readings));
}

static void s_end (struct reading *reading)
{
    digest_destroy (&reading->digest);
}

void readings_destroy (readings_t **self_p)
{
    if (!*self_p)
        return;
    for (size_t i = 0; i < READINGS_MAX; i++)
        s_end (&(*self_p)->items[i]);
    free (*self_p);
    *self_p = NULL;
}

static struct reading *s_find (readings_t *self, const char *sha256, const char *reader)
{
    for (size_t i = 0; i < READINGS_MAX; i++)
        if (self->items[i].digest && strcmp (self->items[i].sha256, sha256) == 0 &&
            strcmp (self->items[i].reader, reader) == 0)
            return &self->items[i];
    return NULL;
}

//  One at the file's beginning. NULL when out of memory: the file is read without being followed.
static struct reading *s_begin (readings_t *self, const char *sha256, const char *reader)
{
    struct reading *reading = s_find (self, sha256, reader);
    struct reading *rested = &self->items[0];
    for (size_t i = 0; i < READINGS_MAX && !reading; i++) {
        if (!self->items[i].digest)
            reading = &self->items[i];
        else if (self->items[i].used_at < rested->used_at)
            rested = &self->items[i];
    }
    reading = reading ? reading : rested;
    s_end (reading);
    *reading = (struct reading){.digest = digest_new ()};
    snprintf (reading->sha256, sizeof reading->sha256, "%s", sha256);
    snprintf (reading->reader, sizeof reading->reader, "%s", reader);
    return reading->digest ? reading : NULL;
}

enum reading_end readings_follow (readings_t *self, const char *sha256, const char *reader, uint64_t bytes,
                                  uint64_t offset, const void *piece, size_t n)
{
    char found[DIGEST_HEX_BYTES];
    struct reading *reading = offset == 0 ? s_begin (self, sha256, reader) : s_find (self, sha256, reader);
    if (!reading || reading->at != offset)
        return READING_OPEN;
    digest_update (reading->digest, piece, n);
    reading->at += n;
    reading->used_at = ++self->pieces;
    if (reading->at < bytes)
        return READING_OPEN;
    digest_hex (reading->digest, found);
    s_end (reading);
    return strcmp (found, sha256) == 0 ? READING_RIGHT : READING_WRONG;
}

void readings_forget (readings_t *self, const char *sha256)
{
    for (size_t i = 0; i < READINGS_MAX; i++)
        if (strcmp (self->items[i].sha256, sha256) == 0)
            s_end (&self->items[i]);
}
