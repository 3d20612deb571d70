//  slot.c: see slot.h.
#include "worker/session/slot.h"

#include "messages/base/clock.h"
#include "messages/uri.h"
#include "worker/results/attempt_folder.h"
#include "worker/results/object_results.h"

int slot_open (struct slot *self, harmonizers_t *harmonizers, size_t index, struct error *error)
{
    struct runner_place place = {harmonizers, index};
    self->index = index;
    self->runner = actor_new (runner_actor, &place);
    int why = self->runner ? ENOMEM : errno;
    if (self->runner)
        zsock_recv (actor_pipe (self->runner), "i", &why);
    if (why == 0)
        return DMH_OK;
    actor_destroy (&self->runner);
    return error_set (error, DMH_INTERNAL, "the threads and sockets of a slot cannot be made: %s",
                      strerror (why));
}

//  All that it needs is here.
static int s_run (struct slot *self, struct error *error)
{
    self->assignment.followed = self->order.followed;
    self->assignment.followed_count = self->order.followed_count;
    self->quiet = false;
    if (zsock_send (actor_pipe (self->runner), "sp", "RUN", &self->assignment) != 0)
        return error_set (error, DMH_INTERNAL, "the slot's thread does not listen");
    self->state = SLOT_RUNNING;
    return DMH_OK;
}

int slot_start (struct slot *self, struct job_order *order, const struct assignment *terms,
                struct error *error)
{
    int rc = attempt_folder_path (terms->results, order->job, order->attempt, self->folder, error);
    if (rc != DMH_OK)
        return rc;
    self->order = *order;
    snprintf (self->files, sizeof self->files, "%s", terms->files);
    self->assignment = *terms;
    self->assignment.attempt = order->attempt;
    self->assignment.input = order->input;
    self->assignment.options = &self->order.options;
    self->assignment.tickets = self->order.tickets;
    self->assignment.tickets_count = self->order.tickets_count;
    self->assignment.deposit = self->order.deposit;
    self->assignment.part = order->part;
    self->assignment.parts = order->parts;
    self->assignment.split_bytes = order->split_bytes;
    self->assignment.slot = self->index;
    self->assignment.folder = self->folder;
    self->assignment.files = self->files;
    memcpy (self->assignment.job, order->job, sizeof self->assignment.job);
    memcpy (self->assignment.correlation, order->correlation, sizeof self->assignment.correlation);
    self->bytes_done = self->moved = 0;
    self->cancelled = false;
    self->started_at = clock_mono_ms ();
    self->state = SLOT_GATHERING;
    if (self->order.followed_count >= self->order.follows && s_run (self, error) != DMH_OK) {
        self->state = SLOT_FREE;
        memset (&self->order, 0, sizeof self->order);
        return error->code;
    }
    memset (order, 0, sizeof *order);
    return DMH_OK;
}

//  A disk that is full or fails is this host's: another worker, or this one later, may have more luck.
static bool s_may_help (int code)
{
    return code == DMH_INTERNAL || code == DMH_UNAVAILABLE || code == DMH_IO;
}

static void s_fail (struct slot *self, const struct error *error)
{
    self->fail = (struct fail){.attempt = self->order.attempt, .retryable = s_may_help (error->code)};
    memcpy (self->fail.job, self->order.job, sizeof self->fail.job);
    snprintf (self->fail.code, sizeof self->fail.code, "%s", error_word (error->code));
    snprintf (self->fail.message, sizeof self->fail.message, "%s", error->text);
    self->state = SLOT_FAILED;
}

int slot_take_followed (struct slot *self, struct followed_results *answer, struct error *error)
{
    struct job_order *order = &self->order;
    size_t count = order->followed_count, more = answer->followed_count;
    if (self->state != SLOT_GATHERING || (more && answer->followed[0].place != count))
        return DMH_OK;
    for (size_t i = 0; i < more; i++)
        if (answer->followed[i].place != count + i) {
            int rc = error_set (error, DMH_INTERNAL, "the broker leaves out a result that the job follows");
            s_fail (self, error);
            return rc;
        }
    struct followed_result *all = more ? realloc (order->followed, (count + more) * sizeof *all) : NULL;
    if (!all) {
        int rc =
            more ? error_set (error, DMH_INTERNAL, "out of memory for the results that a job follows")
                 : error_set (error, DMH_INTERNAL, "the broker does not have all results that it follows");
        s_fail (self, error);
        return rc;
    }
    memcpy (all + count, answer->followed, more * sizeof *all);
    memset (answer->followed, 0, more * sizeof *all);
    order->followed = all;
    order->followed_count = count + more;
    int rc = order->followed_count >= order->follows ? s_run (self, error) : DMH_OK;
    if (rc != DMH_OK)
        s_fail (self, error);
    return rc;
}

void slot_end (struct slot *self, struct runner_news *news)
{
    struct error error = {.code = DMH_INTERNAL, .text = "out of memory while starting a job"};
    if (!news || news->error.code != DMH_OK) {
        s_fail (self, news ? &news->error : &error);
        return;
    }
    self->result = (struct result){
        .attempt = self->order.attempt, .counts = news->counts, .bytes_done = news->bytes_done};
    memcpy (self->result.job, self->order.job, sizeof self->result.job);
    memcpy (self->result.kind, news->kind, sizeof self->result.kind);
    if (news->refusal.code != DMH_OK) {
        snprintf (self->result.code, sizeof self->result.code, "%s", error_word (news->refusal.code));
        snprintf (self->result.message, sizeof self->result.message, "%s", news->refusal.text);
    }
    self->result.outputs = news->outputs;
    self->result.outputs_count = news->outputs_count;
    news->outputs = NULL;
    news->outputs_count = 0;
    self->state = SLOT_DONE;
    if (news->stored && self->assignment.objects) {
        if (object_results_uri (self->assignment.objects, self->order.job, self->order.attempt,
                                self->result.uri, &error) != DMH_OK) {
            result_clear (&self->result);
            s_fail (self, &error);
        }
    } else if (news->stored)
        uri_from_sha256 ("", self->result.uri);
    else if (uri_from_path (self->folder, self->result.uri, sizeof self->result.uri, &error) != DMH_OK) {
        slot_discard (self);
        result_clear (&self->result);
        s_fail (self, &error);
    }
}

void slot_discard (const struct slot *self)
{
    attempt_folder_discard (self->folder);
}

//  Once: an attempt that hangs would let no more words in at some time, and then nobody else of the worker's.
void slot_cancel (struct slot *self)
{
    struct error error;
    if (self->cancelled)
        return;
    self->cancelled = true;
    if (self->state == SLOT_GATHERING) {
        error_set (&error, DMH_CANCELLED, "%s was cancelled", self->order.input.name);
        s_fail (self, &error);
        return;
    }
    self->quiet = false;
    zstr_send (actor_pipe (self->runner), "CANCEL");
}

//  Cancels a running attempt and hears it out, so that nothing it says or leaves is lost track of.
static void s_stop (struct slot *self)
{
    slot_cancel (self);
    for (bool ended = false; !ended;) {
        char *word = NULL;
        struct runner_news *news = NULL;
        if (zsock_recv (actor_pipe (self->runner), "sp", &word, &news) != 0 || !word) {
            zstr_free (&word);
            break;
        }
        ended = !streq (word, "PROGRESS") && !streq (word, "BRING");
        if (ended) {
            slot_end (self, news);
            if (self->state == SLOT_DONE)
                slot_discard (self);
        }
        if (news)
            runner_news_clear (news);
        free (news);
        zstr_free (&word);
    }
}

void slot_clear (struct slot *self)
{
    if (self->state == SLOT_RUNNING)
        s_stop (self);
    job_order_clear (&self->order);
    if (self->state == SLOT_DONE)
        result_clear (&self->result);
    self->state = SLOT_FREE;
}

void slot_close (struct slot *self)
{
    if (self->runner)
        slot_clear (self);
    actor_destroy (&self->runner);
}
