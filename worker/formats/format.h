//  format.h: the narrow interface of an input format: look at it, cut it into blocks, take a block's records
//  apart. Knows no rule and no thread. A new format is one file that fills a struct format, and one row in
//  FORMATS (format.c).
#ifndef DMH_FORMAT_H
#define DMH_FORMAT_H

#include "messages/base/error.h"
#include "worker/text/text.h"

enum {
    SAMPLE_BYTES = 1024 * 1024,    //  of the start of a file, for looking; the same whatever the block size
    RECORD_BYTES_MAX = 16 * 1024 * 1024,    //  a longer record fails the job, unless the job says otherwise
    COLUMNS_MAX = 20000,
    MARK_BYTES = 128
};

struct format;

//  What the user knows better than a look can tell.
struct wish {
    char delimiter;    //  0: to be found
    bool no_header;    //  the first line is a record: columns are called column_1, column_2 …
};

//  What was found out about one file. Owns names.
struct dialect {
    const struct format *format;
    char encoding[16];          //  of the file: "UTF-8" …; what formats see is always UTF-8
    const char *compression;    //  "gzip", "zstd" or NULL; borrowed, static
    char delimiter;             //  CSV; 0 otherwise
    bool bom;
    bool array;      //  JSON: records are the elements of one array (or one object over several lines)
    bool under;      //  JSON: of an array that is a member of one object; data begins inside it
    bool bracket;    //  JSON: the file begins with '[' and has to end with ']'
    //  JSON: what a record and nothing in one begins with, a line end and its indentation or a first key;
    //  the record's '{' is its byte mark_begin. No bytes: there is none.
    char mark[MARK_BYTES];
    size_t mark_bytes, mark_begin;
    struct wish wish;
    uint64_t data_offset;    //  where the first record begins, in bytes of the text
    uint64_t data_line;      //  the line it stands on, from 1
    char **names;    //  the columns' names as they stand, outer quotes off; for JSON those of the sample
    size_t *name_bytes;
    size_t name_count;
    size_t awaited;      //  JSON: so many names at the end come from the mapping and were not met yet
    bool entries;        //  FHIR: records are the entries of one Bundle
    const char *kind;    //  FHIR: the kind that is read (borrowed constant); NULL elsewhere: the columns tell
    size_t resources[3];    //  FHIR: of each kind in the sample, in the order of FHIR_KIND
};

//  One record. Fields are borrowed from the block or from the rows' own scratch, valid until the next call.
struct row {
    struct text *fields;    //  [count]; a value that is absent or null is {NULL, 0}
    size_t count;           //  CSV: fields seen; JSON: number of columns
    struct text raw;        //  the record as it stands, without its line end
    uint64_t line;          //  lines before it in this block (0 for a block's first line)
    enum rule problem;    //  RULE_NONE, or why it cannot be used (RULE_RECORD_SYNTAX, _NUL, RULE_FIELD_COUNT)
};

//  What a block holds that is of no use to the kind that is read, by name: resources of another type.
struct passed {
    char name[40];
    uint64_t count;
};
enum { PASSED_MAX = 256 };    //  names; what comes after them counts as the last

typedef struct rows rows_t;    //  opaque; each format has its own

struct format {
    const char *name;    //  "csv", "json"

    //  Reads the sample's structure into *out (data_offset, names …). `whole`: the sample is the whole file.
    //  DMH_BAD_INPUT with one sentence naming `source` for a file with no records in a form we can use.
    int (*look) (const char *bytes, size_t n, bool whole, const char *source, struct dialect *out,
                 struct error *error);

    //  The length of the longest prefix of whole records in bytes [0, n), which start at a record's
    //  beginning; 0 when none ends there. `last`: the file ends at n, so the rest counts as a record too (an
    //  unclosed quote there is DMH_BAD_INPUT: "ends inside a quoted field that opens at line …", counted from
    //  `line`, the line of bytes [0]). *lines (added to) counts line ends in the prefix. Never reads past n.
    //  DMH_OK, or DMH_BAD_INPUT; *cut may then be the place from which nothing can be read, of which the
    //  caller says the byte.
    int (*cut) (const struct dialect *dialect, const char *bytes, size_t n, bool last, uint64_t line,
                const char *source, size_t *cut, uint64_t *lines, struct error *error);

    //  An iterator over one block's records; one per thread and job, reused for many blocks. NULL: out of
    //  memory. JSON: `names` is the full list of columns at this moment; keys beyond it are gathered (see
    //  unknown).
    rows_t *(*rows_new) (const struct dialect *dialect);
    void (*rows_destroy) (rows_t **self_p);
    void (*rows_begin) (rows_t *self, const char *bytes, size_t n);
    //  1: a record in *out; 0: the block is over; -1: out of memory, nothing of the block counts. Blank lines
    //  are skipped (they are no records).
    int (*rows_next) (rows_t *self, struct row *out);
    //  JSON: the i-th key of this block that is no known column, in order of appearance; {NULL, 0} past the
    //  end. NULL for CSV.
    struct text (*unknown) (rows_t *self, size_t i);

    //  For files that hold several kinds (FHIR), NULL elsewhere: settles on `kind` (empty: the one that most
    //  of the sample's resources are of) and fills in dialect->kind and its names. DMH_OK, or DMH_BAD_INPUT
    //  with a sentence.
    int (*choose) (struct dialect *dialect, const char *kind, const char *source, struct error *error);
    //  What of this block was passed by; borrowed until the next rows_begin. NULL where nothing ever is.
    const struct passed *(*passed) (const rows_t *self, size_t *count);
};

extern const struct format FORMAT_CSV, FORMAT_JSON, FORMAT_FHIR, FORMAT_FHIR_NDJSON;

//  Finds the format by content (then by the name's ending), encoding and dialect. See struct format.look for
//  errors; empty files, directories' and pictures' bytes, NUL-ridden files, UTF-16 and the like end here with
//  one sentence that says what the file seems to be.
int dialect_find (const char *sample, size_t n, bool whole, const char *source, struct dialect *out,
                  struct error *error);
//  DMH_BAD_INPUT for the first bytes of a file that is no text: a picture, an archive, a database … To be
//  asked before an encoding is guessed.
int dialect_refuse (const char *bytes, size_t n, const char *source, struct error *error);

//  Adds to the sentence from which byte of the text on nothing was read.
void format_say_byte (struct error *error, uint64_t byte);

//  A delimiter by its word (comma, semicolon, tab, pipe, caret, tilde, colon, space) or as one character; 0
//  for "". DMH_BAD_INPUT for anything else, a quote, a line end.
int delimiter_of (const char *word, char *out, const char *source, struct error *error);

//  The same with what the user asked for; `wish` may be NULL.
int dialect_find_as (const char *sample, size_t n, bool whole, const char *source, const struct wish *wish,
                     struct dialect *out, struct error *error);
void dialect_clear (struct dialect *self);

//  The columns' names as they are now, [name_count], yours to free; the texts are borrowed. NULL: out of
//  memory.
struct text *dialect_texts (const struct dialect *self);

//  Settles on the kind where a file holds several; once, before its names are used. `kind` may be NULL or
//  empty.
int dialect_choose (struct dialect *self, const char *kind, const char *source, struct error *error);

//  Adds a column name (copied); for JSON keys met later. 0 or DMH_INTERNAL, DMH_TOO_LARGE beyond COLUMNS_MAX.
int dialect_add_name (struct dialect *self, struct text name);

//  Names that the mapping speaks of and no record of JSON had yet: await puts one at the end when it is not
//  there, met takes all of them off again. DMH_OK, DMH_INTERNAL, DMH_TOO_LARGE.
int dialect_await_name (struct dialect *self, struct text name);
void dialect_forget_awaited (struct dialect *self);

#endif
