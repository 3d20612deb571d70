//  contig_names.h: the names of a genome's contigs in one style: `chr1`, `1`, RefSeq's or GenBank's
//  accession, by a table of the assemblies (assemblies.tsv). What is no chromosome of an assembly that is
//  known, or has another length, keeps its name. Immutable once it is made: any thread.
#ifndef DMH_WORKER_FORMATS_REFERENCE_CONTIG_NAMES_H
#define DMH_WORKER_FORMATS_REFERENCE_CONTIG_NAMES_H

#include "messages/base/error.h"
#include "worker/text/text.h"

//  In the order of the table's columns; STYLE_KEPT: the one that most contigs of the file have.
enum contig_style {
    STYLE_PLAIN,
    STYLE_CHR,
    STYLE_REFSEQ,
    STYLE_GENBANK,
    STYLE_COUNT,
    STYLE_KEPT = STYLE_COUNT
};

//  "plain", "chr", "refseq", "genbank", or "" for STYLE_KEPT; false: the word is none.
bool contig_style_of (const char *word, enum contig_style *out);

//  What a file says of a contig; length 0: nothing.
struct named_contig {
    struct text name;
    uint64_t length;
};

typedef struct contig_names contig_names_t;

//  Of a file that declares these contigs, and says of its reference `reference` (n = 0: nothing). The
//  assembly is the one that most names and lengths are of; without lengths the one that `reference` names;
//  without that, the one that an accession is of. NULL when out of memory.
contig_names_t *contig_names_new (const struct named_contig *contigs, size_t count, struct text reference,
                                  enum contig_style style);
void contig_names_destroy (contig_names_t **self_p);

//  The name in the file's style: borrowed from the table, or `name` itself. Hot path.
struct text contig_names_find (const contig_names_t *self, struct text name);

//  The same contig's name in a style; n = 0: it has none there, or is not known.
struct text contig_names_in (const contig_names_t *self, struct text name, enum contig_style style);

//  "GRCh38"; NULL: it is not known. Borrowed.
const char *contig_names_assembly (const contig_names_t *self);
const char *contig_names_style (const contig_names_t *self);    //  its word; "": each name is kept

#endif
