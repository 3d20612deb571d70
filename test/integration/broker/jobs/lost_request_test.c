//  lost_request_test.c: a broker that takes what it heard to its grave: dmh says it again. The test plays the
//  broker.
#include "test/support/processes/command_line.h"

#include "messages/codec/frame.h"
#include "messages/request.h"

#include <criterion/criterion.h>

//  The next message, of the kind of `shape`.
static void s_hear (zsock_t *router, const struct shape *shape, void *out, zframe_t **identity)
{
    struct frame frame;
    zmsg_t *message = zmsg_recv (router);
    cr_assert_not_null (message, "dmh is silent");
    *identity = zmsg_pop (message);
    cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
    cr_assert_str_eq (frame.kind, shape->name);
    cr_assert_eq (shape_decode (shape, frame.body, frame.body_bytes, out, NULL), DMH_OK);
    zmsg_destroy (&message);
}

static void s_welcome (zsock_t *router, const struct hello *hello, zframe_t *identity)
{
    struct welcome welcome = {.version = "1", .broker_id = "b", .shares_disk = true};
    memcpy (welcome.request, hello->request, sizeof welcome.request);
    cr_assert_eq (frame_send (router, identity, &welcome_shape, &welcome, NULL), DMH_OK);
}

Test (lost_request, it_is_said_again_and_the_first_answer_counts, .timeout = 60)
{
    struct workplace place;
    struct hello hello = {.request = ""};
    struct list list;
    zframe_t *identity = NULL;
    workplace_make (&place);
    zsock_t *router = zsock_new_router ("@tcp://127.0.0.1:*");
    cr_assert_not_null (router);
    zsock_set_rcvtimeo (router, 20000);
    const char *const words[] = {"list", "--json", "--timeout", "20", "--broker", zsock_endpoint (router),
                                 NULL};
    pid_t client = command_line_start (&place, words, NULL);

    for (int i = 0; i < 2; i++) {    //  the first one gets no answer
        hello_clear (&hello);
        zframe_destroy (&identity);
        s_hear (router, &hello_shape, &hello, &identity);
    }
    s_welcome (router, &hello, identity);
    char asked[ID_BYTES] = "";
    for (int i = 0; i < 2; i++) {
        zframe_destroy (&identity);
        s_hear (router, &list_shape, &list, &identity);
        cr_assert (i == 0 || streq (asked, list.request), "%s was asked again as %s", asked, list.request);
        memcpy (asked, list.request, sizeof asked);
        if (i == 0)
            list_clear (&list);
    }
    struct jobs jobs = {.jobs = NULL};
    memcpy (jobs.request, asked, sizeof jobs.request);
    cr_assert_eq (frame_send (router, identity, &jobs_shape, &jobs, NULL), DMH_OK);
    command_line_expect (command_line_end (&place, client), 0, NULL, NULL);
    hello_clear (&hello);
    list_clear (&list);
    zframe_destroy (&identity);
    zsock_destroy (&router);
    workplace_remove (&place);
}

//  A batch without a name: the broker has its jobs from the first time.
Test (lost_request, a_submission_whose_answer_was_lost_is_said_again_and_accepted, .timeout = 60)
{
    struct workplace place;
    struct hello hello = {.request = ""};
    struct submit submit = {.request = ""};
    struct job_id jobs[] = {{"1"}, {"2"}};
    struct accepted accepted = {.jobs = jobs, .jobs_count = 2, .batch = "b-0123456789abcdef", .known = 2};
    zframe_t *identity = NULL;
    workplace_make (&place);
    workplace_write (&place, "a.csv", "patient_id\n1\n", 13);
    workplace_write (&place, "b.csv", "patient_id\n2\n", 13);
    zsock_t *router = zsock_new_router ("@tcp://127.0.0.1:*");
    cr_assert_not_null (router);
    zsock_set_rcvtimeo (router, 20000);
    const char *const words[] = {
        "submit", "a.csv", "b.csv", "--timeout", "20", "--broker", zsock_endpoint (router), NULL};
    pid_t client = command_line_start (&place, words, NULL);
    s_hear (router, &hello_shape, &hello, &identity);
    s_welcome (router, &hello, identity);
    for (int i = 0; i < 2; i++) {    //  the first one gets no answer
        submit_clear (&submit);
        zframe_destroy (&identity);
        s_hear (router, &submit_shape, &submit, &identity);
    }
    memcpy (accepted.request, submit.request, sizeof accepted.request);
    cr_assert_eq (frame_send (router, identity, &accepted_shape, &accepted, NULL), DMH_OK);
    struct command_result said = command_line_end (&place, client);
    cr_expect (!strstr (said.err, "before"), "%s", said.err);
    command_line_expect (said, 0, "1\n2\n", "b-0123456789abcdef");
    hello_clear (&hello);
    submit_clear (&submit);
    zframe_destroy (&identity);
    zsock_destroy (&router);
    workplace_remove (&place);
}
