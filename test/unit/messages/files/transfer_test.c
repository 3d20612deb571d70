//  transfer_test.c: files go to the store and come back whole, whatever happens on the way: the service dies
//  and comes back, messages are lost and doubled, two send the same file, the file changes, there is no room.
#include "messages/files/transfer.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "broker/files/service.h"
#include "messages/codec/frame.h"
#include "messages/files/file.h"
#include "test/support/processes/reserved_port.h"

enum { FILE_BYTES = 41 * CHUNK_BYTES + 5, PATIENCE_MS = 60000 };

static char s_folder[64], s_store[80], s_sha[DIGEST_HEX_BYTES], s_endpoint[ENDPOINT_BYTES];
static unsigned char *s_bytes;
static files_t *s_files;
static int s_source, s_target;

static void s_start (uint64_t room)
{
    struct error error = {.code = DMH_OK};
    blob_store_t *blob_store = blob_store_new (s_store, room, &error);
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    cr_assert (blob_store && router, "%s", error.text);
    zsock_set_sndtimeo (router, 0);
    reserved_port_await_free (s_endpoint);    //  of the service before
    cr_assert_gt (zsock_bind (router, "%s", s_endpoint), 0);
    s_files = files_new (&router, &blob_store, NULL, &error);
    cr_assert_not_null (s_files, "%s", error.text);
}

static int s_file (const char *name, const void *bytes, size_t n)
{
    char path[128];
    snprintf (path, sizeof path, "%s/%s", s_folder, name);
    int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    cr_assert_geq (fd, 0);
    cr_assert_eq (pwrite (fd, bytes, n, 0), (ssize_t) n);
    return fd;
}

static void s_setup (void)
{
    snprintf (s_folder, sizeof s_folder, "/tmp/dmh-transfer-XXXXXX");
    s_bytes = malloc (FILE_BYTES);
    cr_assert (s_bytes && mkdtemp (s_folder));
    snprintf (s_store, sizeof s_store, "%s/store", s_folder);
    for (size_t i = 0; i < FILE_BYTES; i++)
        s_bytes[i] = (unsigned char) (i * i / 7 + i);
    digest_of (s_bytes, FILE_BYTES, s_sha);
    s_source = s_file ("source", s_bytes, FILE_BYTES);
    s_target = s_file ("target", "", 0);
    reserved_port_endpoint (s_endpoint);
}

static void s_teardown (void)
{
    char command[128];
    files_destroy (&s_files);
    close (s_source);
    close (s_target);
    free (s_bytes);
    snprintf (command, sizeof command, "rm -rf %s", s_folder);
    cr_assert_eq (system (command), 0);
}

TestSuite (transfer, .init = s_setup, .fini = s_teardown, .timeout = 120);

static struct transfer_config s_config (void)
{
    return (struct transfer_config){
        .endpoint = s_endpoint, .patience_ms = PATIENCE_MS, .stop = {NULL, -1, 0, 0}};
}

static int s_put (const struct transfer_config *config, struct error *error)
{
    transfer_t *transfer = transfer_new (config, error);
    cr_assert_not_null (transfer, "%s", error->text);
    int rc = transfer_put (transfer, s_source, s_sha, FILE_BYTES, error);
    transfer_destroy (&transfer);
    return rc;
}

static int s_get (const struct transfer_config *config, struct error *error)
{
    transfer_t *transfer = transfer_new (config, error);
    cr_assert_not_null (transfer, "%s", error->text);
    int rc = transfer_get (transfer, s_sha, FILE_BYTES, s_target, error);
    transfer_destroy (&transfer);
    return rc;
}

static void s_expect_target (void)
{
    unsigned char *came = malloc (FILE_BYTES + 1);
    cr_assert_not_null (came);
    cr_assert_eq (pread (s_target, came, FILE_BYTES + 1, 0), FILE_BYTES);
    cr_assert (memcmp (came, s_bytes, FILE_BYTES) == 0);
    free (came);
}

Test (transfer, a_file_goes_there_and_comes_back)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    s_start (UINT64_MAX);
    cr_assert_eq (s_put (&config, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (s_put (&config, &error), DMH_OK, "again: %s", error.text);
    cr_assert_eq (s_get (&config, &error), DMH_OK, "%s", error.text);
    s_expect_target ();
}

//  Pieces come to their places, whatever lies there, and nothing comes to any other; beyond the end there is
//  nothing.
Test (transfer, a_piece_comes_to_its_place)
{
    static const struct {
        uint64_t at, n;
    } PIECES[] = {{5 * CHUNK_BYTES + 7, 12 * CHUNK_BYTES + 1},
                  {0, 100},
                  {FILE_BYTES - 3, 900},
                  {FILE_BYTES, 1},
                  {FILE_BYTES + 8, 1},
                  {33, 0}};
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    unsigned char *want = calloc (FILE_BYTES, 1), *came = malloc (FILE_BYTES + 1);
    s_start (UINT64_MAX);
    cr_assert_eq (s_put (&config, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (ftruncate (s_target, FILE_BYTES), 0);
    transfer_t *transfer = transfer_new (&config, &error);
    for (size_t i = 0; i < sizeof PIECES / sizeof *PIECES; i++) {
        cr_assert_eq (
            transfer_get_piece (transfer, s_sha, FILE_BYTES, PIECES[i].at, PIECES[i].n, s_target, &error),
            DMH_OK, "%s", error.text);
        for (uint64_t at = PIECES[i].at; at < PIECES[i].at + PIECES[i].n && at < FILE_BYTES; at++)
            want[at] = s_bytes[at];
    }
    transfer_destroy (&transfer);
    cr_assert_eq (pread (s_target, came, FILE_BYTES + 1, 0), FILE_BYTES);
    cr_assert (memcmp (came, want, FILE_BYTES) == 0);
    free (want);
    free (came);
}

Test (transfer, an_empty_file_does_too)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    char sha[DIGEST_HEX_BYTES];
    s_start (UINT64_MAX);
    digest_of ("", 0, sha);
    transfer_t *transfer = transfer_new (&config, &error);
    cr_assert_not_null (transfer);
    cr_assert_eq (transfer_put (transfer, s_target, sha, 0, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (transfer_get (transfer, sha, 0, s_target, &error), DMH_OK, "%s", error.text);
    transfer_destroy (&transfer);
}

//  Ends the service at the first piece beyond each of these, and starts it again.
struct deaths {
    uint64_t at[4];
    size_t next, count;
    uint64_t least;    //  of `done` after a death: what was there is not sent again
};

static void s_die (void *context, uint64_t done, uint64_t total)
{
    struct deaths *self = context;
    cr_expect_eq (total, FILE_BYTES);
    cr_expect_geq (done, self->least, "what was there before is sent again");
    if (self->next == self->count || done < self->at[self->next])
        return;
    self->next++;
    self->least = done;
    files_destroy (&s_files);
    s_start (UINT64_MAX);
}

Test (transfer, a_service_that_dies_and_comes_back_is_gone_on_with)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    struct deaths put = {{CHUNK_BYTES, 7 * CHUNK_BYTES, 30 * CHUNK_BYTES, FILE_BYTES - 5}, 0, 4, 0};
    struct deaths get = put;
    s_start (UINT64_MAX);
    config.moved = s_die;
    config.context = &put;
    cr_assert_eq (s_put (&config, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (put.next, put.count);
    config.context = &get;
    cr_assert_eq (s_get (&config, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (get.next, get.count);
    s_expect_target ();
}

//  A sender that gives up, whose file another one goes on with.
Test (transfer, a_sender_or_receiver_that_dies_is_gone_on_with)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    s_start (UINT64_MAX);
    //  The bytes of the first half, as an earlier process left them.
    cr_assert_eq (ftruncate (s_source, FILE_BYTES / 2), 0);
    cr_assert_eq (s_put (&config, &error), DMH_CONFLICT, "shorter than was said");
    cr_assert_eq (pwrite (s_source, s_bytes, FILE_BYTES, 0), FILE_BYTES);
    struct deaths none = {.least = FILE_BYTES / 2 / CHUNK_BYTES * CHUNK_BYTES - CREDIT_CHUNKS * CHUNK_BYTES};
    config.moved = s_die;
    config.context = &none;
    cr_assert_eq (s_put (&config, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (pwrite (s_target, s_bytes, FILE_BYTES / 3, 0), FILE_BYTES / 3);
    none.least = FILE_BYTES / 3;
    cr_assert_eq (s_get (&config, &error), DMH_OK, "%s", error.text);
    s_expect_target ();
}

Test (transfer, what_is_there_and_wrong_is_brought_anew)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    s_start (UINT64_MAX);
    cr_assert_eq (s_put (&config, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (pwrite (s_target, "rubbish", 7, 0), 7);
    cr_assert_eq (s_get (&config, &error), DMH_MALFORMED);
    cr_assert_eq (lseek (s_target, 0, SEEK_END), 0, "nothing of it stays");
    cr_assert_eq (s_get (&config, &error), DMH_OK, "%s", error.text);
    s_expect_target ();
    cr_assert_eq (pwrite (s_target, "x", 1, FILE_BYTES), 1, "longer than the file");
    cr_assert_eq (s_get (&config, &error), DMH_OK, "%s", error.text);
    s_expect_target ();
}

Test (transfer, a_file_that_changes_while_it_is_sent_is_a_conflict)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    s_start (UINT64_MAX);
    cr_assert_eq (pwrite (s_source, "?", 1, FILE_BYTES - 1), 1);
    cr_assert_eq (s_put (&config, &error), DMH_CONFLICT, "%s", error.text);
    cr_assert_eq (pwrite (s_source, s_bytes + FILE_BYTES - 1, 1, FILE_BYTES - 1), 1);
    cr_assert_eq (s_put (&config, &error), DMH_OK, "%s", error.text);
}

Test (transfer, no_room_and_no_such_file_are_said)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    s_start (FILE_BYTES - 1);
    cr_assert_eq (s_put (&config, &error), DMH_TOO_LARGE);
    cr_assert (strstr (error.text, "--files-bytes"), "%s", error.text);
    cr_assert_eq (s_get (&config, &error), DMH_NOT_FOUND);
}

Test (transfer, silence_and_interruption_end_it)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    int ends[2];
    config.patience_ms = 1;    //  nobody listens there
    cr_assert_eq (s_put (&config, &error), DMH_UNAVAILABLE);
    cr_assert_eq (pipe (ends), 0);
    cr_assert_eq (write (ends[1], "", 1), 1);
    config.patience_ms = PATIENCE_MS;
    config.stop.fd = ends[0];
    cr_assert_eq (s_get (&config, &error), DMH_CANCELLED);
    close (ends[0]);
    close (ends[1]);
    config.endpoint = "";
    cr_assert_null (transfer_new (&config, &error));
    cr_assert_eq (error.code, DMH_UNAVAILABLE);
}

//  Dice that fall the same in every run.
static unsigned s_dice (unsigned sides)
{
    static uint64_t state = 1;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (unsigned) (state >> 33) % sides;
}

//  A service behind a bad line: of 16 requests one is lost, of 24 answers one, and of three one comes twice.
static void s_bad_line (zsock_t *pipe, void *args)
{
    blob_store_t *blob_store = blob_store_new (s_store, UINT64_MAX, NULL);
    zsock_t *router = args;
    zsock_signal (pipe, blob_store ? 0 : 1);
    zpoller_t *poller = zpoller_new (pipe, router, NULL);
    while (zpoller_wait (poller, -1) == router) {
        zmsg_t *message = zmsg_recv (router);
        zframe_t *identity = zmsg_pop (message);
        zmsg_t *answer = s_dice (16) ? files_answer (blob_store, NULL, NULL, message) : NULL;
        for (int copies = s_dice (24) == 0 ? 0 : s_dice (3) == 0 ? 2 : 1; answer && copies; copies--) {
            zmsg_t *copy = zmsg_dup (answer);
            zmsg_pushmem (copy, zframe_data (identity), zframe_size (identity));
            zmsg_send (&copy, router);
        }
        zframe_destroy (&identity);
        zmsg_destroy (&answer);
        zmsg_destroy (&message);
    }
    zpoller_destroy (&poller);
    blob_store_destroy (&blob_store);
}

Test (transfer, lost_and_doubled_messages_cost_time_alone)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    int port = zsock_bind (router, "tcp://127.0.0.1:*");
    snprintf (s_endpoint, sizeof s_endpoint, "tcp://127.0.0.1:%d", port);
    zactor_t *line = zactor_new (s_bad_line, router);
    cr_assert_eq (s_put (&config, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (s_get (&config, &error), DMH_OK, "%s", error.text);
    s_expect_target ();
    zactor_destroy (&line);
    zsock_destroy (&router);
}

static void s_send_too (zsock_t *pipe, void *args)
{
    struct error error = {.code = DMH_OK};
    zsock_signal (pipe, 0);
    int rc = s_put (args, &error);
    zsock_send (pipe, "i", rc);
    zstr_free (&(char *){zstr_recv (pipe)});
}

Test (transfer, two_that_send_the_same_file_at_once_both_come_through)
{
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    int rc = -1;
    s_start (UINT64_MAX);
    zactor_t *other = zactor_new (s_send_too, &config);
    cr_assert_eq (s_put (&config, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (zsock_recv (other, "i", &rc), 0);
    cr_assert_eq (rc, DMH_OK);
    zactor_destroy (&other);
    cr_assert_eq (s_get (&config, &error), DMH_OK, "%s", error.text);
    s_expect_target ();
}

struct move {
    route_t *route;
    uint64_t at;    //  how many bytes were there when it happened; 0: not yet
};

//  The broker dies in the middle of the file, and another one with the same store is somewhere else.
static void s_move (void *context, uint64_t done, uint64_t total)
{
    struct move *self = context;
    if (self->at || done < FILE_BYTES / 3 || done == total)
        return;
    self->at = done;
    files_destroy (&s_files);
    reserved_port_endpoint (s_endpoint);
    s_start (UINT64_MAX);
    route_set (self->route, s_endpoint);
}

Test (transfer, a_broker_that_is_another_one_now_is_gone_on_with_in_the_middle_of_a_file)
{
    struct error error = {.code = DMH_OK};
    struct move there = {.route = route_new ()}, back = there;
    struct transfer_config config = s_config ();
    cr_assert_not_null (there.route);
    route_set (there.route, s_endpoint);
    config.endpoint = "";
    config.route = there.route;
    config.patience_ms = 5000;    //  of silence at the old one's place
    config.moved = s_move;
    s_start (UINT64_MAX);
    config.context = &there;
    cr_assert_eq (s_put (&config, &error), DMH_OK, "%s", error.text);
    cr_expect_gt (there.at, 0);
    config.context = &back;
    cr_assert_eq (s_get (&config, &error), DMH_OK, "%s", error.text);
    cr_expect_gt (back.at, 0);
    s_expect_target ();
    route_set (there.route, "");
    cr_expect_null (transfer_new (&config, &error));
    cr_expect_eq (error.code, DMH_UNAVAILABLE);
    route_destroy (&there.route);
}

//  What is small is sent at once; of what a service has of it already it says so.
Test (transfer, a_small_file_goes_without_a_question_first_and_goes_on_with_a_part_of_it)
{
    enum { SMALL_BYTES = 1000, PART_BYTES = 300 };
    struct error error = {.code = DMH_OK};
    struct transfer_config config = s_config ();
    struct put put = {.request = "r", .bytes = SMALL_BYTES};
    struct frame frame;
    digest_of (s_bytes, SMALL_BYTES, put.sha256);
    zsock_t *router = zsock_new_router (s_endpoint);
    config.stop = (zmq_pollitem_t){zsock_resolve (router), 0, ZMQ_POLLIN, 0};
    transfer_t *transfer = transfer_new (&config, &error);
    cr_assert (transfer && router);
    cr_assert_eq (transfer_put (transfer, s_source, put.sha256, SMALL_BYTES, &error), DMH_CANCELLED);
    zmsg_t *message = zmsg_recv (router);
    zframe_t *identity = zmsg_pop (message);
    cr_assert_eq (frame_open (message, &frame, NULL), DMH_OK);
    cr_expect_eq (frame.payload_bytes, SMALL_BYTES);
    zframe_destroy (&identity);
    zmsg_destroy (&message);
    transfer_destroy (&transfer);
    zsock_destroy (&router);
    s_start (UINT64_MAX);
    zsock_t *other = zsock_new_dealer (s_endpoint);
    message = frame_new (&put_shape, &put, NULL);
    zmsg_addmem (message, s_bytes, PART_BYTES);
    cr_assert_eq (zmsg_send (&message, other), 0);
    message = zmsg_recv (other);
    zmsg_destroy (&message);
    config.stop = s_config ().stop;
    transfer = transfer_new (&config, &error);
    cr_assert_eq (transfer_put (transfer, s_source, put.sha256, SMALL_BYTES, &error), DMH_OK, "%s",
                  error.text);
    transfer_destroy (&transfer);
    zsock_destroy (&other);
}
