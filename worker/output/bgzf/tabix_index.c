//  tabix_index.c: see tabix_index.h. Places are those of the text until it is written: blocks of it are
//  packed later than its records come.
#include "worker/output/bgzf/tabix_index.h"

#include "messages/base/buffer.h"
#include "messages/base/narrow.h"

#include <stdlib.h>

enum {
    LEAF_SHIFT = 14,
    BIN_OF_NUMBERS = 37450,    //  htslib's: not a bin, but where all of a contig is, and how many records
    FORMAT_VCF = 2,
    FIRST_ONES = 32
};

//  Records of a bin that stand one behind the other.
struct chunk {
    uint32_t bin;
    uint64_t from, to;
};

struct contig {
    struct chunk *chunks;
    size_t count, size;
    uint64_t *windows;    //  of 16 Ki bases: where the first record that reaches into it begins; UINT64_MAX
    size_t window_count, window_size;
    uint64_t from, to, records;
};

struct tabix_index {
    struct contig *contigs;
    size_t count, size;
};

tabix_index_t *tabix_index_new (void)
{
    return calloc (1, sizeof (tabix_index_t));
}

void tabix_index_restart (tabix_index_t *self)
{
    for (size_t i = 0; i < self->count; i++) {
        free (self->contigs[i].chunks);
        free (self->contigs[i].windows);
    }
    self->count = 0;
}

void tabix_index_destroy (tabix_index_t **self_p)
{
    tabix_index_t *self = *self_p;
    if (!self)
        return;
    tabix_index_restart (self);
    free (self->contigs);
    free (self);
    *self_p = NULL;
}

//  `at` with room for one more of `each` bytes; NULL: out of memory, and nothing has changed.
static void *s_grown (void *at, size_t count, size_t *size, size_t each)
{
    if (count < *size)
        return at;
    size_t more = *size ? *size * 2 : FIRST_ONES;
    void *grown = realloc (at, more * each);
    if (grown)
        *size = more;
    return grown;
}

//  The smallest bin that has all of it (SAM's specification, 5.3).
static uint32_t s_bin (uint64_t begin, uint64_t end)
{
    static const struct {
        unsigned shift;
        uint32_t first;
    } LEVELS[] = {{14, 4681}, {17, 585}, {20, 73}, {23, 9}, {26, 1}};
    end--;
    for (size_t i = 0; i < sizeof LEVELS / sizeof *LEVELS; i++)
        if (begin >> LEVELS[i].shift == end >> LEVELS[i].shift)
            return LEVELS[i].first + NARROW (uint32_t, begin >> LEVELS[i].shift);
    return 0;
}

static int s_windows (struct contig *self, uint64_t begin, uint64_t end, uint64_t from)
{
    for (uint64_t w = begin >> LEAF_SHIFT; w <= (end - 1) >> LEAF_SHIFT; w++) {
        while (self->window_count <= w) {
            uint64_t *windows =
                s_grown (self->windows, self->window_count, &self->window_size, sizeof *windows);
            if (!windows)
                return -1;
            self->windows = windows;
            self->windows[self->window_count++] = UINT64_MAX;
        }
        if (self->windows[w] == UINT64_MAX)
            self->windows[w] = from;
    }
    return 0;
}

int tabix_index_add (tabix_index_t *self, size_t contig, uint64_t begin, uint64_t end, uint64_t from,
                     uint64_t to)
{
    while (self->count <= contig) {
        struct contig *contigs = s_grown (self->contigs, self->count, &self->size, sizeof *contigs);
        if (!contigs)
            return -1;
        self->contigs = contigs;
        self->contigs[self->count++] = (struct contig){.from = from};
    }
    struct contig *of = &self->contigs[contig];
    uint32_t bin = s_bin (begin, end);
    of->to = to;
    of->records++;
    struct chunk *last = of->count ? &of->chunks[of->count - 1] : NULL;
    if (last && last->bin == bin)
        last->to = to;
    else {
        struct chunk *chunks = s_grown (of->chunks, of->count, &of->size, sizeof *chunks);
        if (!chunks)
            return -1;
        of->chunks = chunks;
        of->chunks[of->count++] = (struct chunk){bin, from, to};
    }
    return s_windows (of, begin, end, from);
}

static int s_compare (const void *a, const void *b)
{
    const struct chunk *one = a, *other = b;
    if (one->bin != other->bin)
        return one->bin < other->bin ? -1 : 1;
    return one->from < other->from ? -1 : one->from > other->from;
}

struct place {
    bgzf_t *out;
    const bgzf_t *text;
};

static void s_put (const struct place *place, uint64_t number, size_t bytes)
{
    char little[8];
    for (size_t i = 0; i < bytes; i++)
        little[i] = (char) (number >> 8 * i & 0xff);
    bgzf_write (place->out, little, bytes);
}

//  The chunks of the bin that begins at `first`, those that share a block as one; *next: behind them. Where
//  `out` is NULL they are counted.
static size_t s_bin_chunks (const struct contig *self, const struct place *place, size_t first, size_t *next,
                            bool write)
{
    size_t count = 0, i = first;
    while (i < self->count && self->chunks[i].bin == self->chunks[first].bin) {
        uint64_t from = bgzf_virtual (place->text, self->chunks[i].from), to;
        do
            to = bgzf_virtual (place->text, self->chunks[i++].to);
        while (i < self->count && self->chunks[i].bin == self->chunks[first].bin &&
               bgzf_virtual (place->text, self->chunks[i].from) >> 16 == to >> 16);
        count++;
        if (write) {
            s_put (place, from, 8);
            s_put (place, to, 8);
        }
    }
    *next = i;
    return count;
}

static void s_contig (const struct contig *self, const struct place *place)
{
    size_t bins = 0, next;
    qsort (self->chunks, self->count, sizeof *self->chunks, s_compare);
    for (size_t i = 0; i < self->count; i++)
        bins += i == 0 || self->chunks[i].bin != self->chunks[i - 1].bin;
    s_put (place, bins + (self->records > 0), 4);
    for (size_t i = 0; i < self->count; i = next) {
        s_put (place, self->chunks[i].bin, 4);
        s_put (place, s_bin_chunks (self, place, i, &next, false), 4);
        s_bin_chunks (self, place, i, &next, true);
    }
    if (self->records) {
        s_put (place, BIN_OF_NUMBERS, 4);
        s_put (place, 2, 4);
        s_put (place, bgzf_virtual (place->text, self->from), 8);
        s_put (place, bgzf_virtual (place->text, self->to), 8);
        s_put (place, self->records, 8);
        s_put (place, 0, 8);
    }
    s_put (place, self->window_count, 4);
    uint64_t behind = 0;    //  a window without a record has the place of the next one that has
    for (size_t w = self->window_count; w-- > 0;) {
        behind = self->windows[w] == UINT64_MAX ? behind : self->windows[w];
        self->windows[w] = behind;
    }
    for (size_t w = 0; w < self->window_count; w++)
        s_put (place, bgzf_virtual (place->text, self->windows[w]), 8);
}

void tabix_index_write (const tabix_index_t *self, const struct text *names, const bgzf_t *text,
                        output_file_t *file)
{
    if (output_check (file, NULL) != DMH_OK)
        return;
    const struct place place = {bgzf_new (file, BGZF_TEXT, 1), text};
    bgzf_t *out = place.out;
    size_t bytes = 0;
    if (!out) {
        output_fail (file, DMH_INTERNAL, "out of memory for the index of the records");
        return;
    }
    bgzf_write (out, "TBI\1", 4);
    //  The columns of contig, begin and end (none), what comments begin with, lines that are passed over.
    const uint64_t head[] = {self->count, FORMAT_VCF, 1, 2, 0, '#', 0};
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        s_put (&place, head[i], 4);
    for (size_t i = 0; i < self->count; i++)
        bytes += names[i].n + 1;
    s_put (&place, bytes, 4);
    for (size_t i = 0; i < self->count; i++) {
        bgzf_write (out, names[i].at, names[i].n);
        bgzf_write (out, "", 1);
    }
    for (size_t i = 0; i < self->count; i++)
        s_contig (&self->contigs[i], &place);
    s_put (&place, 0, 8);    //  records of no contig
    bgzf_finish (out, NULL);
    bgzf_destroy (&out);
}
