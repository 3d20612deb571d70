//  header.c: see header.h. Sources: NCBI's table of FASTA identifiers and its page of source modifiers,
//  UniProt's and Ensembl's help on FASTA headers, RefSeq's table of accession prefixes.
#define _GNU_SOURCE
#include "worker/formats/fasta/header.h"

#include "worker/text/ascii.h"

#include <stdio.h>

enum { FIELDS_OF_ID = 8 };

//  What stands before the bars of an identifier (NCBI's “database|accession|locus”), and what follows it.
static const struct database {
    const char *tag;
    enum { BY_ACCESSION, BY_LOCUS, BY_CHAIN, AS_IT_IS } by;
    enum residue_sort sort;
} DATABASES[] = {
    {"sp", BY_ACCESSION, RESIDUES_PROTEIN}, {"tr", BY_ACCESSION, RESIDUES_PROTEIN},
    {"ref", BY_ACCESSION, RESIDUES_ANY},    {"gb", BY_ACCESSION, RESIDUES_ANY},
    {"emb", BY_ACCESSION, RESIDUES_ANY},    {"dbj", BY_ACCESSION, RESIDUES_ANY},
    {"tpg", BY_ACCESSION, RESIDUES_ANY},    {"tpe", BY_ACCESSION, RESIDUES_ANY},
    {"tpd", BY_ACCESSION, RESIDUES_ANY},    {"gpp", BY_ACCESSION, RESIDUES_ANY},
    {"nat", BY_ACCESSION, RESIDUES_ANY},    {"lcl", BY_ACCESSION, RESIDUES_ANY},
    {"pir", BY_LOCUS, RESIDUES_PROTEIN},    {"prf", BY_LOCUS, RESIDUES_PROTEIN},
    {"pdb", BY_CHAIN, RESIDUES_ANY},        {"gnl", AS_IT_IS, RESIDUES_ANY},
};

//  RefSeq's prefixes.
static const struct {
    const char *prefix;
    enum residue_sort sort;
} REFSEQ[] = {{"AP_", RESIDUES_PROTEIN}, {"NP_", RESIDUES_PROTEIN}, {"WP_", RESIDUES_PROTEIN},
              {"XP_", RESIDUES_PROTEIN}, {"YP_", RESIDUES_PROTEIN}, {"ZP_", RESIDUES_PROTEIN},
              {"AC_", RESIDUES_NUCLEIC}, {"NC_", RESIDUES_NUCLEIC}, {"NG_", RESIDUES_NUCLEIC},
              {"NM_", RESIDUES_NUCLEIC}, {"NR_", RESIDUES_NUCLEIC}, {"NT_", RESIDUES_NUCLEIC},
              {"NW_", RESIDUES_NUCLEIC}, {"NZ_", RESIDUES_NUCLEIC}, {"XM_", RESIDUES_NUCLEIC},
              {"XR_", RESIDUES_NUCLEIC}};

//  “KEY=value KEY=value”, and what the columns are called.
struct labels {
    const char *keys[8], *names[8];
};

static const struct labels UNIPROT = {
    {"OS", "OX", "GN", "PE", "SV"},
    {"organism", "organism_id", "gene", "protein_existence", "sequence_version"}};
static const struct labels UNIREF = {{"n", "Tax", "TaxID", "RepID"},
                                     {"members", "organism", "organism_id", "representative"}};

static struct text s_from (struct text in, size_t at)
{
    return (struct text){in.at + at, in.n - at};
}

static bool s_is_space (char c)
{
    return c == ' ' || c == '\t';
}

static struct text s_trim (struct text in)
{
    while (in.n && s_is_space (*in.at))
        in = s_from (in, 1);
    while (in.n && s_is_space (in.at[in.n - 1]))
        in.n--;
    return in;
}

//  The first word of *in, which goes on behind it.
static struct text s_word (struct text *in)
{
    *in = s_trim (*in);
    struct text word = {in->at, 0};
    while (word.n < in->n && !s_is_space (word.at[word.n]))
        word.n++;
    *in = s_trim (s_from (*in, word.n));
    return word;
}

static bool s_begins (struct text in, const char *with)
{
    size_t n = strlen (with);
    return in.n >= n && memcmp (in.at, with, n) == 0;
}

static size_t s_find (struct text in, char c)
{
    const char *at = in.n ? memchr (in.at, c, in.n) : NULL;
    return at ? (size_t) (at - in.at) : in.n;
}

static void s_add (struct fasta_header *self, struct text name, struct text value)
{
    for (size_t i = 0; i < self->part_count; i++)
        if (text_equal (self->parts[i].name, name))
            return;
    if (value.n && self->part_count < HEADER_PARTS_MAX)
        self->parts[self->part_count++] = (struct header_part){name, value};
}

//  *in up to the bar, behind which it goes on; {NULL, 0} where nothing is left.
static struct text s_next_field (struct text *in)
{
    if (!in->at)
        return *in;
    size_t bar = s_find (*in, '|');
    struct text field = {in->at, bar};
    *in = bar < in->n ? s_from (*in, bar + 1) : (struct text){NULL, 0};
    return field;
}

static void s_compose (struct fasta_header *self, struct text a, const char *between, struct text b)
{
    if (a.n + b.n + 2 > sizeof self->composed)
        return;
    memcpy (self->composed, a.at, a.n);
    memcpy (self->composed + a.n, between, strlen (between));
    memcpy (self->composed + a.n + strlen (between), b.at, b.n);
    self->id = (struct text){self->composed, a.n + strlen (between) + b.n};
}

static void s_take_database (struct fasta_header *self, const struct database *database, struct text rest)
{
    struct text accession = s_next_field (&rest), locus = s_next_field (&rest);
    bool uniprot = database->sort == RESIDUES_PROTEIN && database->by == BY_ACCESSION;
    self->sort = database->sort;
    if (database->by == AS_IT_IS)
        return;
    if (database->by == BY_LOCUS || accession.n == 0)
        accession = locus.n ? locus : accession;
    if (accession.n == 0)
        return;
    self->id = accession;
    if (uniprot)
        s_add (self, TEXT ("entry_name"), locus);
    if (database->by == BY_CHAIN && locus.n)
        s_compose (self, accession, "_", locus);
    else if (!uniprot && locus.n > 1 && *locus.at == ':')    //  a part of the sequence
        s_compose (self, accession, "", locus);
}

//  “gi|5524211|gb|AAD44166.1|”: the number says nothing that the accession does not.
static void s_read_id (struct fasta_header *self)
{
    struct text rest = self->source, field = s_next_field (&rest);
    if (text_equal (field, TEXT ("gi")) && rest.n) {
        struct text number = s_next_field (&rest);
        s_add (self, TEXT ("gi"), number);
        field = s_next_field (&rest);
    }
    for (size_t i = 0; rest.at && i < sizeof DATABASES / sizeof *DATABASES; i++)
        if (text_equal (field, text_of (DATABASES[i].tag))) {
            s_take_database (self, &DATABASES[i], rest);
            break;
        }
    for (size_t i = 0; i < sizeof REFSEQ / sizeof *REFSEQ; i++)
        if (s_begins (self->id, REFSEQ[i].prefix) && self->id.n > 3 && is_digit (self->id.at[3]))
            self->sort = REFSEQ[i].sort;
    if (self->id.n &&
        memmem (self->id.at, self->id.n, "_prot_", 6))    //  translated from what the prefix says
        self->sort = RESIDUES_PROTEIN;
}

//  Which label begins at a word's beginning; *n: its bytes, '=' among them.
static const char *s_label (const struct labels *labels, struct text at, size_t *n)
{
    for (size_t i = 0; labels->keys[i]; i++) {
        *n = strlen (labels->keys[i]) + 1;
        if (s_begins (at, labels->keys[i]) && at.n >= *n && at.at[*n - 1] == '=')
            return labels->names[i];
    }
    return NULL;
}

static void s_read_labels (struct fasta_header *self, const struct labels *labels, const char *before)
{
    struct text all = self->description;
    const char *name = before;
    size_t from = 0, n;
    for (size_t at = 0; at < all.n; at++) {
        if (at && !s_is_space (all.at[at - 1]))
            continue;
        const char *next = s_label (labels, s_from (all, at), &n);
        if (!next)
            continue;
        s_add (self, text_of (name), s_trim ((struct text){all.at + from, at - from}));
        name = next;
        from = at + n;
    }
    s_add (self, text_of (name), s_trim (s_from (all, from)));
}

//  “pep chromosome:GRCh38:11:5225464:5227071:-1 gene:ENSG… description:hemoglobin subunit beta [Source:…]”.
static bool s_read_ensembl (struct fasta_header *self)
{
    static const char *const SORTS[] = {"dna", "dna_sm", "dna_rm", "cdna", "cds", "ncrna", "pep"};
    static const char *const KEYS[] = {"gene", "transcript", "gene_biotype", "transcript_biotype",
                                       "gene_symbol"};
    struct text rest = self->description, first = s_word (&rest), place = s_word (&rest), sort = first;
    size_t colons = 0;
    bool known = false;
    sort.n = s_find (first, ':');
    for (size_t i = 0; i < sizeof SORTS / sizeof *SORTS; i++)
        known = known || text_equal (sort, text_of (SORTS[i]));
    for (size_t i = 0; i < place.n; i++)
        colons += place.at[i] == ':';
    if (!known || colons < 4)
        return false;
    self->sort = text_equal (sort, TEXT ("pep")) ? RESIDUES_PROTEIN : RESIDUES_NUCLEIC;
    s_add (self, TEXT ("sequence_type"), first);
    s_add (self, TEXT ("location"), place);
    while (rest.n) {
        if (s_begins (rest, "description:")) {
            s_add (self, TEXT ("gene_description"), s_trim (s_from (rest, sizeof "description:" - 1)));
            break;
        }
        struct text word = s_word (&rest), key = {word.at, s_find (word, ':')};
        for (size_t i = 0; key.n < word.n && i < sizeof KEYS / sizeof *KEYS; i++)
            if (text_equal (key, text_of (KEYS[i])))
                s_add (self, text_of (KEYS[i]), s_from (word, key.n + 1));
    }
    return true;
}

//  A letter or more, an underscore, digits and a version: what an archive of sequences gives.
static bool s_is_accession (struct text id)
{
    size_t letters = 0, digits = 0;
    while (letters < id.n && id.at[letters] >= 'A' && id.at[letters] <= 'Z')
        letters++;
    size_t at = letters + (letters < id.n && id.at[letters] == '_');
    while (at + digits < id.n && is_digit (id.at[at + digits]))
        digits++;
    return letters && letters <= 6 && digits >= 5 && at + digits < id.n && id.at[at + digits] == '.';
}

static bool s_is_key (struct text in)
{
    for (size_t i = 0; i < in.n; i++)
        if (!((in.at[i] | 0x20) >= 'a' && (in.at[i] | 0x20) <= 'z') && in.at[i] != '_' && in.at[i] != '-')
            return false;
    return in.n && in.n <= 32;
}

//  “[gene=thrL] [location=190..255]” and, of a protein, “[Escherichia coli]” at the end.
static void s_read_brackets (struct fasta_header *self)
{
    struct text all = self->description;
    for (size_t at = 0; at < all.n; at++) {
        if (all.at[at] != '[')
            continue;
        size_t end = at + 1, depth = 1;
        for (; end < all.n && depth; end++)
            depth += (size_t) (all.at[end] == '[') - (size_t) (all.at[end] == ']');
        if (depth)
            return;
        struct text inside = {all.at + at + 1, end - at - 2}, key = {inside.at, s_find (inside, '=')};
        if (key.n < inside.n && s_is_key (key))
            s_add (self, key, s_trim (s_from (inside, key.n + 1)));
        else if (end == all.n && key.n == inside.n && s_is_accession (self->id))
            s_add (self, TEXT ("organism"), s_trim (inside));
        at = end - 1;
    }
}

void fasta_header_read (struct fasta_header *self, struct text line)
{
    self->part_count = 0;
    self->sort = RESIDUES_ANY;
    self->description = line;
    self->source = self->id = s_word (&self->description);
    s_read_id (self);
    if (self->part_count && text_equal (self->parts[0].name, TEXT ("entry_name")))
        s_read_labels (self, &UNIPROT, "protein_name");
    else if (s_begins (self->id, "UniRef"))
        s_read_labels (self, &UNIREF, "protein_name");
    else if (!s_read_ensembl (self))
        s_read_brackets (self);
}
