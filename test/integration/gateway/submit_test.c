//  submit_test.c: POST /jobs: files in, jobs out, whatever a client does with the body.
#include "test/support/processes/gateway_process.h"
#include "test/support/stores/failing_calls.h"

#include "messages/base/digest.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#define MULTIPART "Content-Type: multipart/form-data; boundary=XX\r\n"
#define PART(DISPOSITION, TEXT) "--XX\r\nContent-Disposition: form-data; " DISPOSITION "\r\n\r\n" TEXT "\r\n"
#define PATIENTS                                                                                             \
    "patient_id,given_name,birth_date\n"                                                                     \
    "1,Ann,03/04/2001\n"                                                                                     \
    "2,Bob,1975-11-30\n"                                                                                     \
    "2,Bob,1975-11-30\n"

static struct http_answer s_post (unsigned port, const char *target, const char *headers, const char *body)
{
    return http_request (port, "POST", target, headers, body, strlen (body));
}

static void s_expect (unsigned port, const char *target, const char *headers, const char *body,
                      unsigned status, const char *part)
{
    struct http_answer answer = s_post (port, target, headers, body);
    cr_assert_eq (answer.status, status, "%s %s: %u %s", target, body, answer.status, answer.body);
    cr_assert (http_answer_has (&answer, part), "%s: %s", body, answer.body);
    http_answer_clear (&answer);
}

static size_t s_job_count (unsigned port)
{
    struct http_answer answer = http_get (port, "/api/v1/jobs");
    size_t count = 0;
    for (const char *at = answer.body; (at = strstr (at, "\"id\":")) != NULL; at++)
        count++;
    http_answer_clear (&answer);
    return count;
}

//  The id of the n-th job of an answer.
static char *s_id (const struct http_answer *answer, int n)
{
    const char *at = answer->body;
    for (int i = 0; i <= n; i++) {
        at = strstr (at, "\"id\":\"");
        cr_assert_not_null (at, "%s", answer->body);
        at += 6;
    }
    return strndup (at, strcspn (at, "\""));
}

Test (gateway_submit, several_files_with_options_become_a_batch_that_is_harmonized)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    struct http_answer answer =
        s_post (self.port, "/api/v1/jobs?kind=lab_result", MULTIPART,
                PART ("name=\"kind\"", "patient") PART ("name=\"file\"; filename=\"sites/a.csv\"", PATIENTS)
                    PART ("name=\"file\"; filename=\"ä b.csv\"", PATIENTS)
                        PART ("name=\"date-order\"", "dmy") "--XX--\r\n");
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    char *batch = http_answer_text (&answer, "batch");
    cr_assert_eq (strncmp (batch, "b-", 2), 0);
    char location[128];
    snprintf (location, sizeof location, "/api/v1/jobs?batch=%s", batch);
    cr_assert_str_eq (http_answer_header (&answer, "Location"), location);
    cr_assert (http_answer_has (&answer, "\"name\":\"a.csv\"") &&
                   http_answer_has (&answer, "\"name\":\"ä b.csv\""),
               "%s", answer.body);
    for (int i = 0; i < 2; i++) {
        char *id = s_id (&answer, i);
        struct http_answer done = gateway_process_await (&self, id, "done");
        cr_assert (http_answer_has (&done, "\"read\":3,\"written\":2,\"duplicates\":1"), "%s", done.body);
        cr_assert (http_answer_has (&done, batch), "%s", done.body);
        http_answer_clear (&done);
        free (id);
    }
    http_answer_clear (&answer);
    answer = http_get (self.port, location);
    cr_assert (http_answer_has (&answer, "a.csv") && http_answer_has (&answer, "ä b.csv"), "%s", answer.body);
    http_answer_clear (&answer);
    free (batch);
    gateway_process_stop (&self);
}

//  As it came, gzip (in two members, RFC 1952) and zstd: the same bytes are kept.
Test (gateway_submit, a_body_is_one_file_and_its_content_encoding_is_undone)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    char hex[DIGEST_HEX_BYTES], packed[2048];
    const char *const NAMES[] = {"", "Content-Encoding: gzip\r\n", "Content-Encoding: zstd\r\n"};
    digest_of (PATIENTS, strlen (PATIENTS), hex);
    for (int i = 0; i < 3; i++) {
        size_t n = strlen (PATIENTS);
        memcpy (packed, PATIENTS, n);
        if (i == 1) {
            n = 0;
            for (size_t at = 0; at < strlen (PATIENTS); at += at ? strlen (PATIENTS) : 7) {
                z_stream stream = {.next_in = (Bytef *) PATIENTS + at, .next_out = (Bytef *) packed + n};
                stream.avail_in = (uInt) (at ? strlen (PATIENTS) - at : 7);
                stream.avail_out = (uInt) (sizeof packed - n);
                deflateInit2 (&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
                cr_assert_eq (deflate (&stream, Z_FINISH), Z_STREAM_END);
                n += stream.total_out;
                deflateEnd (&stream);
            }
        } else if (i == 2)
            n = ZSTD_compress (packed, sizeof packed, PATIENTS, n, 3);
        struct http_answer answer =
            http_request (self.port, "POST", "/api/v1/jobs?name=p.csv&kind=patient", NAMES[i], packed, n);
        cr_assert_eq (answer.status, 202, "%s: %s", NAMES[i], answer.body);
        cr_assert (http_answer_has (&answer, hex), "%s: %s", NAMES[i], answer.body);
        char *id = s_id (&answer, 0), location[128];
        snprintf (location, sizeof location, "/api/v1/jobs/%s", id);
        cr_assert_str_eq (http_answer_header (&answer, "Location"), location);
        cr_assert (http_answer_has (&answer, "\"batch\":null"), "%s", answer.body);
        http_answer_clear (&answer);
        answer = gateway_process_await (&self, id, "done");
        cr_assert (http_answer_has (&answer, "\"written\":2"), "%s", answer.body);
        http_answer_clear (&answer);
        free (id);
        //  Cut in the middle, and something else.
        if (i) {
            answer = http_request (self.port, "POST", "/api/v1/jobs?name=p.csv", NAMES[i], packed, n - 3);
            cr_assert_eq (answer.status, 400, "%s", answer.body);
            http_answer_clear (&answer);
            s_expect (self.port, "/api/v1/jobs?name=p.csv", NAMES[i], PATIENTS, 400, "Content-Encoding");
        }
    }
    s_expect (self.port, "/api/v1/jobs?name=p.csv", "Content-Encoding: br\r\n", PATIENTS, 415,
              "\"unsupported\"");
    s_expect (self.port, "/api/v1/jobs", "Content-Type: application/json\r\n", "{}", 415,
              "multipart/form-data");
    gateway_process_stop (&self);
}

Test (gateway_submit, an_idempotency_key_gives_the_same_jobs_at_any_gateway_and_422_for_another_body)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    struct gateway_process other = self;
    gateway_process_start_alone (&other);
    const char *key = "Idempotency-Key: night 1\r\n";
    const char *target = "/api/v1/jobs?name=p.csv&kind=patient";
    struct http_answer first = s_post (self.port, target, key, PATIENTS);
    struct http_answer second = s_post (other.port, target, key, PATIENTS);
    cr_assert_eq (first.status, 202);
    cr_assert_eq (second.status, 202, "%s", second.body);
    char *one = s_id (&first, 0), *two = s_id (&second, 0);
    cr_assert_str_eq (one, two);
    http_answer_clear (&first);
    http_answer_clear (&second);
    s_expect (other.port, target, key, PATIENTS "3,Cid,\n", 422, "\"conflict\"");
    s_expect (other.port, "/api/v1/jobs?name=p.csv&kind=lab_result", key, PATIENTS, 422, "\"conflict\"");
    s_expect (other.port, "/api/v1/jobs?name=q.csv&kind=patient", key, PATIENTS, 422, "\"conflict\"");
    s_expect (other.port, "/api/v1/jobs", MULTIPART "Idempotency-Key: night 1\r\n",
              PART ("name=\"file\"; filename=\"p.csv\"", PATIENTS)
                  PART ("name=\"file\"; filename=\"q.csv\"", PATIENTS) "--XX--\r\n",
              422, "\"conflict\"");
    cr_assert_eq (s_job_count (self.port), 1);
    s_expect (other.port, target, "Idempotency-Key: night 2\r\n", PATIENTS, 202, "queued");
    cr_assert_eq (s_job_count (self.port), 2);
    //  With a name of its own, where only the files tell.
    s_expect (self.port, "/api/v1/jobs?name=p.csv&batch=night", "Idempotency-Key: 3\r\n", PATIENTS, 202,
              "queued");
    s_expect (self.port, "/api/v1/jobs?name=q.csv&batch=night", "Idempotency-Key: 3\r\n", PATIENTS, 422,
              "conflict");
    free (one);
    free (two);
    kill (other.pid, SIGTERM);
    cr_assert_eq (process_wait (other.pid, 20), 0);
    gateway_process_stop (&self);
}

//  By the same table as the command line's.
Test (gateway_submit, options_are_checked_before_anything_is_submitted)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    static const struct {
        const char *query, *part;
    } CASES[] = {
        {"date_order=dym", "date-order takes mdy, dmy or ymd"},
        {"kind=patent", "kind takes"},
        {"threads=0", "threads takes a whole number"},
        {"priority=high", "priority takes"},
        {"strict=maybe", "strict takes true or false"},
        {"fail-on=everything", "everything"},
        {"formt=csv", "did you mean --format?"},
        {"stdin-bytes=4", "there is no option"},
        {"help=", "there is no option"},
        {"strict%3D=x", "there is no option"},
        {"batch=a%2Fb", "batch takes"},
        {"format=docx", "docx"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char target[256];
        snprintf (target, sizeof target, "/api/v1/jobs?name=p.csv&%s", CASES[i].query);
        s_expect (self.port, target, NULL, PATIENTS, 400, CASES[i].part);
    }
    s_expect (self.port, "/api/v1/jobs?name=%0a", NULL, PATIENTS, 400, "name");
    s_expect (self.port, "/api/v1/jobs?name=..", NULL, PATIENTS, 400, "name");
    s_expect (self.port, "/api/v1/jobs?name=", NULL, PATIENTS, 400, "name");
    s_expect (self.port, "/api/v1/jobs", MULTIPART, PART ("name=\"kind\"", "patient") "--XX--\r\n", 400,
              "file");
    s_expect (self.port, "/api/v1/jobs", MULTIPART, PART ("name=\"file\"", "x") "--XX--\r\n", 400,
              "filename");
    s_expect (self.port, "/api/v1/jobs", MULTIPART,
              PART ("name=\"\"", "1") PART ("name=\"file\"; filename=\"a.csv\"", PATIENTS) "--XX--\r\n", 400,
              "a part has no name");
    s_expect (self.port, "/api/v1/jobs", MULTIPART, PART ("name=\"file\"; filename=\"a.csv\"", PATIENTS), 400,
              "boundary");
    s_expect (self.port, "/api/v1/jobs", "Content-Type: multipart/form-data\r\n", "x", 400, "boundary");
    cr_assert_eq (s_job_count (self.port), 0);
    gateway_process_stop (&self);
}

Test (gateway_submit, mapping_and_schema_come_as_parts_and_no_mapping_reads_the_servers_files)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    struct http_answer answer = s_post (
        self.port, "/api/v1/jobs", MULTIPART,
        PART ("name=\"file\"; filename=\"a.csv\"", "Nummer,Vorname\n7,Eva\n")
            PART ("name=\"kind\"", "patient") PART ("name=\"mapping\"; filename=\"m.json\"",
                                                    "{\"kind\":\"patient\",\"columns\":{\"Nummer\":\"patient_"
                                                    "id\",\"Vorname\":\"given_name\"}}") "--XX--\r\n");
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    char *id = s_id (&answer, 0);
    http_answer_clear (&answer);
    answer = gateway_process_await (&self, id, "done");
    cr_assert (http_answer_has (&answer, "\"written\":1"), "%s", answer.body);
    http_answer_clear (&answer);
    free (id);
    s_expect (self.port, "/api/v1/jobs", MULTIPART,
              PART ("name=\"file\"; filename=\"a.csv\"", "Nummer\n7\n")
                  PART ("name=\"mapping\"",
                        "{\"kind\":\"patient\",\"joins\":[{\"column\":\"Nummer\",\"table\":\"/etc/"
                        "passwd\",\"key\":\"root\",\"take\":{\"x\":\"given_name\"}}]}") "--XX--\r\n",
              400, "tables");
    s_expect (self.port, "/api/v1/jobs", MULTIPART,
              PART ("name=\"file\"; filename=\"a.csv\"", PATIENTS) PART ("name=\"schema\"", "") "--XX--\r\n",
              400, "empty");
    gateway_process_stop (&self);
}

Test (gateway_submit, a_body_beyond_the_limit_is_413_however_it_comes)
{
    struct gateway_process self = {.options = {"--max-body", "1000"}};
    gateway_process_start (&self);
    char large[4001], packed[512], text[512];
    memset (large, 'a', sizeof large - 1);
    large[sizeof large - 1] = 0;
    s_expect (self.port, "/api/v1/jobs?name=p.csv", NULL, large, 413, "\"too_large\"");
    //  Unpacked.
    size_t n = ZSTD_compress (packed, sizeof packed, large, sizeof large - 1, 3);
    struct http_answer answer =
        http_request (self.port, "POST", "/api/v1/jobs?name=p.csv", "Content-Encoding: zstd\r\n", packed, n);
    cr_assert_eq (answer.status, 413, "%s", answer.body);
    http_answer_clear (&answer);
    //  Without its length.
    int fd = http_connect (self.port);
    snprintf (text, sizeof text,
              "POST /api/v1/jobs?name=p.csv HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
              "chunked\r\n\r\nfa0\r\n");
    http_send (fd, text, strlen (text));
    http_send (fd, large, 4000);
    http_send (fd, "\r\n0\r\n\r\n", 7);
    answer = http_receive (fd, false);
    cr_assert_eq (answer.status, 413, "%s", answer.body);
    http_answer_clear (&answer);
    close (fd);
    //  Who waits for a word to send it has it at once, and not that word.
    fd = http_connect (self.port);
    snprintf (text, sizeof text,
              "POST /api/v1/jobs?name=p.csv HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000\r\nExpect: "
              "100-continue\r\n\r\n");
    http_send (fd, text, strlen (text));
    char begin[14] = "";
    cr_assert_eq (recv (fd, begin, 13, MSG_WAITALL), 13);
    cr_assert_str_eq (begin, "HTTP/1.1 413 ");
    close (fd);
    cr_assert_eq (s_job_count (self.port), 0);
    gateway_process_stop (&self);
}

Test (gateway_submit, who_expects_100_is_told_to_go_on_and_who_is_cut_off_submits_nothing)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    char text[512], begin[26] = "";
    int fd = http_connect (self.port);
    snprintf (text, sizeof text,
              "POST /api/v1/jobs?name=p.csv HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\nExpect: "
              "100-continue\r\n\r\n",
              strlen (PATIENTS));
    http_send (fd, text, strlen (text));
    cr_assert_eq (recv (fd, begin, 25, MSG_WAITALL), 25);
    cr_assert_str_eq (begin, "HTTP/1.1 100 Continue\r\n\r\n");
    http_send (fd, PATIENTS, strlen (PATIENTS));
    struct http_answer answer = http_receive (fd, false);
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    http_answer_clear (&answer);
    close (fd);
    cr_assert_eq (s_job_count (self.port), 1);
    //  In the middle of a chunk, and of a body whose length was said.
    static const char *const CUT[] = {"Transfer-Encoding: chunked\r\n\r\n1000\r\n" PATIENTS,
                                      "Content-Length: 1000\r\n\r\n" PATIENTS,
                                      "Transfer-Encoding: chunked\r\n\r\nzz\r\n" PATIENTS};
    for (size_t i = 0; i < sizeof CUT / sizeof *CUT; i++) {
        fd = http_connect (self.port);
        snprintf (text, sizeof text, "POST /api/v1/jobs?name=p.csv HTTP/1.1\r\nHost: localhost\r\n%s",
                  CUT[i]);
        http_send (fd, text, strlen (text));
        shutdown (fd, SHUT_WR);
        cr_assert (http_is_closed (fd));
        close (fd);
    }
    cr_assert_eq (s_job_count (self.port), 1);
    gateway_process_stop (&self);
}

//  KiB that the process ever had in memory.
static unsigned long s_most_memory (pid_t pid)
{
    char path[64], line[256];
    unsigned long most = 0;
    snprintf (path, sizeof path, "/proc/%d/status", (int) pid);
    FILE *file = fopen (path, "r");
    cr_assert_not_null (file);
    while (!most && fgets (line, sizeof line, file))
        sscanf (line, "VmHWM: %lu", &most);
    fclose (file);
    cr_assert_gt (most, 0);
    return most;
}

Test (gateway_submit, a_large_file_passes_through_little_memory)
{
    if (!FAILING_CALLS_CAN) {
        printf ("SKIP: a sanitizer has an allocator of its own\n");
        return;
    }
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    enum { PIECE = 1 << 20, PIECES = 200 };
    char *piece = malloc (PIECE), text[512];
    for (int i = 0; i < PIECE; i += 16)
        snprintf (text, sizeof text, "%07d,Ann,2001\n\n", i), memcpy (piece + i, text, 16);
    int fd = http_connect (self.port);
    snprintf (text, sizeof text,
              "POST /api/v1/jobs?name=p.csv&kind=patient HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
              "%zu\r\n\r\n",
              (size_t) PIECE * PIECES);
    http_send (fd, text, strlen (text));
    for (int i = 0; i < PIECES; i++)
        cr_assert (http_send (fd, piece, PIECE));
    struct http_answer answer = http_receive (fd, false);
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    http_answer_clear (&answer);
    close (fd);
    cr_assert_lt (s_most_memory (self.pid), 64 * 1024);
    free (piece);
    gateway_process_stop (&self);
}

//  The upload waits for a broker that comes back, and is answered by 503 where none does.
Test (gateway_submit, an_upload_outlives_a_restart_of_the_broker)
{
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    char text[256];
    int fd = http_connect (self.port);
    snprintf (text, sizeof text,
              "POST /api/v1/jobs?name=p.csv HTTP/1.1\r\nHost: localhost\r\nContent-Length: %zu\r\n\r\n",
              strlen (PATIENTS));
    http_send (fd, text, strlen (text));
    http_send (fd, PATIENTS, 10);
    servers_end (&self.servers, &self.servers.broker, SIGKILL);
    http_send (fd, PATIENTS + 10, strlen (PATIENTS) - 10);
    servers_start_broker (&self.servers, true);
    struct http_answer answer = http_receive (fd, false);
    cr_assert_eq (answer.status, 202, "%s", answer.body);
    http_answer_clear (&answer);
    close (fd);
    gateway_process_stop (&self);
}
