//  part_files.h: the small files by which the tasks on one input tell each other: where it was cut, and what
//  a part showed. Of another version of dmh they are of no use, and say so.
#ifndef DMH_WORKER_PARTS_PART_FILES_H
#define DMH_WORKER_PARTS_PART_FILES_H

#include "messages/job.h"
#include "messages/s3/request.h"
#include "worker/input/text_parts.h"
#include "worker/pipeline/keys/key_ranges.h"
#include "worker/pipeline/keys/range_answers.h"
#include "worker/pipeline/parts/part_sink.h"
#include "worker/pipeline/parts/pass_settings.h"

#define CUT_FILE "cut.dmh"
enum { PART_NAME_BYTES = 64 };

//  How an input is cut.
struct input_cut {
    bool cut;                           //  false: one worker does all of it, and the rest is empty
    char why[SENTENCE_BYTES];           //  then: why
    char sha256[DIGEST_HEX_BYTES];      //  of the input; empty: the first `part` tells
    uint64_t bytes, head, head_hash;    //  of the whole, of reader_head, the XXH3 of the sample
    int64_t written_at;                 //  as of reader_written_at
    char etag[S3_ETAG_BYTES];           //  of an object of a store; empty: it is none
    struct pass_settings settings;      //  to begin with
    struct text_part *parts;            //  owned, [count]
    size_t count;
};

//  Writes it into the folder as CUT_FILE. DMH_OK, DMH_IO, DMH_INTERNAL.
int input_cut_write (const struct input_cut *self, const char *folder, struct output *out,
                     struct error *error);
//  Into a zeroed one; input_cut_clear it in any case. DMH_OK; DMH_IO; DMH_INTERNAL; DMH_UNSUPPORTED: it is
//  none of this version; DMH_MALFORMED: it is not as it was written.
int input_cut_read (struct input_cut *self, const char *path, struct error *error);
void input_cut_clear (struct input_cut *self);

enum part_state {
    PART_HAS_BLOCKS,     //  they lie beside
    PART_AS_SURVEYED,    //  the blocks of its survey are right
    PART_UNCUT           //  one worker is to do all of the input
};

//  What a part showed.
struct part_finding {
    enum part_state state;
    uint64_t block_count, first_line, read, rejected;
    struct tally tally;                  //  its lines are behind the first one
    struct buffer names;                 //  keys of JSON that are no column yet, each ended by NUL
    struct key_directory keys;           //  of a survey: where the keys of its records lie
    char sha256[DIGEST_HEX_BYTES];       //  of the first part: the input's, where `cut` does not tell
    bool judges;                         //  of a part: it has found out which records of its range do not
    struct range_judgement judgement;    //  stand; then: which it judged
};

//  "survey-3.tally" and the like.
void part_file_name (char out[PART_NAME_BYTES], const char *task, uint64_t part, const char *ending);

//  What a part has to say beside what its sink has seen.
struct part_saying {
    enum part_state state;
    const struct key_directory *keys;           //  NULL: nowhere
    const struct range_judgement *judgement;    //  NULL: nothing was judged
    const char *sha256;                         //  of the input; empty: another one tells
};

//  Writes it into the folder. As input_cut_write.
int part_finding_write (const struct part_sink *sink, const struct part_saying *saying, const char *folder,
                        const char *name, struct output *out, struct error *error);
//  Into a zeroed one, of records of so many fields; part_finding_clear it in any case. As input_cut_read.
int part_finding_read (struct part_finding *self, size_t field_count, const char *path, struct error *error);
void part_finding_clear (struct part_finding *self);

#endif
