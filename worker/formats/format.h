//  format.h: the narrow interface of an input format: recognize it, read the structure of its first bytes,
//  cut it into blocks, take a block's records apart. Knows no rule and no thread. A new format is one folder
//  that fills a struct format, and one row in FORMATS (format.c).
#ifndef DMH_WORKER_FORMATS_FORMAT_H
#define DMH_WORKER_FORMATS_FORMAT_H

#include "worker/formats/dialect.h"
#include "worker/formats/value_sort.h"

enum {
    SAMPLE_BYTES = 1024 * 1024,             //  of the start of a file; the same whatever the block size
    RECORD_BYTES_MAX = 16 * 1024 * 1024,    //  a longer record fails the job, unless the job says otherwise
    FORMAT_CUT_AHEAD = 1    //  of cut: whether a record ends here is told by what comes behind it
};

//  What stands at a byte between two blocks.
enum record_place {
    RECORD_BEGINS,    //  a record, or what is around them
    RECORD_LINE,      //  a line of a record that began before
    RECORD_MIDDLE     //  the rest of such a line
};

//  What of a record is a warning, and of which part of it.
struct row_warning {
    enum rule rule;
    const char *field;    //  of the record; NULL: it as a whole
    struct text raw;
    struct text to;    //  what it became; n = 0: it stays
};

//  One record. Fields are borrowed from the block or from the rows' own scratch, valid until the next call.
struct row {
    struct text *fields;          //  [count]; a value that is absent or null is {NULL, 0}
    size_t count;                 //  CSV: fields seen; JSON: number of columns
    const unsigned char *bare;    //  [count] of enum value_sort; NULL: all are texts
    struct text raw;              //  the record as it stands, without its line end
    bool unquoted;                //  of `raw` nothing has to be quoted in CSV but for spaces at its ends
    uint64_t line;                //  lines before it in this block (0 for a block's first line)
    enum rule problem;            //  RULE_NONE, or why it cannot be used (RULE_RECORD_…, RULE_FIELD_COUNT)
    struct text origin;           //  FHIR: the entry's fullUrl in the block; {NULL, 0} where there is none
    struct text origin_id;        //  the resource's id in the block, for which the entry's URL stands
    struct text servers[2];       //  FHIR: two of several servers that its patient's id came from, or nothing
    bool continued;               //  FASTA: it began in an earlier block; raw is what stands in this one, and
                                  //  line (modulo 2^64) counts from there on
    enum rule warning;            //  FASTA: of the record, which stays; RULE_NONE: there is none
    uint64_t wrong_line, wrong_column;    //  FASTA: where the byte stands that a problem is about: lines from
    unsigned char wrong;                  //  the record's first, column from 1; and which it is
    //  VCF: the record that the fields are made of, {NULL} where it cannot be used; what of it is a warning;
    //  what is wrong in one that cannot be used (its column is wrong_column); and what stands for the fields
    //  of its key.
    const struct vcf_record *variant;
    const struct row_warning *warnings;
    size_t warning_count;
    const char *wrong_field;    //  NULL: the record as a whole
    struct text wrong_text;
    struct text key;    //  n = 0: they do
};

//  What of a block was no record of the kind that is read, by name: resources of another type.
struct skipped_records {
    char name[40];
    uint64_t count;
};
enum { SKIPPED_NAMES_MAX = 256 };    //  what comes after them counts as the last

//  What of a block's records no column took, by its path in them.
struct path_count {
    char *path;
    uint64_t count;
};

//  What of a block's records depends on what stands elsewhere in the file (FHIR).
enum link_sort {
    LINK_ASKED,      //  the URL of a resource, of which is to be told who it is
    LINK_OTHER,      //  the URL of an entry that is not what its URL says, or no patient
    LINK_SERVER,     //  the URL of a server that resources come from
    LINK_PATIENT,    //  something of a patient
    LINK_SORTS
};
struct link {
    uint64_t hash;
    uint64_t sort;
};

//  VCF: records that stand behind one another on one contig, none before the one before it.
struct record_run {
    uint64_t group;          //  the contig, a hash that is not 0
    uint64_t first, last;    //  positions
    uint64_t line;           //  of the first record in this block
};

struct vcf_record;                 //  formats/vcf/record.h
typedef struct people people_t;    //  formats/fhir/people.h

typedef struct rows rows_t;    //  opaque; each format has its own

struct format {
    const char *name;    //  "csv", "json", "fhir", "fhir-ndjson", "fasta", "vcf"

    //  Whether a file that begins so, byte-order mark off, is of this format.
    bool (*matches) (const char *bytes, size_t n);

    //  Reads the sample's structure into *out (data_offset, names …). `whole`: the sample is the whole file.
    //  DMH_BAD_INPUT with one sentence naming `source` for a file with no records in a form we can use.
    int (*sniff) (const char *bytes, size_t n, bool whole, const char *source, struct dialect *out,
                  struct error *error);

    //  The length of the longest prefix of whole records in bytes [0, n), which start at a record's
    //  beginning; 0 when none ends there. `last`: the file ends at n, so the rest counts as a record too (its
    //  line is counted from `line`, the line of bytes [0]). *lines (added to) counts line ends in the prefix.
    //  Never reads past n. DMH_OK; DMH_BAD_INPUT, where *cut may then be the place from which nothing can be
    //  read, of which the caller says the byte; FORMAT_CUT_AHEAD: *cut is 0, and so many bytes as a record
    //  may have (see dialect.record_bytes) behind those may have to be seen.
    int (*cut) (const struct dialect *dialect, const char *bytes, size_t n, bool last, uint64_t line,
                const char *source, size_t *cut, uint64_t *lines, struct error *error);

    //  In place of cut for records that may be longer than any block (FASTA), NULL elsewhere: the longest
    //  prefix of whole records, or a part of one where none ends. *place: what stands at bytes [0], then
    //  behind the prefix. *cut is 0 where more has to be seen. Never cuts off all of what goes on (`last`
    //  false), so that the last block of a record is known as such.
    int (*part) (const struct dialect *dialect, const char *bytes, size_t n, bool last,
                 enum record_place *place, size_t *cut, uint64_t *lines);

    //  An iterator over one block's records; one per thread and job, reused for many blocks. NULL: out of
    //  memory. JSON: `names` is the full list of columns at this moment; keys beyond it are gathered (see
    //  unknown).
    rows_t *(*rows_new) (const struct dialect *dialect);
    void (*rows_destroy) (rows_t **self_p);
    void (*rows_begin) (rows_t *self, const char *bytes, size_t n);
    //  1: a record in *out; 0: the block is over; -1: out of memory, nothing of the block counts. Blank lines
    //  are skipped (they are no records).
    int (*rows_next) (rows_t *self, struct row *out);
    //  Where `part` is, else NULL. Of the block that begins: whether its last record goes on in the next one,
    //  which then has to come to the same rows; and, once rows_next has said 0, where that record begins in
    //  this block, or goes on from its first byte; SIZE_MAX: nothing goes on.
    void (*rows_goes_on) (rows_t *self, bool goes_on);
    size_t (*rows_rest) (const rows_t *self);
    //  JSON, FHIR, VCF: the i-th key of this block that is no known column, in order of appearance; {NULL, 0}
    //  past the end. NULL for CSV.
    struct text (*unknown) (rows_t *self, size_t i);
    //  Adds the columns of a name that `unknown` gave to the dialect, where a name is not one column; NULL:
    //  it is. DMH_OK, DMH_INTERNAL, DMH_TOO_LARGE.
    int (*learn) (struct dialect *dialect, struct text name);

    //  For files that hold several kinds (FHIR), NULL elsewhere: settles on `kind` (empty: the one that most
    //  of the sample's resources are of) and fills in dialect->kind and its names. DMH_OK, or DMH_BAD_INPUT
    //  with a sentence.
    int (*choose) (struct dialect *dialect, const char *kind, const char *source, struct error *error);
    //  What of this block was skipped; borrowed until the next rows_begin. NULL where nothing ever is.
    const struct skipped_records *(*skipped) (const rows_t *self, size_t *count);
    //  What of this block's records no column took, once rows_next has said 0; borrowed until the next
    //  rows_begin. NULL with *count = 1: out of memory. NULL where all of a record is columns.
    const struct path_count *(*left_over) (rows_t *self, size_t *count);
    //  What of this block depends on the rest of the file, once rows_next has said 0, where dialect->people
    //  is not known; borrowed until the next rows_begin. NULL where nothing ever does.
    const struct link *(*links) (const rows_t *self, size_t *count);
    //  Where the records of this block stand, once rows_next has said 0; borrowed until the next rows_begin.
    //  NULL where their order says nothing.
    const struct record_run *(*runs) (const rows_t *self, size_t *count);
    //  Puts who is in a block among the people of its file. 0, or -1 out of memory. NULL where links is.
    int (*survey) (const struct dialect *dialect, const char *bytes, size_t n, people_t *people);
};

//  Begins a block of which the last record goes on in the next one, or does not.
static inline void format_begin (const struct format *self, rows_t *rows, const char *bytes, size_t n,
                                 bool goes_on)
{
    self->rows_begin (rows, bytes, n);
    if (self->rows_goes_on)
        self->rows_goes_on (rows, goes_on);
}

//  Adds to the sentence from which byte of the text on nothing was read.
void format_say_byte (struct error *error, uint64_t byte);

extern const struct format FORMAT_CSV, FORMAT_JSON, FORMAT_FHIR, FORMAT_FASTA, FORMAT_VCF;

//  All formats, ended by NULL. A file is of the first that matches; the last one matches all.
extern const struct format *const FORMATS[];

#endif
