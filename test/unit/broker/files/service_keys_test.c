//  service_keys_test.c: what the files service answers where each peer has a key: whose files it gives and
//  takes, and what a ticket adds to that.
#include "broker/files/service.h"

#include <criterion/criterion.h>
#include <string.h>

#include "messages/base/clock.h"
#include "messages/codec/frame.h"
#include "messages/files/file.h"
#include "messages/request.h"
#include "test/support/stores/blob_folder.h"

#define WILLI "wili456789012345678901234567890123456789"

static const struct ticket_secret SECRET = {"0123456789abcdef0123456789abcde"};
static blob_store_t *s_store;

static void s_setup (void)
{
    blob_folder_make ();
    s_store = blob_folder_open (ROOM);
}

static void s_teardown (void)
{
    blob_store_destroy (&s_store);
    blob_folder_remove ();
}

TestSuite (files_keys, .init = s_setup, .fini = s_teardown);

//  The answer's kind, or the code of ERROR. A CHUNK's bytes are those of the file.
static const char *s_answer (const struct ticket_secret *secret, const char *user, zmsg_t *question)
{
    static char said[sizeof (struct problem)];
    struct problem problem = {.code = ""};
    struct chunk chunk = {.request = ""};
    struct frame frame;
    zmsg_t *answer = files_answer (s_store, secret, user, question);
    cr_assert (answer && frame_open (answer, &frame, NULL) == DMH_OK);
    snprintf (said, sizeof said, "%s", frame.kind);
    if (strcmp (frame.kind, "ERROR") == 0) {
        cr_assert_eq (problem_decode (frame.body, frame.body_bytes, &problem, NULL), DMH_OK);
        snprintf (said, sizeof said, "%s", problem.code);
    } else if (strcmp (frame.kind, "CHUNK") == 0) {
        cr_assert_eq (chunk_decode (frame.body, frame.body_bytes, &chunk, NULL), DMH_OK);
        cr_expect_eq (chunk.bytes, FILE_BYTES);
        cr_assert (frame.payload && frame.payload_bytes > 0);
        cr_expect_eq (memcmp (frame.payload, blob_folder_bytes + chunk.offset, frame.payload_bytes), 0);
    }
    zmsg_destroy (&answer);
    zmsg_destroy (&question);
    return said;
}

//  The whole file, by this user with this ticket.
static const char *s_put (const char *user, const char *ticket)
{
    struct put put = {.request = "r", .bytes = FILE_BYTES};
    snprintf (put.sha256, sizeof put.sha256, "%s", blob_folder_sha);
    snprintf (put.ticket, sizeof put.ticket, "%s", ticket);
    zmsg_t *question = frame_new (&put_shape, &put, NULL);
    cr_assert (question && zmsg_addmem (question, blob_folder_bytes, FILE_BYTES) == 0);
    return s_answer (&SECRET, user, question);
}

//  `n` bytes of it.
static const char *s_get (const struct ticket_secret *secret, const char *user, const char *ticket,
                          uint64_t n)
{
    struct get get = {.request = "r", .offset = 7, .bytes = n};
    snprintf (get.sha256, sizeof get.sha256, "%s", blob_folder_sha);
    snprintf (get.ticket, sizeof get.ticket, "%s", ticket);
    zmsg_t *question = frame_new (&get_shape, &get, NULL);
    cr_assert_not_null (question);
    return s_answer (secret, user, question);
}

//  A ticket for Willi, of Anna's, that ends in so many seconds.
static const char *s_ticket (enum ticket_use use, int seconds)
{
    static char text[TICKET_BYTES];
    struct ticket_terms terms = {use, use == TICKET_GET ? blob_folder_sha : NULL,
                                 use == TICKET_GET ? WILLI : "", ANNA, clock_wall_ms () / 1000 + seconds};
    return ticket_write (&SECRET, &terms, text);
}

Test (files_keys, without_a_ticket_a_file_is_its_senders_alone)
{
    cr_expect_str_eq (s_put (ANNA, ""), "STORED");
    cr_expect_str_eq (s_get (&SECRET, ANNA, "", 100), "CHUNK");
    cr_expect_str_eq (s_get (&SECRET, BERT, "", 100), "not_found");
    cr_expect_str_eq (s_get (&SECRET, BERT, "no ticket at all", 100), "not_found");
    cr_expect_str_eq (s_get (&SECRET, ANNA, "no ticket at all", 100), "CHUNK");
    cr_expect_str_eq (s_get (NULL, NULL, "", 100), "CHUNK", "without keys it is everybody's");
}

Test (files_keys, a_ticket_lets_its_bearer_read_one_file_until_its_time_is_over)
{
    cr_expect_str_eq (s_put (ANNA, ""), "STORED");
    cr_expect_str_eq (s_get (&SECRET, WILLI, "", 100), "not_found");
    cr_expect_str_eq (s_get (&SECRET, WILLI, s_ticket (TICKET_GET, 60), 100), "CHUNK");
    cr_expect_str_eq (s_get (&SECRET, WILLI, s_ticket (TICKET_GET, -60), 100), "not_found");
    cr_expect_str_eq (s_get (&SECRET, BERT, s_ticket (TICKET_GET, 60), 100), "not_found", "it is not his");
    cr_expect_str_eq (s_get (&SECRET, WILLI, s_ticket (TICKET_PUT, 60), 100), "not_found");
}

Test (files_keys, a_ticket_lets_its_bearer_leave_a_file_for_another)
{
    cr_expect_str_eq (s_put (WILLI, s_ticket (TICKET_PUT, -60)), "unauthorized");
    cr_expect_str_eq (s_put (WILLI, s_ticket (TICKET_GET, 60)), "unauthorized");
    cr_expect_eq (blob_store_used (s_store), 0, "nothing was taken");
    cr_expect_str_eq (s_put (WILLI, s_ticket (TICKET_PUT, 60)), "STORED");
    cr_expect_str_eq (s_get (&SECRET, ANNA, "", 100), "CHUNK");
    cr_expect_str_eq (s_get (&SECRET, WILLI, "", 100), "not_found");
}

Test (files_keys, who_has_no_key_gets_nothing)
{
    cr_expect_str_eq (s_put (ANNA, ""), "STORED");
    cr_expect_str_eq (s_get (&SECRET, NULL, "", 100), "unauthorized");
    cr_expect_str_eq (s_get (&SECRET, "", "", 100), "unauthorized");
}
