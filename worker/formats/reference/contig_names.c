//  contig_names.c: see contig_names.h.
#include "worker/formats/reference/contig_names.h"

#include "worker/text/index.h"

#include <stdlib.h>

enum { ROWS_MAX = 128, ASSEMBLIES_MAX = 8, NAME_MAX_BYTES = 24 };

//  Written by deploy/embed.sh.
struct embedded {
    const char *name, *start, *end;
};
extern const struct embedded embedded_assemblies[];

static const char *const WORDS[STYLE_COUNT + 1] = {"plain", "chr", "refseq", "genbank", ""};

struct row {
    size_t assembly;
    struct text names[STYLE_COUNT];    //  n = 0: it has none
    uint64_t length;
};

struct contig_names {
    struct row rows[ROWS_MAX];
    size_t row_count;
    char assemblies[ASSEMBLIES_MAX][NAME_MAX_BYTES];
    size_t assembly_count;
    size_t assembly;    //  of the file; SIZE_MAX: not known
    enum contig_style style;
    text_index_t *by_name;    //  of the assembly, or without one of all accessions
    text_index_t *other;      //  declared contigs of an assembly's name with another length: they keep it
};

bool contig_style_of (const char *word, enum contig_style *out)
{
    for (size_t i = 0; i <= STYLE_COUNT; i++)
        if (strcmp (WORDS[i], word) == 0) {
            *out = (enum contig_style) i;
            return true;
        }
    return false;
}

//  The text up to the next tab or the line's end, which *in goes past.
static struct text s_cell (struct text *in)
{
    size_t n = 0;
    while (n < in->n && in->at[n] != '\t' && in->at[n] != '\n')
        n++;
    struct text cell = {in->at, n};
    n += n < in->n;
    *in = (struct text){in->at + n, in->n - n};
    return cell;
}

static size_t s_assembly (contig_names_t *self, struct text name)
{
    for (size_t i = 0; i < self->assembly_count; i++)
        if (text_equal (text_of (self->assemblies[i]), name))
            return i;
    memcpy (self->assemblies[self->assembly_count], name.at, name.n);
    return self->assembly_count++;
}

static void s_read_table (contig_names_t *self)
{
    struct text in = {embedded_assemblies[0].start,
                      (size_t) (embedded_assemblies[0].end - embedded_assemblies[0].start)};
    while (in.n && self->row_count < ROWS_MAX) {
        struct row *row = &self->rows[self->row_count];
        struct text assembly = s_cell (&in);
        for (size_t s = 0; s < STYLE_COUNT; s++)
            row->names[s] = s_cell (&in);
        struct text length = s_cell (&in);
        for (size_t i = 0; i < length.n && length.at[i] >= '0' && length.at[i] <= '9'; i++)
            row->length = row->length * 10 + (uint64_t) (length.at[i] - '0');
        if (assembly.n == 0 || assembly.at[0] == '#') {
            row->length = 0;
            continue;
        }
        row->assembly = s_assembly (self, assembly);
        self->row_count++;
    }
}

//  Whether the row is of that name, in which style. “M” and “chrMT” are names of chrM, too.
static bool s_is_of (const struct row *row, struct text name, enum contig_style *style)
{
    for (size_t s = 0; s < STYLE_COUNT; s++)
        if (row->names[s].n && text_equal (row->names[s], name)) {
            *style = (enum contig_style) s;
            return true;
        }
    bool mitochondrion = text_equal (row->names[STYLE_PLAIN], TEXT ("MT"));
    *style = text_equal (name, TEXT ("M")) ? STYLE_PLAIN : STYLE_CHR;
    return mitochondrion && (text_equal (name, TEXT ("M")) || text_equal (name, TEXT ("chrMT")));
}

//  The row of the assembly (SIZE_MAX: of any) with the name.
static const struct row *s_find (const contig_names_t *self, size_t assembly, struct text name,
                                 enum contig_style *style)
{
    for (size_t i = 0; i < self->row_count; i++)
        if ((assembly == SIZE_MAX || self->rows[i].assembly == assembly) &&
            s_is_of (&self->rows[i], name, style))
            return &self->rows[i];
    return NULL;
}

//  By names and lengths. The mitochondrion of all but one is the same.
static size_t s_by_length (const contig_names_t *self, const struct named_contig *contigs, size_t count)
{
    size_t votes[ASSEMBLIES_MAX] = {0}, best = SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        for (size_t a = 0; a < self->assembly_count; a++) {
            enum contig_style style;
            const struct row *row = s_find (self, a, contigs[i].name, &style);
            votes[a] += row && row->length == contigs[i].length;
        }
    for (size_t a = 0; a < self->assembly_count; a++)
        if (votes[a] && (best == SIZE_MAX || votes[a] > votes[best]))
            best = a;
    for (size_t a = 0; best != SIZE_MAX && a < self->assembly_count; a++)
        if (a != best && votes[a] == votes[best])
            return SIZE_MAX;
    return best;
}

static bool s_has (struct text in, const char *word)
{
    size_t n = strlen (word);
    for (size_t i = 0; i + n <= in.n; i++) {
        size_t k = 0;
        while (k < n && (in.at[i + k] | 0x20) == (word[k] | 0x20))
            k++;
        if (k == n)
            return true;
    }
    return false;
}

static size_t s_by_reference (const contig_names_t *self, struct text reference)
{
    static const char *const WORDS_OF[][2] = {
        {"GRCh37", "GRCh37"}, {"hg19", "GRCh37"},         {"hs37", "GRCh37"},
        {"b37", "GRCh37"},    {"GRCh38", "GRCh38"},       {"hg38", "GRCh38"},
        {"hs38", "GRCh38"},   {"CHM13", "T2T-CHM13v2.0"}, {"GCA_009914755.4", "T2T-CHM13v2.0"}};
    for (size_t i = 0; i < sizeof WORDS_OF / sizeof *WORDS_OF; i++)
        for (size_t a = 0; s_has (reference, WORDS_OF[i][0]) && a < self->assembly_count; a++)
            if (strcmp (self->assemblies[a], WORDS_OF[i][1]) == 0)
                return a;
    return SIZE_MAX;
}

static bool s_is_accession (enum contig_style style)
{
    return style == STYLE_REFSEQ || style == STYLE_GENBANK;
}

//  By an accession that no other assembly has, as has the mitochondrion's.
static size_t s_by_accession (const contig_names_t *self, const struct named_contig *contigs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        enum contig_style style;
        const struct row *row = s_find (self, SIZE_MAX, contigs[i].name, &style);
        if (row && s_is_accession (style) && !text_equal (row->names[STYLE_PLAIN], TEXT ("MT")))
            return row->assembly;
    }
    return SIZE_MAX;
}

//  The style of most of its contigs; of none that is known: each keeps its name.
static enum contig_style s_usual (const contig_names_t *self, const struct named_contig *contigs,
                                  size_t count)
{
    size_t votes[STYLE_COUNT] = {0};
    enum contig_style best = STYLE_KEPT, style;
    for (size_t i = 0; i < count; i++)
        if (s_find (self, self->assembly, contigs[i].name, &style))
            votes[style]++;
    for (size_t s = 0; s < STYLE_COUNT; s++)
        if (votes[s] && (best == STYLE_KEPT || votes[s] > votes[best]))
            best = (enum contig_style) s;
    return best;
}

static int s_put (text_index_t *index, struct text key, int value)
{
    return key.n && text_index_find (index, key) == TEXT_INDEX_NONE ? text_index_put (index, key, value) : 0;
}

//  Accessions tell their assembly where the file does not.
static int s_index (contig_names_t *self)
{
    int rc = 0;
    for (int i = 0; rc == 0 && (size_t) i < self->row_count; i++) {
        const struct row *row = &self->rows[i];
        bool known = self->assembly != SIZE_MAX;
        if (known && row->assembly != self->assembly)
            continue;
        for (size_t s = known ? 0 : STYLE_REFSEQ; rc == 0 && s < STYLE_COUNT; s++)
            rc = s_put (self->by_name, row->names[s], i);
        if (rc == 0 && known && text_equal (row->names[STYLE_PLAIN], TEXT ("MT")))
            rc = s_put (self->by_name, TEXT ("M"), i) == 0 ? s_put (self->by_name, TEXT ("chrMT"), i) : -1;
    }
    return rc;
}

//  Contigs that are called as one of the assembly and are none of it (chrM of hg19).
static int s_except (contig_names_t *self, const struct named_contig *contigs, size_t count)
{
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < count; i++) {
        int row = text_index_find (self->by_name, contigs[i].name);
        if (row != TEXT_INDEX_NONE && contigs[i].length && self->rows[row].length != contigs[i].length)
            rc = text_index_put (self->other, contigs[i].name, 0);
    }
    return rc;
}

contig_names_t *contig_names_new (const struct named_contig *contigs, size_t count, struct text reference,
                                  enum contig_style style)
{
    contig_names_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    s_read_table (self);
    self->assembly = s_by_length (self, contigs, count);
    if (self->assembly == SIZE_MAX)
        self->assembly = s_by_reference (self, reference);
    if (self->assembly == SIZE_MAX)
        self->assembly = s_by_accession (self, contigs, count);
    self->style = style != STYLE_KEPT          ? style
                  : self->assembly == SIZE_MAX ? STYLE_KEPT
                                               : s_usual (self, contigs, count);
    self->by_name = text_index_new ();
    self->other = text_index_new ();
    if (!self->by_name || !self->other || s_index (self) != 0 || s_except (self, contigs, count) != 0)
        contig_names_destroy (&self);
    return self;
}

void contig_names_destroy (contig_names_t **self_p)
{
    contig_names_t *self = *self_p;
    if (!self)
        return;
    text_index_destroy (&self->by_name);
    text_index_destroy (&self->other);
    free (self);
    *self_p = NULL;
}

struct text contig_names_in (const contig_names_t *self, struct text name, enum contig_style style)
{
    int row = style == STYLE_KEPT ? TEXT_INDEX_NONE : text_index_find (self->by_name, name);
    if (row == TEXT_INDEX_NONE || text_index_find (self->other, name) != TEXT_INDEX_NONE)
        return (struct text){NULL, 0};
    return self->rows[row].names[style];
}

struct text contig_names_find (const contig_names_t *self, struct text name)
{
    struct text other = contig_names_in (self, name, self->style);
    return other.n ? other : name;
}

const char *contig_names_assembly (const contig_names_t *self)
{
    return self->assembly == SIZE_MAX ? NULL : self->assemblies[self->assembly];
}

const char *contig_names_style (const contig_names_t *self)
{
    return WORDS[self->style];
}
