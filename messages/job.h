//  job.h: the parts that many messages share: a job's input, options, counts and state. Plain data.
#ifndef DMH_MESSAGES_JOB_H
#define DMH_MESSAGES_JOB_H

#include "messages/codec/shape.h"

enum {
    ID_BYTES = 40,             //  job and worker ids, with terminator
    CORRELATION_BYTES = 33,    //  32 hex digits
    WORD_BYTES = 32,           //  kinds, formats, states, codes
    NAME_BYTES = 256,          //  an input's or an output's name: data, never a path
    PLACE_BYTES = 1024,        //  names and '/' between them
    URI_BYTES = 4096,
    HEX_BYTES = 65,    //  SHA-256
    SENTENCE_BYTES = 512,
    TICKET_BYTES = 160,
    MAPPING_BYTES_MAX = 48 * 1024,              //  of mapping and schema together: both travel in one frame
    INPUTS_MAX = 128,                           //  of one SUBMIT
    FOLLOWS_MAX = 256,                          //  entries of one SUBMIT
    FOLLOWED_MAX = 10000,                       //  jobs that one job follows
    OUTPUTS_MAX = 32,                           //  files of one result
    SOURCE_BYTES = 1024,                        //  what an input is called among others
    TABLES_MAX = 8,                             //  of one mapping
    OWNER_NAME_BYTES = 128,                     //  whom a gateway speaks for, as it calls them
    OWNER_BYTES = 40 + 1 + OWNER_NAME_BYTES,    //  a key in Z85; of a gateway's also '/' and that name
    STALL_SECONDS = 600,
    LIMIT_SECONDS_MOST = 366 * 24 * 60 * 60    //  of time_limit and stall_seconds
};

//  Of output_bytes and unpacked_bytes: an exbibyte.
#define LIMIT_BYTES_MOST ((uint64_t) 1 << 60)

enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED, JOB_STATE_COUNT };

//  "queued", "running", "done", "failed", "cancelled". Borrowed.
const char *job_state_word (enum job_state state);
//  DMH_MALFORMED for another word.
int job_state_of (const char *word, enum job_state *out);
//  done, failed or cancelled.
bool job_state_ended (enum job_state state);

//  Records and events carry the word: whether it is that state's, and what makes it so.
bool job_state_is (const char *word, enum job_state state);
void job_state_set (char out[WORD_BYTES], enum job_state state);

//  Where an input is. `uri` is file:///absolute/path as the worker sees it, or sha256:HEX for a file that the
//  broker keeps; `name` is what reports call it.
struct input {
    char uri[URI_BYTES];
    char name[NAME_BYTES];
    uint64_t bytes;             //  0 when not known
    char sha256[HEX_BYTES];     //  empty when not known
    char origin[URI_BYTES];     //  file:/// of where its submitter has it; empty: that is `uri`, or nobody
                                //  says; ORIGIN_STDIN: it came through standard input
    char place[PLACE_BYTES];    //  in the tree that was named, names with '/' between them; empty: its name
    //  Of one whose result is joined with others: what its records are said to be of, and its result's place;
    //  empty: as `name` says.
    char source_file[SOURCE_BYTES], stands_at[SOURCE_BYTES];
};
#define ORIGIN_STDIN "-"

//  A file that the broker keeps.
struct stored_file {
    char sha256[HEX_BYTES];
    uint64_t bytes;
};

//  The broker's word to its files service that who shows it may have a file.
struct file_ticket {
    char sha256[HEX_BYTES];
    char ticket[TICKET_BYTES];
};

//  What the submitter asked for; empty words mean the default. The words are checked by the worker.
struct options {
    char kind[WORD_BYTES];            //  patient, lab_result, imaging_study, sequence, variant; empty: detect
    char format[WORD_BYTES];          //  csv (default), ndjson, fhir, sqlite, fasta, vcf
    char date_order[WORD_BYTES];      //  mdy (default), dmy, ymd
    char decimal[WORD_BYTES];         //  point, comma; empty: not said
    char audit[WORD_BYTES];           //  summary (default), full
    char *mapping;                    //  the mapping file's text, JSON; NULL without one
    char mapping_name[NAME_BYTES];    //  its name for messages
    char *mapping_folder;             //  absolute, where its tables are; NULL: not said
    struct stored_file *tables;       //  of its joins, in their order, where the broker keeps them; or none
    size_t tables_count;
    char *schema;    //  a schema file's text, JSON: a kind of the user's own; NULL without one
    char schema_name[NAME_BYTES];    //  its name for messages
    uint64_t threads;        //  blocks of this job in work at once; 0: as many as the worker has threads
    uint64_t block_bytes;    //  0: the worker's choice; else 4096 … 4 MiB
    int64_t priority;        //  higher first
    bool strict;
    char on_conflict[NAME_BYTES];    //  first, last, newest:FIELD, fail; empty: as the kind has it
    char fail_on[NAME_BYTES];        //  checks, categories of checks or "any", with commas; empty: none
    char encoding[WORD_BYTES];       //  utf-8, utf-16le, utf-16be, windows-1252, latin-1; empty: found
    char delimiter[WORD_BYTES];      //  of CSV: a character or its word (comma, tab …); empty: found
    bool no_header;                  //  of CSV: the first line is a record already
    uint64_t record_bytes;           //  the longest record; 0: 16 MiB; else 4096 … 256 MiB
    uint64_t time_limit;             //  seconds that an attempt may run; 0: for ever
    uint64_t output_bytes;           //  of records, rejects and audit; 0: as worker/input/limits.h has it
    uint64_t unpacked_bytes;         //  of an input that is compressed; 0: the same
    uint64_t stall_seconds;          //  without a byte after which it is taken away; 0: STALL_SECONDS
    char *reference;    //  absolute path of a FASTA file as the worker sees it, by which variants are
                        //  aligned; NULL: none
    char contig_style[WORD_BYTES];    //  of variants: chr, plain, refseq, genbank; empty: as the input has it
    bool keep_case;                   //  of letters of sequences; false: they are written in upper case
    uint64_t job_memory;              //  bytes that it needs; 0: as its input's size tells
    uint64_t memory;          //  bytes for its keys and for sorting variants, beyond which they lie on the
                              //  disk; 0: what the worker has for them
    char task[WORD_BYTES];    //  what is made of what it follows: join, statistics; empty: nothing
    uint64_t split_bytes;     //  and one: how long a part of a file is that several workers share, of
                              //  which 0 is none; 0: not said, the broker's own
    bool reference_individuals;    //  of statistics: the persons are reference individuals (CLSI EP28)
};

//  Always read = written + duplicates + conflicts + rejected.
struct counts {
    uint64_t read, written, duplicates, conflicts, rejected;
};
void counts_add (struct counts *self, const struct counts *more);

//  With more conflicts of what was read than these, a file looks like events, not like its kind.
enum { KEY_REPEATS_PERCENT = 20 };

//  One file of a result, named relative to the result's folder.
struct output {
    char name[NAME_BYTES];
    uint64_t bytes;
    char sha256[HEX_BYTES];
    uint64_t records;
};

//  A job as the broker knows it. Times are wall ms, 0 when not yet.
struct job_record {
    char job[ID_BYTES];
    char correlation[CORRELATION_BYTES];
    char name[NAME_BYTES];
    char place[PLACE_BYTES];    //  of its input, as there
    char state[WORD_BYTES];
    char kind[WORD_BYTES];    //  as found by the worker
    char worker[ID_BYTES];
    char host[NAME_BYTES];
    uint64_t attempt;
    uint64_t bytes_done, bytes_total;
    struct counts counts;
    char code[WORD_BYTES];           //  failed: the error's word
    char message[SENTENCE_BYTES];    //  failed: the sentence
    char result[URI_BYTES];    //  done, or failed by a check: file:/// of the folder that holds the outputs,
                               //  or sha256:
    struct output *outputs;
    size_t outputs_count;
    int64_t submitted_at, started_at, finished_at;
    int64_t fetched_at;              //  when a client first had the whole result
    uint64_t deaths;                 //  of workers while they ran it
    char owner[OWNER_BYTES];         //  whose it is; empty: of a broker without keys
    int64_t removal_at;              //  when it was asked to leave for good; 0: it stays
    char removal_by[OWNER_BYTES];    //  who asked
    bool removal_waits;              //  as answered: no worker of the host that holds its result is here
    struct file_ticket *tickets;     //  for the outputs, in an answer to who is not its owner; never stored
    size_t tickets_count;
    char batch[ID_BYTES];            //  that it is part of; empty: of none
    uint64_t position;               //  in that batch, from 0
    uint64_t follows;                //  how many jobs have to be done before it begins
    uint64_t waits_for;              //  as answered: how many of them are not done yet
    char waiting[SENTENCE_BYTES];    //  as answered: queued, and why no worker that is registered can take it
    uint64_t revision;               //  grows with each change of its state, attempt or worker, from 1
    //  Of a job whose file several workers share: of how many parts that is; 0: it is none. Of the jobs that
    //  are its work, which clients are not shown: whose they are, and which of the parts is theirs.
    uint64_t parts, part;
    char part_of[ID_BYTES];
};

//  `waiting` of a job where nobody takes any.
#define WAITING_FOR_WORKERS "no worker is registered that takes jobs; start dmh-worker"

//  What people know it by: its place in the tree that its submitter named, or its name. Borrowed.
const char *job_shown_name (const struct job_record *record);

//  Whether all of it was harmonized and is kept: it is done, or failed by a check that its options name.
bool job_has_result (const struct job_record *record);

//  The uri of an input that is the results of the jobs that the job follows.
#define FOLLOWED_URI "jobs:"

//  The task of a job that joins the results of those that it follows, each kind in a folder of its own.
#define TASK_JOIN "join"

//  The tasks of a file that several workers share: where it is cut, what its parts say about all of it, what
//  is made of each, and the result.
#define TASK_CUT "cut"
#define TASK_SURVEY "survey"
#define TASK_PART "part"
#define TASK_WRITE "write"

//  Whether it is one of those four.
bool task_is_of_split (const char *task);

//  The task of a job that describes them in figures and pictures; a worker in R does it (worker/r/).
#define TASK_STATISTICS "statistics"

//  The format that the report.json of a task other than a join says.
#define TASK_REPORT "dmh-task/1"

//  Whether the outputs of a result lie in folders, one a kind: KIND/records.csv … It is of a job that joins.
bool job_has_tables (const struct job_record *record);

//  Whether the name is a file's, or a file's in one folder, which lead nowhere else.
bool output_name_is_plain (const char *name);

//  The code of a job that has failed because one that it follows was not done.
#define FOLLOWED_CODE "followed"

//  The output of that name; NULL: the job has none. Borrowed.
const struct output *job_output (const struct job_record *record, const char *name);

//  Rows of a table that flatten a struct counts called M: five keys of the message itself.
#define COUNTS_FIELD_(T, M, KEY)                                                                             \
    {                                                                                                        \
#KEY, SHAPE_U64, false, offsetof(T, M.KEY), 0, NULL, 0                                               \
    }
#define COUNTS_FIELDS(T, M)                                                                                  \
    COUNTS_FIELD_ (T, M, read), COUNTS_FIELD_ (T, M, written), COUNTS_FIELD_ (T, M, duplicates),             \
        COUNTS_FIELD_ (T, M, conflicts), COUNTS_FIELD_ (T, M, rejected)

//  A copy whose strings are its own: shape_clear it. false: out of memory, and nothing is owned.
bool options_copy (const struct options *options, struct options *out);

extern const struct shape file_ticket_shape, input_shape, options_shape, output_shape, job_record_shape;

#endif
