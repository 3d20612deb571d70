//  known_records.c: see known_records.h. The keys that a job has seen (key_set) are asked with what all
//  inputs say something of as the content: records that agree in it are a chain, of which each is compared.
#define _GNU_SOURCE
#define XXH_INLINE_ALL
#include "worker/join/known_records.h"

#include "messages/base/narrow.h"
#include "messages/base/random.h"
#include "worker/join/variant_key.h"
#include "worker/pipeline/keys/key_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

enum { TAIL_BYTES = 1024 * 1024, AHEAD_BYTES = 1024, ROOM_LEAST = 1024 };

struct known_records {
    const struct joined_columns *columns;
    key_set_t *keys;
    bool variants;    //  told apart by what stands there:
    struct variant_columns variant_columns;
    bool mixed;    //  the inputs do not all say something of the same columns
    uint64_t seed[2];
    struct buffer key, common, rest, earlier;
    //  Of mixed ones, by record:
    uint32_t *next;      //  in its chain; 0: it is the last
    uint64_t *places;    //  of its rest in the file
    uint64_t room;
    int file;
    char *path;            //  that it had, for sentences
    struct buffer tail;    //  that is not in the file yet
    uint64_t written;      //  bytes in it
};

static int s_no_memory (uint64_t record, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory for the keys of %llu records; join fewer files",
                      (unsigned long long) record);
}

static int s_open (known_records_t *self, const char *folder, struct error *error)
{
    if (asprintf (&self->path, "%s/.rest", folder) < 0)
        self->path = NULL;
    if (!self->path)
        return error_set (error, DMH_INTERNAL, "out of memory while joining records");
    self->file = open (self->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    int rc = self->file >= 0
                 ? DMH_OK
                 : error_set (error, DMH_IO, "%.200s cannot be created: %s", self->path, strerror (errno));
    if (rc == DMH_OK)
        unlink (self->path);
    return rc;
}

known_records_t *known_records_new (const struct joined_columns *columns, const char *folder,
                                    struct error *error)
{
    known_records_t *self = calloc (1, sizeof *self);
    if (!self || !(self->keys = key_set_new ())) {
        error_set (error, DMH_INTERNAL, "out of memory while joining records");
        free (self);
        return NULL;
    }
    self->columns = columns;
    self->variants = variant_columns_find (columns, &self->variant_columns);
    self->mixed = columns->set_count > 1;
    self->file = -1;
    random_fill (self->seed, sizeof self->seed);
    if (self->mixed && s_open (self, folder, error) != DMH_OK)
        known_records_destroy (&self);
    return self;
}

void known_records_destroy (known_records_t **self_p)
{
    known_records_t *self = *self_p;
    if (!self)
        return;
    key_set_destroy (&self->keys);
    if (self->file >= 0)
        close (self->file);
    free (self->key.at);
    free (self->common.at);
    free (self->rest.at);
    free (self->earlier.at);
    free (self->tail.at);
    free (self->next);
    free (self->places);
    free (self->path);
    free (self);
    *self_p = NULL;
}

void known_records_clear (known_records_t *self)
{
    key_set_clear (self->keys);
    self->tail.used = 0;
    self->written = 0;
}

//  The fields of the key that are there, each behind its number and length. false: out of memory.
static bool s_key (known_records_t *self, const struct content *content)
{
    const schema_t *schema = self->columns->schema;
    if (self->variants)
        return variant_key_make (&self->variant_columns, content, self->columns->count, &self->key) == 0;
    self->key.used = 0;
    for (size_t k = 0; k < schema->key_count; k++) {
        struct text value = content->values[schema->key[k]];
        uint64_t head[2] = {k, value.n};
        if (value.n == 0)
            continue;
        if (buffer_reserve (&self->key, sizeof head + value.n) != 0)
            return false;
        memcpy (self->key.at + self->key.used, head, sizeof head);
        memcpy (self->key.at + self->key.used + sizeof head, value.at, value.n);
        self->key.used += sizeof head + value.n;
    }
    return true;
}

//  Where there is no key, what is common is one.
static struct key_hash s_hash (const known_records_t *self)
{
    const struct buffer *key = self->key.used ? &self->key : &self->common;
    XXH128_hash_t hash = XXH3_128bits_withSeed (key->at, key->used, self->seed[0] ^ !self->key.used);
    return (struct key_hash){hash.low64, (uint32_t) (hash.high64 & UINT32_MAX),
                             XXH3_64bits_withSeed (self->common.at, self->common.used, self->seed[1])};
}

static bool s_make_room (known_records_t *self, uint64_t record)
{
    if (record < self->room)
        return true;
    uint64_t room = self->room ? self->room : ROOM_LEAST;
    while (record >= room)
        room += room / 2;
    uint32_t *next = realloc (self->next, room * sizeof *next);
    if (next)
        self->next = next;
    uint64_t *places = next ? realloc (self->places, room * sizeof *places) : NULL;
    if (!places)
        return false;
    self->places = places;
    self->room = room;
    return true;
}

static int s_flush (known_records_t *self, struct error *error)
{
    for (size_t at = 0; at < self->tail.used;) {
        ssize_t n =
            pwrite (self->file, self->tail.at + at, self->tail.used - at, (off_t) (self->written + at));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_set (error, DMH_IO, "%.200s cannot be written: %s; make room and try again",
                              self->path, strerror (errno));
        at += (size_t) n;
    }
    self->written += self->tail.used;
    self->tail.used = 0;
    return DMH_OK;
}

//  Keeps what the record says besides what is common, behind its length.
static int s_keep (known_records_t *self, uint64_t record, struct error *error)
{
    uint64_t n = self->rest.used;
    if (!s_make_room (self, record) || buffer_reserve (&self->tail, sizeof n + n) != 0)
        return s_no_memory (record, error);
    self->next[record] = 0;
    self->places[record] = self->written + self->tail.used;
    memcpy (self->tail.at + self->tail.used, &n, sizeof n);
    if (n)
        memcpy (self->tail.at + self->tail.used + sizeof n, self->rest.at, n);
    self->tail.used += sizeof n + n;
    return self->tail.used >= TAIL_BYTES ? s_flush (self, error) : DMH_OK;
}

//  Bytes [place, place + n) of what is kept, as far as there are any; *got of them are behind those of
//  `earlier`.
static int s_load (known_records_t *self, uint64_t place, size_t n, size_t *got, struct error *error)
{
    if (buffer_reserve (&self->earlier, n + 1) != 0)
        return s_no_memory (0, error);
    char *to = self->earlier.at + self->earlier.used;
    *got = 0;
    if (place >= self->written) {
        size_t left = self->tail.used - (size_t) (place - self->written);
        *got = n < left ? n : left;
        memcpy (to, self->tail.at + (place - self->written), *got);
    }
    while (place < self->written && *got < n) {
        uint64_t left = self->written - place - *got;
        ssize_t rc = left ? pread (self->file, to + *got, n - *got < left ? n - *got : (size_t) left,
                                   (off_t) (place + *got))
                          : 0;
        if (rc < 0 && errno == EINTR)
            continue;
        if (rc < 0)
            return error_set (error, DMH_IO, "%.200s cannot be read again: %s", self->path, strerror (errno));
        if (rc == 0)
            break;
        *got += (size_t) rc;
    }
    self->earlier.used += *got;
    return DMH_OK;
}

//  What an earlier record says besides what is common, in *out. Borrowed until the next one.
static int s_rest_of (known_records_t *self, uint64_t record, struct text *out, struct error *error)
{
    uint64_t n = 0, place = self->places[record];
    size_t got;
    self->earlier.used = 0;
    int rc = s_load (self, place, AHEAD_BYTES, &got, error);
    if (rc == DMH_OK)
        memcpy (&n, self->earlier.at, sizeof n);
    if (rc == DMH_OK && got < sizeof n + n)
        rc = s_load (self, place + got, sizeof n + n - got, &got, error);
    if (rc == DMH_OK)
        *out = (struct text){self->earlier.at + sizeof n, n};
    return rc;
}

//  Looks for one that says all of it in the chain that begins with `first`; where there is none, it goes to
//  its end, and *other is 0.
static int s_search (known_records_t *self, size_t set, uint64_t first, uint64_t record, uint64_t *other,
                     struct error *error)
{
    uint64_t last = first;
    for (uint64_t at = first; at; at = self->next[at]) {
        struct text rest;
        int rc = s_rest_of (self, at, &rest, error);
        if (rc != DMH_OK)
            return rc;
        *other = at;
        if (content_repeats (self->columns, set, (struct text){self->rest.at, self->rest.used}, rest))
            return DMH_OK;
        last = at;
    }
    *other = 0;
    int rc = s_keep (self, record, error);
    if (rc == DMH_OK)
        self->next[last] = NARROW (uint32_t, record);
    return rc;
}

int known_records_add (known_records_t *self, const struct content *content, size_t set, uint64_t record,
                       enum known *answer, uint64_t *other, struct error *error)
{
    self->common.used = self->rest.used = 0;
    if (!s_key (self, content) || content_common (content, self->columns, &self->common) != 0 ||
        (self->mixed && content_rest (content, self->columns, set, &self->rest) != 0))
        return s_no_memory (record, error);
    struct key_hash hash = s_hash (self);
    enum key_set_answer found = key_set_add (self->keys, &hash, record, other);
    if (found == KEY_SET_FULL)
        return s_no_memory (record, error);
    *answer = found == KEY_SET_NEW         ? KNOWN_NEW
              : found == KEY_SET_DUPLICATE ? KNOWN_DUPLICATE
                                           : KNOWN_CONFLICT;
    if (!self->mixed)
        return DMH_OK;
    if (found != KEY_SET_DUPLICATE)
        return s_keep (self, record, error);
    int rc = s_search (self, set, *other, record, other, error);
    if (rc == DMH_OK && *other == 0) {
        bool keyed = self->key.used;
        *answer = keyed ? KNOWN_CONFLICT : KNOWN_NEW;
        *other = keyed ? key_set_first (self->keys, &hash) : record;
    }
    return rc;
}
