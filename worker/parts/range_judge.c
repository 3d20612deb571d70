//  range_judge.c: see range_judge.h. The keys of the range come in the order of the records of the input, as
//  they come to the writer of one worker, and are judged by the same code; it is asked again until it answers
//  as before, where another record of a key than the first one stands.
#define _GNU_SOURCE
#define XXH_INLINE_ALL
#include "worker/parts/range_judge.h"

#include "worker/memory/scratch_file.h"
#include "worker/pipeline/keys/record_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

enum { AHEAD = 12 };

struct judge {
    struct part_task *task;
    size_t range, field_count;
    record_keys_t *keys;
    output_file_t *answers;
    struct range_judgement *judgement;
    XXH3_state_t *hash;      //  of the answers
    struct buffer bytes;     //  of a chunk
    struct buffer judged;    //  struct key_answer of it
};

static int s_no_memory (const struct judge *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory for the keys of %s",
                      self->task->assignment->input.name);
}

//  One record, whose number in the input `record` is.
static int s_judge (struct judge *self, const struct ranged_key *key, uint64_t record, struct error *error)
{
    uint64_t other = 0;
    struct key_answer answer = {.record = record};
    self->judgement->judged++;
    self->judgement->sum += range_answers_sum (record);
    switch (record_keys_judge (self->keys, &key->hash, record, key->rank, &other, error)) {
    case KEY_NO_ROOM:
        return error->code;
    case KEY_STANDS:
    case KEY_LATER:
        return DMH_OK;
    case KEY_REPEATS:
        answer.repeats = 1;
        break;
    case KEY_CONFLICTS:
        break;
    }
    answer.other = other & INT64_MAX;
    if (buffer_reserve (&self->judged, sizeof answer) != 0)
        return s_no_memory (self, error);
    memcpy (self->judged.at + self->judged.used, &answer, sizeof answer);
    self->judged.used += sizeof answer;
    return DMH_OK;
}

static int s_read_chunk (struct judge *self, int fd, const char *path, const struct key_directory *directory,
                         const struct key_chunk *chunk, struct error *error)
{
    size_t n = (size_t) key_directory_bytes (directory, chunk);
    self->bytes.used = 0;
    if (buffer_reserve (&self->bytes, n + 1) != 0)
        return s_no_memory (self, error);
    long got = scratch_file_read (fd, self->bytes.at, n, chunk->at);
    if (got < 0)
        return error_set (error, DMH_IO, "%s cannot be read: %s", path, strerror (errno));
    return (size_t) got == n && key_chunk_is_whole (directory, chunk, self->bytes.at)
               ? DMH_OK
               : error_set (error, DMH_MALFORMED, "%s is damaged: it holds other keys", path);
}

//  The keys of one chunk; `before`: records of the input before its part, which has `read`.
static int s_judge_chunk (struct judge *self, const struct key_directory *directory,
                          const struct key_chunk *chunk, uint64_t before, uint64_t read, struct error *error)
{
    int rc = DMH_OK;
    self->judged.used = 0;
    for (size_t i = 0; rc == DMH_OK && i < chunk->count; i++) {
        struct ranged_key key = key_chunk_key (directory, chunk, self->bytes.at, i);
        if (i + AHEAD < chunk->count) {
            struct ranged_key soon = key_chunk_key (directory, chunk, self->bytes.at, i + AHEAD);
            record_keys_prefetch (self->keys, &soon.hash);
        }
        rc = key.record < read ? s_judge (self, &key, before + key.record + 1, error)
                               : error_set (error, DMH_MALFORMED, "a survey holds keys of no record");
    }
    if (rc != DMH_OK)
        return rc;
    self->judgement->count += self->judged.used / sizeof (struct key_answer);
    if (self->judged.used) {
        XXH3_64bits_update (self->hash, self->judged.at, self->judged.used);
        output_write (self->answers, self->judged.at, self->judged.used);
    }
    return output_check (self->answers, error);
}

//  The keys of one part, of which `finding` tells where they lie.
static int s_judge_part (struct judge *self, size_t at, const struct part_finding *finding, uint64_t before,
                         struct error *error)
{
    const struct key_directory *directory = &finding->keys;
    const struct followed_task *driver = self->task->driver;
    if (directory->ranges != self->task->cut.count)
        return finding->read == 0 ? DMH_OK : error_set (error, DMH_MALFORMED, "a survey has left no keys");
    char *path = part_task_keys (self->task, at, directory, self->range, error);
    int fd = path ? open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK) : -1;
    int rc = !path    ? error->code
             : fd < 0 ? error_set (error, DMH_IO, "%s cannot be read: %s", path, strerror (errno))
                      : DMH_OK;
    size_t chunks = key_directory_chunks (directory, self->range);
    for (size_t i = 0; rc == DMH_OK && i < chunks && !record_keys_outgrown (self->keys); i++) {
        struct key_chunk chunk = key_directory_chunk (directory, self->range, i);
        rc = s_read_chunk (self, fd, path, directory, &chunk, error);
        if (rc == DMH_OK)
            rc = s_judge_chunk (self, directory, &chunk, before, finding->read, error);
        if (rc == DMH_OK && !driver->goes_on (driver->context, NULL))
            rc = error_set (error, DMH_CANCELLED, "%s was cancelled", self->task->assignment->input.name);
    }
    if (fd >= 0)
        close (fd);
    free (path);
    return rc;
}

//  About how many keys there will be, as the first part tells.
static void s_expect (struct judge *self, const struct key_directory *directory)
{
    uint64_t count = 0;
    for (size_t i = 0;
         directory->ranges == self->task->cut.count && i < key_directory_chunks (directory, self->range); i++)
        count += key_directory_chunk (directory, self->range, i).count;
    record_keys_expect (self->keys, count * self->task->cut.count);
}

//  All parts, in the order of the input; cut short where memory does not hold the keys.
static int s_pass (struct judge *self, struct error *error)
{
    uint64_t before = 0;
    int rc = output_restart (self->answers, error);
    XXH3_64bits_reset (self->hash);
    *self->judgement = (struct range_judgement){.judged = 0};
    for (size_t at = 0; rc == DMH_OK && at < self->task->cut.count && !record_keys_outgrown (self->keys);
         at++) {
        struct part_finding finding = {.state = PART_HAS_BLOCKS};
        rc = part_task_read_finding (self->task, TASK_SURVEY, at, self->field_count, &finding, error);
        if (rc == DMH_OK && at == 0)
            s_expect (self, &finding.keys);
        if (rc == DMH_OK)
            rc = s_judge_part (self, at, &finding, before, error);
        before += finding.read;
        part_finding_clear (&finding);
    }
    self->judgement->hash = XXH3_64bits_digest (self->hash);
    return rc;
}

static int s_judge_range (struct judge *self, enum key_choice choice, struct error *error)
{
    int rc = DMH_OK;
    bool again = true;
    for (int pass = 0; rc == DMH_OK && again; pass++) {
        if (pass == PASSES_MAX)
            return error_set (error, DMH_INTERNAL, "the keys of %s are judged otherwise each time",
                              self->task->assignment->input.name);
        rc = record_keys_begin (self->keys, choice, error);
        if (rc == DMH_OK)
            rc = s_pass (self, error);
        again = record_keys_unsettled (self->keys);
    }
    return rc;
}

int range_judge (struct part_task *task, size_t field_count, enum key_choice choice,
                 struct range_judgement *judgement, struct output *out, struct error *error)
{
    const struct assignment *assignment = task->assignment;
    char name[PART_NAME_BYTES];
    part_file_name (name, TASK_PART, assignment->part, "answers");
    struct judge self = {.task = task,
                         .range = (size_t) assignment->part,
                         .field_count = field_count,
                         .judgement = judgement,
                         .hash = XXH3_createState (),
                         .keys = record_keys_new (task->folder.path, assignment->key_memory, NULL),
                         .answers = output_new (task->folder.path, name, error)};
    int rc = !self.answers ? error->code : !self.hash || !self.keys ? s_no_memory (&self, error) : DMH_OK;
    if (rc == DMH_OK) {
        output_leave_unsynced (self.answers, true);
        record_keys_expect_gaps (self.keys);
        rc = s_judge_range (&self, choice, error);
    }
    if (rc == DMH_OK)
        rc = output_finish (self.answers, 0, out, error);
    else if (self.answers)
        attempt_folder_drop (&task->folder, name);
    output_destroy (&self.answers);
    record_keys_destroy (&self.keys);
    XXH3_freeState (self.hash);
    free (self.bytes.at);
    free (self.judged.at);
    return rc;
}
