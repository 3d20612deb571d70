//  batch_submission.c: see batch_submission.h.
#include "client/result/batch/batch_submission.h"

#include "messages/base/digest.h"
#include "messages/base/large_pages.h"
#include "messages/base/random.h"
#include "messages/s3/name.h"
#include "messages/uri.h"

#include <stdio.h>
#include <sys/stat.h>

enum {
    SUBMIT_BYTES = BODY_BYTES_MAX - 2048,
    INPUT_OVERHEAD = 96,
    AT_ONCE = 8    //  SUBMITs on their way: a commit of a thousand jobs
};

//  The SUBMITs that are being made up, and whose outcomes their inputs are.
struct sending {
    struct batch_submission *self;
    struct outcome *outcomes;
    connection_t *connection;
    struct submit submits[AT_ONCE];
    struct accepted accepted[AT_ONCE];
    size_t count;
    struct input *inputs;    //  [AT_ONCE * INPUTS_MAX] of the SUBMITs
    size_t *indices;         //  [AT_ONCE * INPUTS_MAX]
    size_t bytes;            //  of the last SUBMIT
    char key[ID_BYTES], correlation[CORRELATION_BYTES];
    uint64_t total;                //  of the batch; 0: none
    struct follow_entry follow;    //  of a job that follows them
};

static size_t s_length (const char *text)
{
    return text ? strlen (text) : 0;
}

//  An input of the batch, whether it has to be sent or its result is here already.
static bool s_counts (const struct outcome *outcome)
{
    return outcome->error.code == DMH_OK;
}

//  By which an input is the same one: where it is, how large, and when it was changed.
static void s_digest_input (digest_t *digest, const struct outcome *outcome)
{
    const struct named_input *input = outcome->input;
    const char *uri = named_input_origin (input);
    char path[URI_BYTES], text[URI_BYTES + NAME_BYTES + HEX_BYTES + 128];
    struct stat is = {.st_size = 0};
    bool is_file = uri_to_path (uri, path, sizeof path, NULL) == DMH_OK && stat (path, &is) == 0;
    if (s3_name_is (uri))    //  its size is all that is known, where it was listed
        is.st_size = (off_t) input->bytes;
    snprintf (text, sizeof text, "%s\n%s\n%s\n%lld %lld.%09ld %s\n", uri, input->name ? input->name : "",
              outcome->kind ? outcome->kind : "", (long long) is.st_size, (long long) is.st_mtim.tv_sec,
              (long) is.st_mtim.tv_nsec, is_file ? "" : input->sha256);
    digest_update (digest, text, strlen (text));
}

//  The submit key of a batch that has a name. DMH_INTERNAL: out of memory.
static int s_key (struct sending *sending, size_t count, const struct options *options, struct error *error)
{
    void *body = NULL;
    size_t n = 0;
    char hex[DIGEST_HEX_BYTES];
    digest_t *digest = digest_new ();
    int rc = digest ? shape_encode (&options_shape, options, &body, &n, error)
                    : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK) {
        digest_update (digest, sending->self->name, strlen (sending->self->name) + 1);
        digest_update (digest, body, n);
        if (sending->self->join)
            digest_update (digest, TASK_JOIN, sizeof TASK_JOIN);
        if (sending->self->then)
            digest_update (digest, sending->self->then, strlen (sending->self->then) + 1);
        if (sending->self->reference_individuals)
            digest_update (digest, "reference", sizeof "reference");
        for (size_t i = 0; i < count; i++)
            if (s_counts (&sending->outcomes[i]))
                s_digest_input (digest, &sending->outcomes[i]);
        snprintf (sending->key, sizeof sending->key, "batch-%.32s", digest_hex (digest, hex));
    }
    free (body);
    digest_destroy (&digest);
    return rc;
}

static void s_take_answer (struct sending *sending, size_t at)
{
    const struct accepted *accepted = &sending->accepted[at];
    const size_t *indices = sending->indices + at * INPUTS_MAX;
    for (size_t i = 0; i < accepted->jobs_count && i < sending->submits[at].inputs_count; i++) {
        struct job_record *record = &sending->outcomes[indices[i]].record;
        memcpy (record->job, accepted->jobs[i].job, sizeof record->job);
        memcpy (record->correlation, accepted->correlation, sizeof record->correlation);
        memcpy (record->batch, accepted->batch, sizeof record->batch);
        record->position = sending->submits[at].at + i;
        job_state_set (record->state, JOB_QUEUED);
    }
    if (*accepted->batch)
        memcpy (sending->self->batch, accepted->batch, sizeof sending->self->batch);
    sending->self->submitted += accepted->jobs_count;
    sending->self->known += accepted->known;
}

//  Sends what was made up.
static int s_flush (struct sending *sending, struct error *error)
{
    size_t answered = 0;
    int rc = sending->count ? connection_submit_all (sending->connection, sending->submits, sending->count,
                                                     sending->accepted, &answered, error)
                            : DMH_OK;
    for (size_t i = 0; i < answered; i++) {
        s_take_answer (sending, i);
        accepted_clear (&sending->accepted[i]);
    }
    sending->count = 0;
    return rc;
}

//  The next SUBMIT, whose first input stands at that position. NULL: `error` says why.
static struct submit *s_next (struct sending *sending, const struct options *options, uint64_t at,
                              struct error *error)
{
    if (sending->count == AT_ONCE && s_flush (sending, error) != DMH_OK)
        return NULL;
    struct submit *submit = &sending->submits[sending->count];
    *submit = (struct submit){.inputs = sending->inputs + sending->count * INPUTS_MAX,
                              .options = *options,
                              .total = sending->total,
                              .at = sending->total ? at : 0};
    snprintf (submit->correlation, sizeof submit->correlation, "%s", sending->correlation);
    if (sending->total) {
        memcpy (submit->submit_key, sending->key, sizeof submit->submit_key);
        snprintf (submit->batch, sizeof submit->batch, "%s", sending->self->name ? sending->self->name : "");
    } else
        random_hex (submit->submit_key, 32);
    sending->count++;
    sending->bytes = s_length (options->mapping) + s_length (options->mapping_folder) +
                     s_length (options->schema) + options->tables_count * 2 * HEX_BYTES +
                     s_length (submit->batch);
    return submit;
}

//  Those of one kind; *position: of the next input in the batch.
static int s_send_kind (struct sending *sending, size_t count, const char *kind,
                        const struct options *options, uint64_t *position, struct error *error)
{
    struct submit *submit = NULL;
    for (size_t i = 0; i < count; i++) {
        struct outcome *outcome = &sending->outcomes[i];
        if (!s_counts (outcome) || outcome->kind != kind)
            continue;
        uint64_t at = (*position)++;
        const struct named_input *input = outcome->input;
        size_t more = s_length (input->uri) + s_length (input->name) + s_length (input->origin) +
                      s_length (input->place) + s_length (input->source_file) + s_length (input->stands_at) +
                      INPUT_OVERHEAD;
        if (!outcome_is_open (outcome)) {    //  what stands behind it begins anew
            submit = NULL;
            continue;
        }
        if (submit && (submit->inputs_count == INPUTS_MAX || sending->bytes + more > SUBMIT_BYTES))
            submit = NULL;
        if (!submit && !(submit = s_next (sending, options, at, error)))
            return error->code;
        sending->indices[(sending->count - 1) * INPUTS_MAX + submit->inputs_count] = i;
        named_input_get (input, &submit->inputs[submit->inputs_count++]);
        sending->bytes += more;
    }
    return s_flush (sending, error);
}

//  A job of that task behind the others, at that position, which follows those that `follow` says. Its
//  outcome is at `index`.
static int s_send_following (struct sending *sending, size_t index, const struct options *options,
                             uint64_t position, struct follow_entry follow, struct error *error)
{
    struct submit *submit = s_next (sending, options, position, error);
    if (!submit)
        return error->code;
    sending->indices[(sending->count - 1) * INPUTS_MAX] = index;
    named_input_get (sending->outcomes[index].input, &submit->inputs[submit->inputs_count++]);
    sending->follow = follow;
    submit->follows = &sending->follow;
    submit->follows_count = 1;
    return s_flush (sending, error);
}

//  The job that joins all of them.
static int s_send_join (struct sending *sending, size_t count, size_t usable, const struct options *options,
                        struct error *error)
{
    struct options of_join = *options;
    snprintf (of_join.task, sizeof of_join.task, "%s", TASK_JOIN);
    return s_send_following (sending, count, &of_join, usable, (struct follow_entry){.count = usable}, error);
}

//  The job of the further task follows them, or what was joined of them: no record counts twice there. What
//  else is said of their harmonization is nothing to it.
static int s_send_then (struct sending *sending, size_t count, size_t usable, const struct options *options,
                        struct error *error)
{
    const struct batch_submission *self = sending->self;
    struct options of_then = {.priority = options->priority,
                              .time_limit = options->time_limit,
                              .stall_seconds = options->stall_seconds,
                              .reference_individuals = self->reference_individuals};
    struct follow_entry follow = {.at = self->join ? usable : 0, .count = self->join ? 1 : usable};
    snprintf (of_then.task, sizeof of_then.task, "%s", self->then);
    return s_send_following (sending, count + self->join, &of_then, usable + self->join, follow, error);
}

static int s_send (struct sending *sending, size_t count, const struct options *options, struct error *error)
{
    uint64_t position = 0;
    int rc = DMH_OK;
    struct outcome *outcomes = sending->outcomes;
    //  Inputs of several kinds come spread: all kinds stand at the beginning.
    for (size_t i = 0; rc == DMH_OK && i < count && (i == 0 || outcomes[i].kind != outcomes[0].kind); i++) {
        struct options of_kind = *options;
        if (outcomes[i].kind)
            snprintf (of_kind.kind, sizeof of_kind.kind, "%s", outcomes[i].kind);
        rc = s_send_kind (sending, count, outcomes[i].kind, &of_kind, &position, error);
    }
    return rc;
}

int batch_submission_send (struct batch_submission *self, struct outcome *outcomes, size_t count,
                           const struct options *options, connection_t *connection, struct error *error)
{
    struct sending *sending = calloc (1, sizeof *sending);
    bool named = self->name && *self->name;
    size_t usable = 0;
    int rc = sending && (sending->indices = calloc (AT_ONCE * INPUTS_MAX, sizeof *sending->indices)) &&
                     (sending->inputs = calloc (AT_ONCE * INPUTS_MAX, sizeof *sending->inputs))
                 ? DMH_OK
                 : error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; i < count; i++)
        usable += s_counts (&outcomes[i]);
    if (rc == DMH_OK) {
        size_t most = count < AT_ONCE * INPUTS_MAX ? count : AT_ONCE * INPUTS_MAX;
        large_pages_hint (sending->inputs, most * sizeof *sending->inputs);
        sending->self = self;
        sending->outcomes = outcomes;
        sending->connection = connection;
        sending->total =
            named || usable > 1 || self->join || self->then ? usable + self->join + (self->then ? 1 : 0) : 0;
        random_hex (sending->correlation, CORRELATION_BYTES - 1);
        random_hex (sending->key, 32);
        if (named)
            rc = s_key (sending, count, options, error);
    }
    if (rc == DMH_OK)
        rc = s_send (sending, count, options, error);
    if (rc == DMH_OK && self->join)
        rc = s_send_join (sending, count, usable, options, error);
    if (rc == DMH_OK && self->then)
        rc = s_send_then (sending, count, usable, options, error);
    if (sending) {
        free (sending->inputs);
        free (sending->indices);
    }
    free (sending);
    return rc;
}
