//  dialect.h: what was found out about one file of records: its format, its encoding, its columns.
#ifndef DMH_WORKER_FORMATS_DIALECT_H
#define DMH_WORKER_FORMATS_DIALECT_H

#include "messages/base/error.h"
#include "worker/text/text.h"

enum { COLUMNS_MAX = 20000, VCF_COLUMNS_MAX = 1000000, MARK_BYTES = 128 };

//  What the user knows better than the file's first bytes can tell.
struct dialect_options {
    char delimiter;    //  0: to be found
    bool no_header;    //  the first line is a record: columns are called column_1, column_2 …
};

//  Owns names, units_line and vcf.
struct dialect {
    const struct format *format;    //  formats/format.h
    char encoding[16];              //  of the file: "UTF-8" …; what formats see is always UTF-8
    const char *compression;        //  "gzip", "zstd" or NULL; borrowed, static
    char delimiter;                 //  CSV; 0 otherwise
    char line_end[3];               //  CSV: behind the header; empty: none is there
    char escape;            //  CSV: '\\' where a quote inside a quoted field is written \"; 0: doubled only
    size_t record_bytes;    //  CSV: within so many a quoted field over several lines closes; 0: the most
    struct text units_line;    //  CSV: the text of the line under the header that holds units; owned
    bool every_line;           //  CSV: is a record; none is passed for a header that comes again, a total …
    bool bom;
    bool array;      //  JSON: records are the elements of one array (or one object over several lines)
    bool wrapped;    //  JSON: of an array that is a member of one object; data begins inside it
    bool bracket;    //  JSON: the file begins with '[' and has to end with ']'
    bool dicom;      //  JSON: records are in the DICOM JSON model; names are those of json/dicom.h
    //  JSON: what a record and nothing in one begins with, a line end and its indentation or a first key;
    //  the record's '{' is its byte mark_begin. No bytes: there is none.
    char mark[MARK_BYTES];
    size_t mark_bytes, mark_begin;
    struct dialect_options options;
    uint64_t data_offset;    //  where the first record begins, in bytes of the text
    uint64_t data_line;      //  the line it stands on, from 1
    uint64_t lines_above;    //  CSV: the header, which were passed over
    char **names;    //  the columns' names as they stand, outer quotes off; for JSON those of the sample
    size_t *name_bytes;
    size_t name_count;
    size_t awaited;      //  JSON: so many names at the end come from the mapping and were not met yet
    bool entries;        //  FHIR: records are the entries of one Bundle
    const char *kind;    //  FHIR, FASTA, VCF: the kind that is read (borrowed constant); NULL elsewhere: the
                         //  columns tell
    size_t resources[3];                   //  FHIR: of each kind in the sample, in the order of FHIR_KIND
    bool late[3];                          //  FHIR: whether the sample has a value for a kind's last column
    const struct people *people;           //  FHIR: who is in the file, where that was asked for; borrowed
    int residues;                          //  FASTA: of which sort its sequences are (enum residue_sort)
    struct vcf_header *vcf;                //  VCF: what stands above its records; owned
    const struct reference *reference;     //  VCF: by which records are aligned; borrowed; NULL: none
    const struct contig_names *contigs;    //  VCF: the names of contigs; borrowed; NULL: as they are
    char today[11];    //  FHIR: YYYY-MM-DD, by which a name or an address is in use or not
};

void dialect_clear (struct dialect *self);

//  How many columns there may be; of VCF a sample has one for each tag of FORMAT.
static inline size_t dialect_columns_most (const struct dialect *self)
{
    return self->vcf ? VCF_COLUMNS_MAX : COLUMNS_MAX;
}

//  The columns' names as they are now, [name_count], yours to free; the texts are borrowed. NULL: out of
//  memory.
struct text *dialect_texts (const struct dialect *self);

//  Adds a column name (copied); for JSON keys met later. 0 or DMH_INTERNAL, DMH_TOO_LARGE beyond
//  dialect_columns_most.
int dialect_add_name (struct dialect *self, struct text name);

//  Names that the mapping speaks of and no record of JSON had yet: await puts one at the end when it is not
//  there, forget takes all of them off again. DMH_OK, DMH_INTERNAL, DMH_TOO_LARGE.
int dialect_await_name (struct dialect *self, struct text name);
void dialect_forget_awaited (struct dialect *self);

//  A delimiter by its word (comma, semicolon, tab, pipe, caret, tilde, colon, space) or as one character; 0
//  for "". DMH_BAD_INPUT for anything else, a quote, a line end.
int delimiter_of (const char *word, char *out, const char *source, struct error *error);

#endif
