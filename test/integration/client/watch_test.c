//  watch_test.c: dmh watch without a name follows what is open, though jobs are given out, or go back to the
//  queue, while it asks. The test plays the broker.
#include "test/support/processes/command_line.h"

#include "messages/codec/frame.h"
#include "messages/request.h"

#include <criterion/criterion.h>

struct played {
    zsock_t *router, *feed;
    //  What one job is when LIST is asked for the first time, and from the second time on.
    const char *first, *later;
    size_t lists;
    bool followed;
};

static void s_fill (struct job_record *record, const char *state)
{
    snprintf (record->job, sizeof record->job, "1a229087f9dbb5597178");
    snprintf (record->name, sizeof record->name, "a.csv");
    snprintf (record->state, sizeof record->state, "%s", state);
    record->attempt = 1;
}

static void s_welcome (struct played *self, zframe_t *identity, const struct frame *frame)
{
    struct hello hello;
    struct welcome welcome = {.version = "1", .broker_id = "b"};
    cr_assert_eq (shape_decode (&hello_shape, frame->body, frame->body_bytes, &hello, NULL), DMH_OK);
    memcpy (welcome.request, hello.request, sizeof welcome.request);
    snprintf (welcome.feed, sizeof welcome.feed, "%s", zsock_endpoint (self->feed));
    cr_assert_eq (frame_send (self->router, identity, &welcome_shape, &welcome, NULL), DMH_OK);
    hello_clear (&hello);
}

static void s_list (struct played *self, zframe_t *identity, const struct frame *frame)
{
    struct list list;
    struct job_record record = {.job = ""};
    const char *state = self->lists++ ? self->later : self->first;
    cr_assert_eq (shape_decode (&list_shape, frame->body, frame->body_bytes, &list, NULL), DMH_OK);
    struct jobs jobs = {.jobs = &record, .jobs_count = streq (list.state, state)};
    s_fill (&record, state);
    memcpy (jobs.request, list.request, sizeof jobs.request);
    cr_assert_eq (frame_send (self->router, identity, &jobs_shape, &jobs, NULL), DMH_OK);
    list_clear (&list);
}

//  Whoever asks is told that it is done.
static void s_status (struct played *self, zframe_t *identity, const struct frame *frame)
{
    struct job_request request;
    struct job_state_reply reply = {.request = ""};
    cr_assert_eq (shape_decode (&status_shape, frame->body, frame->body_bytes, &request, NULL), DMH_OK);
    memcpy (reply.request, request.request, sizeof reply.request);
    s_fill (&reply.job, "done");
    cr_assert_eq (frame_send (self->router, identity, &job_state_reply_shape, &reply, NULL), DMH_OK);
    self->followed = true;
}

//  Until dmh has asked how the job stands, which only who follows it does.
static void s_play (struct played *self, const struct workplace *place, pid_t client)
{
    static const struct {
        const struct shape *shape;
        void (*answer) (struct played *self, zframe_t *identity, const struct frame *frame);
    } ANSWERS[] = {{&hello_shape, s_welcome}, {&list_shape, s_list}, {&status_shape, s_status}};
    while (!self->followed) {
        struct frame frame;
        zmsg_t *message = zmsg_recv (self->router);
        cr_assert_not_null (message, "dmh follows nothing");
        zframe_t *identity = zmsg_pop (message);
        cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
        for (size_t i = 0; i < sizeof ANSWERS / sizeof *ANSWERS; i++)
            if (streq (frame.kind, ANSWERS[i].shape->name))
                ANSWERS[i].answer (self, identity, &frame);
        zframe_destroy (&identity);
        zmsg_destroy (&message);
    }
    command_line_expect (command_line_end (place, client), 0, NULL, NULL);
}

static void s_watch (const char *first, const char *later)
{
    struct workplace place;
    struct played self = {.first = first, .later = later};
    workplace_make (&place);
    self.router = zsock_new_router ("@tcp://127.0.0.1:*");
    self.feed = zsock_new_pub ("@tcp://127.0.0.1:*");
    cr_assert (self.router && self.feed);
    zsock_set_rcvtimeo (self.router, 20000);
    const char *const words[] = {"watch", "--timeout", "20", "--broker", zsock_endpoint (self.router), NULL};
    s_play (&self, &place, command_line_start (&place, words, NULL));
    zsock_destroy (&self.router);
    zsock_destroy (&self.feed);
    workplace_remove (&place);
}

Test (watch, follows_a_job_that_is_given_out_while_it_asks, .timeout = 60)
{
    s_watch ("queued", "running");
}

Test (watch, follows_a_job_that_goes_back_to_the_queue_while_it_asks, .timeout = 60)
{
    s_watch ("running", "queued");
}
