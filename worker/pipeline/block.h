//  block.h: a block of whole records on its way reader → harmonizer → writer → reader, whose output may come
//  in several parts, one after the other. Passed by pointer over inproc; whoever holds it owns it. A fixed
//  number exists for a job, which bounds memory and is the back-pressure.
#ifndef DMH_WORKER_PIPELINE_BLOCK_H
#define DMH_WORKER_PIPELINE_BLOCK_H

#include "worker/output/tally.h"
#include "worker/pipeline/keys/key_set.h"

#include "messages/base/buffer.h"
#include "messages/base/error.h"
#include "messages/job.h"

struct pass;
typedef struct harmonizer harmonizer_t;    //  harmonizer.h

enum block_sort {
    BLOCK_WORK,    //  records to harmonize
    BLOCK_JOIN,    //  to a harmonizer: a pass begins, make ready for it
    BLOCK_LEAVE    //  to a harmonizer, then on to the writer: nothing of this pass comes after
};

//  What became of one record. Offsets are into the block's buffers, and as wide as those can grow: a few
//  records of many columns make more than 4 GiB of a small block.
struct verdict {
    size_t out_at, out_n;          //  its formatted row, line end included; n = 0 when rejected
    size_t raw_at, raw_n;          //  as it stood, in `in`
    uint64_t line;                 //  lines before it in the block
    size_t remark_at, remark_n;    //  its remarks
    uint32_t url;                  //  of the block's urls, from 1; 0: it has none
    uint32_t title;                //  of the block's titles, the same
    int16_t field;                 //  of the rejection, FIELD_NONE: the record
    uint8_t rule;                  //  RULE_NONE, or why it was rejected
    bool continued;                //  it began in an earlier block (FASTA); raw is the rest of it
    bool made;                     //  it is a long row of a wide table: raw_at is into `made`
    struct key_hash hash;
    uint64_t rank;    //  among the records of its key (precedence.h)
};

//  FHIR: the URL of a record's entry and the id of its resource, in `in`.
struct record_url {
    size_t at, n, id_at, id_n;
};

//  FASTA: what stands above a record's letters; of one that is rejected, where it is wrong. In `notes`.
struct record_title {
    size_t at, n;
};

//  A finding that the audit lists one by one. Its texts lie in `notes`, `to` right behind `raw`.
struct remark {
    int16_t field;
    uint8_t rule;
    size_t raw_at, raw_n, to_n;
};

struct block {
    enum block_sort sort;
    struct pass *pass;    //  borrowed; immutable while blocks of it are out
    uint64_t serial;      //  0, 1, 2 … in the order of the input
    size_t worker;        //  index of the harmonizer that it was given to
    struct buffer in;     //  the records' bytes
    uint64_t in_at;       //  where these begin in the text of the input
    //  Of a block that was read from a file: brings `in` here once it is asked for; what goes wrong is in
    //  `error`. NULL: it is here.
    void (*load) (void *context, struct block *block);
    void *load_context;
    struct buffer made;     //  long rows of a wide table, which did not stand so in the input
    uint64_t first_line;    //  of the file, from 1
    struct buffer out, notes;
    struct verdict *verdicts;
    size_t verdict_count, verdict_room;
    struct remark *remarks;
    size_t remark_count, remark_room;
    struct tally tally;
    struct buffer unknown;      //  names of columns not known yet, each ended by NUL (JSON)
    struct buffer skipped;      //  struct skipped_records, one after another: what was no record of the kind
    struct buffer left_over;    //  what no column took: a count (uint64_t) and its path, ended by NUL, each
    struct buffer urls;         //  struct record_url, one after another
    struct buffer titles;       //  struct record_title, one after another
    struct buffer runs;         //  struct record_run, where its records stand
    struct buffer links;        //  struct link, what depends on the rest of the file
    struct error error;         //  code DMH_OK, or why the block could not be harmonized
    bool goes_on;               //  its last record does, in the next block (FASTA)
    size_t open_at;             //  from where on its bytes belong to that one; SIZE_MAX: nothing goes on
    uint64_t position;          //  bytes of the file up to this block's end
    struct counts so_far;       //  set by the writer: of the pass, this block included
    bool doomed;                //  set by the writer: the pass has failed or has to start again
    harmonizer_t *rest;         //  owned: goes on with its records, of which this is a part; NULL: it is all
    size_t parts;               //  that came before this one
    bool cut;                   //  those behind it were left out: the pass does not see the whole input
};

//  NULL when out of memory.
struct block *block_new (size_t field_count, size_t bytes);
void block_destroy (struct block **self_p);

//  The record as it stood, or as a long row of a wide table. Borrowed.
static inline struct text block_raw (const struct block *self, const struct verdict *verdict)
{
    const struct buffer *of = verdict->made ? &self->made : &self->in;
    if (self->load && !verdict->made)
        self->load (self->load_context, (struct block *) (uintptr_t) self);
    return self->error.code == DMH_OK || verdict->made
               ? (struct text){of->at + verdict->raw_at, verdict->raw_n}
               : (struct text){NULL, 0};
}

static inline struct text block_title (const struct block *self, const struct verdict *verdict)
{
    struct record_title title = {0, 0};
    if (verdict->title)
        memcpy (&title, self->titles.at + (verdict->title - 1) * sizeof title, sizeof title);
    return (struct text){self->notes.at + title.at, title.n};
}

//  Its row without the line end, as it would be written; of a database, where a row is no text, nothing.
//  `head`: the encoder's.
static inline struct text block_row (const struct block *self, const struct verdict *verdict, size_t head)
{
    bool line = verdict->out_n > head && self->out.at[verdict->out_at + verdict->out_n - 1] == '\n';
    return line ? (struct text){self->out.at + verdict->out_at + head, verdict->out_n - head - 1}
                : (struct text){NULL, 0};
}

//  Starts loading a verdict, which a harmonizer on another processor has written; call some ahead.
static inline void block_prefetch (const struct block *self, size_t at)
{
    if (at >= self->verdict_count)
        return;
    const char *verdict = (const char *) &self->verdicts[at];
    __builtin_prefetch (verdict);
    __builtin_prefetch (verdict + sizeof *self->verdicts - 1);
}

//  Makes the block empty again, keeping its memory, but gives back what a giant record made it grow by.
void block_reset (struct block *self, size_t bytes);

//  For the next part of the block: forgets what was made of the records before it.
void block_reset_part (struct block *self);

//  Bytes of what was made of its records, of this part.
static inline size_t block_made (const struct block *self)
{
    return self->out.used + self->notes.used + self->made.used + self->urls.used +
           self->verdict_count * sizeof *self->verdicts + self->remark_count * sizeof *self->remarks;
}

//  How many bytes of input the next block takes after this one, which the writer has taken; `bytes` so far,
//  `most` as is wanted. Fewer where blocks come in parts: one thread goes on with such a block, and smaller
//  ones keep the others busy.
size_t block_bytes_next (const struct block *self, size_t bytes, size_t most);

//  What blocks of a pass have needed, the most of each.
struct block_needs {
    size_t rows, bytes;    //  verdicts, and bytes of output
};

//  Makes room for what the block will need as those before it did, at once instead of by doubling, where it
//  has none yet. A hint: no error.
void block_expect (struct block *self, const struct block_needs *needs);
void block_learn (const struct block *self, struct block_needs *needs);

//  Room for one more verdict or remark; NULL when out of memory. The caller fills all of it.
struct verdict *block_add_verdict (struct block *self);
struct remark *block_add_remark (struct block *self);

#endif
