//  text_parts.c: see text_parts.h. The text is cut in steps, each a window of one size that begins where the
//  last cut was, so that neither pieces nor parts move a cut.
#define XXH_INLINE_ALL
#include "worker/input/text_parts.h"

#include "messages/base/buffer.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

struct text_parts {
    const struct dialect *dialect;
    const char *source;
    uint64_t part_bytes;
    size_t step;
    size_t record_bytes;
    uint64_t above;          //  bytes before the first record that are still to come
    struct buffer window;    //  what is not cut off yet
    size_t want;             //  of it, before it is cut
    uint64_t at, line;       //  of its first byte
    struct text_part *parts;
    size_t count, room, most;
    XXH3_state_t *hash;    //  of the part that is being made
};

int text_parts_allow (const struct dialect *dialect, const char *source, struct error *error)
{
    const char *why = NULL;
    if (dialect->compression)
        why = "is compressed, and can be unpacked from its beginning alone";
    else if (strcmp (dialect->encoding, "UTF-8") != 0)
        why = "is not in UTF-8, so that places in its text are none in the file";
    else if (dialect->format->part)
        why = "holds sequences, of which one may be longer than any part";
    else if (dialect->format->survey)
        why = "holds FHIR resources, which may speak of any other one in the file";
    else if (dialect->format != &FORMAT_CSV && dialect->array)
        why = "holds one array or object of JSON, in which only who comes from its beginning knows the way";
    return why ? error_set (error, DMH_UNSUPPORTED, "%s %s; it cannot be cut into parts", source, why)
               : DMH_OK;
}

text_parts_t *text_parts_new (const struct dialect *dialect, const char *source, uint64_t part_bytes,
                              size_t step_bytes, size_t most)
{
    text_parts_t *self = calloc (1, sizeof *self);
    XXH3_state_t *hash = self ? XXH3_createState () : NULL;
    if (!hash) {
        free (self);
        return NULL;
    }
    *self =
        (struct text_parts){.dialect = dialect,
                            .source = source,
                            .part_bytes = part_bytes,
                            .step = step_bytes,
                            .most = most,
                            .hash = hash,
                            .record_bytes = dialect->record_bytes ? dialect->record_bytes : RECORD_BYTES_MAX,
                            .above = dialect->data_offset,
                            .want = step_bytes,
                            .at = dialect->data_offset,
                            .line = dialect->data_line};
    return self;
}

void text_parts_destroy (text_parts_t **self_p)
{
    text_parts_t *self = *self_p;
    if (!self)
        return;
    free (self->window.at);
    free (self->parts);
    XXH3_freeState (self->hash);
    free (self);
    *self_p = NULL;
}

static int s_no_memory (const text_parts_t *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while cutting %s", self->source);
}

//  The first `n` bytes of the window are the part's.
static void s_hash (text_parts_t *self, struct text_part *part, size_t n)
{
    XXH3_64bits_update (self->hash, self->window.at, n);
    part->hash = XXH3_64bits_digest (self->hash);
}

//  The records of a step go to the part that is being made, or begin another one.
static int s_add (text_parts_t *self, size_t n, struct error *error)
{
    struct text_part *part = self->count ? &self->parts[self->count - 1] : NULL;
    bool fits = part && part->bytes <= self->part_bytes && n <= self->part_bytes - part->bytes;
    if (part && (fits || self->count == self->most)) {
        part->bytes += n;
        s_hash (self, part, n);
        return DMH_OK;
    }
    if (!self->parts || self->count == self->room) {
        size_t room = self->room ? 2 * self->room : 16;
        struct text_part *parts = realloc (self->parts, room * sizeof *parts);
        if (!parts)
            return s_no_memory (self, error);
        self->parts = parts;
        self->room = room;
    }
    part = &self->parts[self->count++];
    *part = (struct text_part){.at = self->at, .bytes = n, .line = self->line};
    XXH3_64bits_reset (self->hash);
    s_hash (self, part, n);
    return DMH_OK;
}

//  A window in which no record ends has to be larger, as far as a record may be long.
static int s_widen (text_parts_t *self, size_t most, struct error *error)
{
    if (self->want >= most)
        return error_set (error, DMH_TOO_LARGE,
                          "%s: the record that begins on line %llu is longer than %zu bytes; is a quote not "
                          "closed? --record-bytes allows longer ones",
                          self->source, (unsigned long long) self->line, self->record_bytes);
    self->want = self->want < most / 2 ? 2 * self->want : most;
    return DMH_OK;
}

//  Cuts whole records off the first `n` bytes of the window.
static int s_cut (text_parts_t *self, size_t n, bool last, struct error *error)
{
    size_t cut = SIZE_MAX;
    uint64_t lines = 0;
    int rc = self->dialect->format->cut (self->dialect, self->window.at, n, last, self->line, self->source,
                                         &cut, &lines, error);
    if (rc < 0 && cut != SIZE_MAX)
        format_say_byte (error, self->at + cut);
    if (rc < 0)
        return rc;
    if (cut == 0 && last)    //  behind the last record nothing is left that is one
        cut = n;
    if (cut == 0) {
        size_t most = rc == FORMAT_CUT_AHEAD ? 2 * self->record_bytes : self->record_bytes;
        return s_widen (self, most > self->step ? most : self->step, error);
    }
    rc = s_add (self, cut, error);
    if (rc != DMH_OK)
        return rc;
    self->window.used -= cut;
    memmove (self->window.at, self->window.at + cut, self->window.used);
    self->at += cut;
    self->line += lines;
    self->want = self->step;
    return DMH_OK;
}

int text_parts_feed (text_parts_t *self, const char *bytes, size_t n, bool last, struct error *error)
{
    size_t at = self->above < n ? (size_t) self->above : n;
    int rc = DMH_OK;
    self->above -= at;
    while (rc == DMH_OK && at < n) {
        size_t lacks = self->want - self->window.used, more = lacks < n - at ? lacks : n - at;
        if (buffer_reserve (&self->window, more) != 0)
            return s_no_memory (self, error);
        memcpy (self->window.at + self->window.used, bytes + at, more);
        self->window.used += more;
        at += more;
        while (rc == DMH_OK && self->window.used >= self->want)
            rc = s_cut (self, self->want, false, error);
    }
    while (rc == DMH_OK && last && self->window.used)
        rc = s_cut (self, self->window.used, true, error);
    return rc;
}

const struct text_part *text_parts_all (const text_parts_t *self, size_t *count)
{
    *count = self->count;
    return self->parts;
}
