//  fasta.c: FASTA: lines that begin with '>' and a sequence behind each. What the sequences of the sample are
//  tells what one is whose letters do not.
#include "worker/formats/fasta/columns.h"
#include "worker/formats/fasta/cut.h"
#include "worker/formats/fasta/rows.h"
#include "worker/text/bytes.h"

static const char KIND[] = "sequence";

//  Where the first header begins: behind blank lines and comments; n: something else comes first.
static size_t s_begin (const char *bytes, size_t n)
{
    size_t at = 0;
    while (at < n && bytes[at] != '>') {
        size_t end = fasta_line_end (bytes, n, at);
        if (bytes[at] != ';')
            for (size_t i = at; i < end; i++)
                if (bytes[i] != ' ' && bytes[i] != '\t')
                    return n;
        at = fasta_next_line (bytes, n, end);
    }
    return at;
}

static size_t s_count (const char *bytes, size_t from, size_t to, char what)
{
    size_t count = 0;
    for (size_t i = from; i < to; i++)
        count += bytes[i] == what;
    return count;
}

//  A table whose first column is called “>…” has as many delimiters in its next line.
static bool s_matches (const char *bytes, size_t n)
{
    size_t begin = s_begin (bytes, n);
    if (begin == n)
        return false;
    size_t end = fasta_line_end (bytes, n, begin), next = fasta_next_line (bytes, n, end);
    size_t next_end = fasta_line_end (bytes, n, next);
    if (next == n || bytes[next] == '>')
        return true;
    for (const char *delimiter = ",;\t|"; *delimiter; delimiter++) {
        size_t count = s_count (bytes, begin, end, *delimiter);
        if (count && count == s_count (bytes, next, next_end, *delimiter))
            return false;
    }
    return true;
}

//  What most of the sample's sequences are, where their letters say it.
struct majority {
    size_t nucleic, protein;
};

static void s_count_sort (struct majority *self, const struct fasta_header *header, residues_t *residues)
{
    enum { TELLING_LETTERS = 10 };
    struct residue_facts facts;
    residues_end (residues, header->sort, RESIDUES_ANY, &facts);
    if (facts.length < TELLING_LETTERS)
        return;
    self->protein += facts.alphabet == ALPHABET_PROTEIN;
    self->nucleic += facts.acgt * 10 >= facts.length * 9;
}

static int s_survey (const char *bytes, size_t n, bool whole, struct dialect *out)
{
    struct fasta_header header;
    struct majority majority = {0, 0};
    residues_t *residues = residues_new ();
    int rc = residues ? 0 : -1;
    for (size_t at = 0, next; rc == 0 && at < n; at = next) {
        size_t end = fasta_line_end (bytes, n, at), letters = fasta_next_line (bytes, n, end);
        if (letters == n && !whole)    //  the header may go on
            break;
        next = fasta_find_header (bytes, n, letters, true);
        fasta_header_read (&header, (struct text){bytes + at + 1, end - at - 1});
        rc = fasta_columns_learn (out, &header);
        residues_begin (residues);
        residues_feed (residues, bytes + letters, next - letters);
        s_count_sort (&majority, &header, residues);
    }
    out->residues = majority.nucleic > majority.protein   ? RESIDUES_NUCLEIC
                    : majority.protein > majority.nucleic ? RESIDUES_PROTEIN
                                                          : RESIDUES_ANY;
    residues_destroy (&residues);
    return rc;
}

static int s_sniff (const char *bytes, size_t n, bool whole, const char *source, struct dialect *out,
                    struct error *error)
{
    size_t begin = s_begin (bytes, n);
    int rc = 0;
    out->data_offset += begin;
    out->data_line += bytes_lines (bytes, begin);
    for (const char *const *name = FASTA_COLUMNS; rc == 0 && *name; name++)
        rc = dialect_add_name (out, text_of (*name)) == DMH_OK ? 0 : -1;
    if (rc == 0)
        rc = s_survey (bytes + begin, n - begin, whole, out);
    return rc == 0 ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory while looking at %s", source);
}

static int s_choose (struct dialect *dialect, const char *kind, const char *source, struct error *error)
{
    if (*kind && strcmp (kind, KIND) != 0)
        return error_set (error, DMH_BAD_INPUT, "%s is FASTA, which is read as %s, not as %.40s", source,
                          KIND, kind);
    dialect->kind = KIND;
    return DMH_OK;
}

const struct format FORMAT_FASTA = {.name = "fasta",
                                    .matches = s_matches,
                                    .sniff = s_sniff,
                                    .part = fasta_part,
                                    .rows_new = fasta_rows_new,
                                    .rows_destroy = fasta_rows_destroy,
                                    .rows_begin = fasta_rows_begin,
                                    .rows_next = fasta_rows_next,
                                    .rows_goes_on = fasta_rows_goes_on,
                                    .rows_rest = fasta_rows_rest,
                                    .unknown = fasta_rows_unknown,
                                    .choose = s_choose};
