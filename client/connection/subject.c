//  subject.c: see subject.h.
#include "client/connection/subject.h"

#include "messages/base/random.h"

enum { PAGE = 64, SENTENCE_ROOM = 48, STATUS_AT_ONCE = 64 };

static struct subject s_subject (const char *word, const char *id)
{
    struct subject subject = {.word = word, .is_batch = batch_is_id (id)};
    snprintf (subject.id, sizeof subject.id, "%s", id);
    return subject;
}

//  Names what it may mean.
static int s_ambiguous (const char *word, const struct found *found, struct error *error)
{
    char list[SENTENCE_BYTES - 160] = "";
    size_t used = 0, named = 0;
    for (size_t i = 0; i < found->things_count && used + ID_BYTES + SENTENCE_ROOM < sizeof list;
         i++, named++) {
        const struct found_thing *thing = &found->things[i];
        used += (size_t) snprintf (list + used, sizeof list - used, "%s%s %s%s%.24s%s", i ? ", " : "",
                                   batch_is_id (thing->id) ? "batch" : "job", thing->id,
                                   *thing->name ? " (" : "", thing->name, *thing->name ? ")" : "");
    }
    return error_set (error, DMH_USAGE, "“%.40s” may mean %s%s; say more of it", word, list,
                      found->more || named < found->things_count ? " and others" : "");
}

int subject_find (connection_t *connection, const char *word, struct subject *out, struct error *error)
{
    struct found found;
    if (batch_names_an_id (word)) {
        *out = s_subject (word, word);
        return DMH_OK;
    }
    struct error why = {.code = DMH_OK};
    int rc = connection_find (connection, word, &found, &why);
    if (rc == DMH_UNSUPPORTED && strlen (word) < ID_BYTES) {    //  an older broker
        *out = s_subject (word, word);
        return DMH_OK;
    }
    if (rc != DMH_OK)
        return error_set (error, rc == DMH_MALFORMED ? DMH_USAGE : rc, "%s", why.text);
    if (found.things_count == 1 && !found.more)
        *out = s_subject (word, found.things[0].id);
    else if (found.things_count)
        rc = s_ambiguous (word, &found, error);
    else
        rc = error_set (error, DMH_NOT_FOUND, "there is no job or batch %s", word);
    found_clear (&found);
    return rc;
}

int subject_each_job (connection_t *connection, const char *batch, const char *state,
                      int (*each) (void *context, struct job_record *record), void *context,
                      struct error *error)
{
    struct list list = {.limit = PAGE};
    snprintf (list.batch, sizeof list.batch, "%s", batch);
    snprintf (list.state, sizeof list.state, "%s", state);
    for (bool more = true; more;) {
        struct jobs page;
        int rc = connection_list (connection, &list, &page, error);
        if (rc != DMH_OK)
            return rc;
        for (size_t i = 0; rc == DMH_OK && i < page.jobs_count; i++) {
            memcpy (list.after, page.jobs[i].job, sizeof list.after);
            rc = each (context, &page.jobs[i]);
        }
        more = page.more && page.jobs_count;
        jobs_clear (&page);
        if (rc != DMH_OK)
            return rc;
    }
    return DMH_OK;
}

//  Records that grow.
struct gathered {
    struct job_record *records;
    size_t count, room;
};

static int s_gather (void *context, struct job_record *record)
{
    struct gathered *self = context;
    if (self->count == self->room) {
        size_t more = self->room ? 2 * self->room : 64;
        struct job_record *records = realloc (self->records, more * sizeof *records);
        if (!records)
            return DMH_INTERNAL;
        self->records = records;
        self->room = more;
    }
    self->records[self->count++] = *record;
    memset (record, 0, sizeof *record);    //  what it owned has moved
    return DMH_OK;
}

//  Lists are without outputs: those that have a result are asked for, several behind each other.
static int s_add_outputs (connection_t *connection, struct job_record *records, size_t count,
                          struct error *error)
{
    struct job_request requests[STATUS_AT_ONCE];
    struct job_state_reply replies[STATUS_AT_ONCE];
    struct job_record *asked[STATUS_AT_ONCE] = {NULL};
    int rc = DMH_OK;
    for (size_t i = 0, waiting = 0; rc == DMH_OK && i < count; i++) {
        if (job_has_result (&records[i])) {
            requests[waiting] = (struct job_request){.request = ""};
            memcpy (requests[waiting].job, records[i].job, sizeof requests[waiting].job);
            asked[waiting++] = &records[i];
        }
        if (waiting == 0 || (waiting < STATUS_AT_ONCE && i + 1 < count))
            continue;
        size_t answered = 0;
        rc = connection_request_all (connection, &status_shape, requests, waiting, &job_state_reply_shape,
                                     replies, &answered, error);
        for (size_t k = 0; k < answered && asked[k]; k++) {
            shape_clear (&job_record_shape, asked[k]);
            *asked[k] = replies[k].job;
        }
        waiting = 0;
    }
    return rc;
}

int subject_jobs (connection_t *connection, const char *const *words, size_t word_count, bool outputs,
                  struct job_record **records, size_t *count, struct error *error)
{
    struct gathered gathered = {.count = 0};
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < word_count; i++) {
        struct subject subject = {.is_batch = false};
        struct job_record record;
        size_t first = gathered.count;
        rc = subject_find (connection, words[i], &subject, error);
        if (rc == DMH_OK && subject.is_batch)
            rc = subject_each_job (connection, subject.id, "", s_gather, &gathered, error);
        else if (rc == DMH_OK &&
                 (rc = connection_status (connection, subject.id, &record, error)) == DMH_OK) {
            rc = s_gather (&gathered, &record);
            shape_clear (&job_record_shape, &record);
        }
        if (rc == DMH_OK && outputs && subject.is_batch)
            rc = s_add_outputs (connection, gathered.records + first, gathered.count - first, error);
    }
    if (rc == DMH_INTERNAL && error->code == DMH_OK)
        error_set (error, rc, "out of memory");
    *records = gathered.records;
    *count = gathered.count;
    return rc;
}

struct open_jobs {
    struct gathered gathered;
    zhashx_t *known;    //  by job
};

static int s_gather_once (void *context, struct job_record *record)
{
    struct open_jobs *self = context;
    return zhashx_insert (self->known, record->job, self) == 0 ? s_gather (&self->gathered, record) : DMH_OK;
}

//  One that is given out, or goes back to the queue, between two lists stands in neither; not in three.
int subject_open_jobs (connection_t *connection, struct job_record **records, size_t *count,
                       struct error *error)
{
    static const char *const STATES[] = {"queued", "running", "queued"};
    struct open_jobs jobs = {.known = zhashx_new ()};
    int rc = jobs.known ? DMH_OK : DMH_INTERNAL;
    for (size_t i = 0; rc == DMH_OK && i < sizeof STATES / sizeof *STATES; i++)
        rc = subject_each_job (connection, "", STATES[i], s_gather_once, &jobs, error);
    if (rc == DMH_INTERNAL && error->code == DMH_OK)
        error_set (error, rc, "out of memory");
    zhashx_destroy (&jobs.known);
    *records = jobs.gathered.records;
    *count = jobs.gathered.count;
    return rc;
}
