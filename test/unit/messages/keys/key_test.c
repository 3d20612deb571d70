//  key_test.c: key files, the folder of keys, ZAP's frames, addresses, the limits of a client and the folders
//  of inputs.
#include "broker/access/address.h"
#include "broker/access/quota.h"
#include "broker/access/zap.h"
#include "messages/keys/credential.h"
#include "messages/keys/key_file.h"
#include "messages/keys/keyring.h"
#include "test/support/processes/descriptors.h"
#include "test/support/processes/workplace.h"
#include "worker/input/data_roots.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

//  The example of RFC 26: the pair that it gives in Z85.
#define PUBLIC "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define SECRET "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"

static const char *s_in (const struct workplace *place, const char *name)
{
    static char path[4][512];
    static unsigned turn;
    char *out = path[turn++ % 4];
    snprintf (out, 512, "%s/%s", place->folder, name);
    return out;
}

Test (key, a_key_file_is_read_or_refused_with_its_line)
{
    static const struct {
        const char *text;
        const char *part;    //  of the sentence; NULL: it is right
    } CASES[] = {
        {"name = anna\nrights = client\npublic = " PUBLIC "\n", NULL},
        {"# hello\r\n\r\n name=anna\r\npublic=" PUBLIC "\r\nsecret = " SECRET "\r\nlater = 1", NULL},
        {"name = anna\nrights = -\npublic = " PUBLIC, NULL},
        {"name = anna\n", "name and public"},
        {"public = " PUBLIC "\n", "name and public"},
        {"name = ../anna\npublic = " PUBLIC "\n", "line 1"},
        {"name = anna\nrights = king\npublic = " PUBLIC "\n", "line 2"},
        {"name = anna\npublic = " PUBLIC "x\n", "line 2"},
        {"name = anna\npublic = Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hI~\n", "line 2"},
        {"name = anna\nhello\n", "line 2"},
        {"= anna\n", "line 1"},
        {"", "name and public"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error = {.code = DMH_OK};
        struct key key;
        int rc = key_decode (CASES[i].text, strlen (CASES[i].text), &key, &error);
        cr_assert_eq (rc, CASES[i].part ? DMH_MALFORMED : DMH_OK, "case %zu: %s", i, error.text);
        if (CASES[i].part)
            cr_assert (strstr (error.text, CASES[i].part), "case %zu: %s", i, error.text);
        else
            cr_assert_str_eq (key.public_text, PUBLIC);
        cr_assert_not (strstr (error.text, SECRET));
    }
    cr_assert_eq (key_decode ("a\0b", 3, &(struct key){.rights = 0}, NULL), DMH_MALFORMED);
}

Test (key, names_are_safe_as_files)
{
    static const char *const GOOD[] = {"a", "anna", "lab-2.north_x", "0", "abcdefghijklmnopqrstuvwxyz01234"};
    static const char *const BAD[] = {"",     ".",  "..",       ".a",
                                      "-a",   "_a", "a/b",      "a b",
                                      "a\nb", "a%", "\xc3\xa4", "abcdefghijklmnopqrstuvwxyz012345"};
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++)
        cr_assert (key_is_name (GOOD[i]), "%s", GOOD[i]);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        cr_assert_not (key_is_name (BAD[i]), "%s", BAD[i]);
}

Test (key, a_pair_survives_its_file_which_nobody_else_can_read)
{
    struct workplace place;
    struct key key, again;
    struct error error = {.code = DMH_OK};
    struct stat stat_of;
    workplace_make (&place);
    cr_assert_eq (key_make ("anna", KEY_CLIENT | KEY_WORKER, &key, &error), DMH_OK, "%s", error.text);
    umask (0);
    cr_assert_eq (key_write (&key, s_in (&place, "anna.key"), true, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (stat (s_in (&place, "anna.key"), &stat_of), 0);
    cr_assert_eq (stat_of.st_mode & 07777, 0600);
    cr_assert_eq (key_read (s_in (&place, "anna.key"), &again, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (memcmp (&key, &again, sizeof key), 0);
    chmod (s_in (&place, "anna.key"), 0640);
    cr_assert_eq (key_read (s_in (&place, "anna.key"), &again, &error), DMH_UNAUTHORIZED);
    cr_assert (strstr (error.text, "chmod 600"), "%s", error.text);
    cr_assert_eq (key_write (&key, s_in (&place, "anna.pub"), false, &error), DMH_OK);
    cr_assert_eq (key_read (s_in (&place, "anna.pub"), &again, &error), DMH_OK);
    cr_assert_str_empty (again.secret_text);
    cr_assert_eq (again.rights, KEY_CLIENT | KEY_WORKER);
    workplace_remove (&place);
}

static void s_count (void *context, const char *sentence)
{
    cr_assert_gt (strlen (sentence), 10);
    ++*(unsigned *) context;
}

Test (key, a_ring_takes_the_keys_of_its_folder_and_says_what_is_none)
{
    static const char ANNA[] = "name = anna\nrights = client\npublic = " PUBLIC "\n";
    struct workplace place;
    struct error error = {.code = DMH_OK};
    struct key worker;
    unsigned wrong = 0;
    workplace_make (&place);
    chmod (place.folder, 0700);
    key_make ("w", KEY_WORKER, &worker, &error);
    workplace_write (&place, "anna.pub", ANNA, strlen (ANNA));
    workplace_write (&place, "other.pub", ANNA, strlen (ANNA));    //  another name
    workplace_write (&place, "rubbish.pub", "x", 1);
    workplace_write (&place, "anna.key", "x", 1);    //  not looked at
    cr_assert_eq (key_write (&worker, s_in (&place, "w.pub"), false, &error), DMH_OK);
    keyring_t *ring = keyring_load (place.folder, s_count, &wrong, &error);
    cr_assert_not_null (ring, "%s", error.text);
    cr_assert_eq (keyring_size (ring), 2);
    cr_assert_eq (wrong, 2);
    cr_assert (keyring_allows (ring, PUBLIC, KEY_CLIENT | KEY_OBSERVER));
    cr_assert_not (keyring_allows (ring, PUBLIC, KEY_WORKER));
    cr_assert (keyring_allows (ring, worker.public_text, KEY_WORKER));
    cr_assert_not (keyring_allows (ring, worker.public_text, KEY_CLIENT | KEY_OBSERVER));
    cr_assert_not (keyring_allows (ring, NULL, ~0u));
    cr_assert_not (keyring_allows (ring, "", ~0u));
    keyring_destroy (&ring);
    chmod (place.folder, 0770);
    cr_assert_null (keyring_load (place.folder, NULL, NULL, &error));
    cr_assert_eq (error.code, DMH_UNAUTHORIZED);
    chmod (place.folder, 0700);
    workplace_remove (&place);
    cr_assert_null (keyring_load (place.folder, NULL, NULL, &error));
    cr_assert_eq (error.code, DMH_NOT_FOUND);
}

Test (key, the_folder_of_keys_is_made_with_those_above_it_for_its_owner_alone)
{
    static const char *const MADE[] = {"a", "a/b", "a/b/keys"};
    struct workplace place;
    struct error error = {.code = DMH_OK};
    struct stat about;
    workplace_make (&place);
    umask (0);
    for (int round = 0; round < 2; round++)    //  and one that is there is fine
        cr_assert_eq (keyring_make_folder (s_in (&place, "a/b/keys"), &error), DMH_OK, "%s", error.text);
    for (size_t i = 0; i < sizeof MADE / sizeof *MADE; i++) {
        cr_assert_eq (stat (s_in (&place, MADE[i]), &about), 0, "%s", MADE[i]);
        cr_assert_eq (about.st_mode, S_IFDIR | 0700, "%s", MADE[i]);
    }
    workplace_write (&place, "file", "x", 1);
    cr_assert_eq (keyring_make_folder (s_in (&place, "file/keys"), &error), DMH_IO);
    cr_assert (strstr (error.text, "file/keys cannot be made: Not a directory"), "%s", error.text);
    workplace_remove (&place);
}

Test (key, a_credential_needs_both_halves)
{
    struct credential credential;
    struct error error;
    cr_assert_eq (credential_read (NULL, "", &credential, &error), DMH_OK);
    cr_assert_not (credential_is (&credential));
    cr_assert_eq (credential_read ("x", NULL, &credential, &error), DMH_USAGE);
    cr_assert_eq (credential_read (NULL, PUBLIC, &credential, &error), DMH_USAGE);
    cr_assert_eq (credential_read ("/nowhere/x.key", PUBLIC, &credential, &error), DMH_NOT_FOUND);
}

static int s_zap (const char *const frames[], size_t count, struct zap_request *out)
{
    zmsg_t *message = zmsg_new ();
    for (size_t i = 0; i < count; i++)
        zmsg_addstr (message, frames[i]);
    struct error error;
    int rc = zap_decode (message, out, &error);
    zmsg_destroy (&message);
    return rc;
}

Test (key, a_question_of_zap_is_taken_apart_or_refused)
{
#define KEY32 "01234567890123456789012345678901"
    static const struct {
        const char *frames[9];
        size_t count;
        int rc;
    } CASES[] = {
        {{"1.0", "7", "front", "127.0.0.1", "", "CURVE", KEY32}, 7, DMH_OK},
        {{"1.0", "7", "front", "127.0.0.1", "", "CURVE", KEY32, "x"}, 8, DMH_MALFORMED},
        {{"1.0", "7", "front", "127.0.0.1", "", "CURVE", KEY32 "x"}, 7, DMH_MALFORMED},
        {{"1.0", "7", "front", "127.0.0.1", "", "CURVE"}, 6, DMH_MALFORMED},
        {{"1.0", "7", "front", "127.0.0.1", "", "NULL"}, 6, DMH_UNAUTHORIZED},
        {{"1.0", "7", "front", "127.0.0.1", "", "PLAIN", "a", "b"}, 8, DMH_UNAUTHORIZED},
        {{"1.1", "7", "front", "127.0.0.1", "", "CURVE", KEY32}, 7, DMH_UNSUPPORTED},
        {{"1.0", "7", "fr ont", "127.0.0.1", "", "CURVE", KEY32}, 7, DMH_MALFORMED},
        {{"1.0", "7", "front"}, 3, DMH_MALFORMED},
        {{"1.0"}, 1, DMH_MALFORMED},
        {{NULL}, 0, DMH_MALFORMED},
    };
    struct zap_request request;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        cr_assert_eq (s_zap (CASES[i].frames, CASES[i].count, &request), CASES[i].rc, "case %zu", i);
        cr_assert_eq (request.id_bytes, CASES[i].count > 1 ? 1 : 0, "case %zu", i);
        if (CASES[i].rc != DMH_OK)
            cr_assert_str_empty (request.public_text);
        zmsg_t *answer = zap_answer (&request, CASES[i].rc == DMH_OK ? request.public_text : NULL);
        cr_assert_eq (zmsg_size (answer), 6);
        zmsg_first (answer);
        zmsg_next (answer);
        cr_assert (zframe_streq (zmsg_next (answer), CASES[i].rc == DMH_OK ? "200" : "400"));
        zmsg_destroy (&answer);
    }
}

Test (key, only_addresses_of_this_host_alone_are_local)
{
    static const char *const LOCAL[] = {"tcp://127.0.0.1:5570", "tcp://127.1.2.3:*", "tcp://[::1]:5570",
                                        "inproc://x", "ipc:///tmp/x"};
    static const char *const OPEN[] = {"tcp://*:5570",
                                       "tcp://0.0.0.0:5570",
                                       "tcp://192.168.1.2:5570",
                                       "tcp://[::]:5570",
                                       "tcp://host:5570",
                                       "tcp://127.0.0.1.evil:5570",
                                       "tcp://localhost:1",
                                       "udp://127.0.0.1:1",
                                       "",
                                       "tcp://",
                                       "tcp://127.0.0:1"};
    for (size_t i = 0; i < sizeof LOCAL / sizeof *LOCAL; i++)
        cr_assert (address_is_local (LOCAL[i]), "%s", LOCAL[i]);
    for (size_t i = 0; i < sizeof OPEN / sizeof *OPEN; i++)
        cr_assert_not (address_is_local (OPEN[i]), "%s", OPEN[i]);
}

Test (key, a_client_has_so_many_jobs_and_requests_and_others_have_theirs)
{
    struct error error;
    quota_t *quota = quota_new ();
    quota_limit (quota, &(struct quota_limits){.jobs = 2, .rate = 3});
    for (int i = 0; i < 3; i++)
        cr_assert_eq (quota_ask (quota, "a", 1000, &error), DMH_OK);
    cr_assert_eq (quota_ask (quota, "a", 1000, &error), DMH_UNAVAILABLE);
    cr_assert_eq (quota_ask (quota, "b", 1000, &error), DMH_OK);
    cr_assert_eq (quota_ask (quota, "a", 1333, &error), DMH_UNAVAILABLE);
    cr_assert_eq (quota_ask (quota, "a", 1334, &error), DMH_OK);
    cr_assert_eq (quota_ask (quota, "a", 900, &error), DMH_UNAVAILABLE);    //  a clock that went back
    cr_assert_eq (quota_check (quota, "a", 3, 0, &error), DMH_TOO_LARGE);
    cr_assert_eq (quota_check (quota, "a", 2, 0, &error), DMH_OK);
    quota_take (quota, "a", "j1", 0);
    quota_keep (quota);
    quota_take (quota, "a", "j2", 0);
    cr_assert_eq (quota_check (quota, "a", 1, 0, &error), DMH_UNAVAILABLE);
    cr_assert_eq (quota_check (quota, "b", 2, 0, &error), DMH_OK);
    quota_undo (quota);    //  j2 alone
    cr_assert_eq (quota_check (quota, "a", 1, 0, &error), DMH_OK);
    cr_assert_eq (quota_check (quota, "a", 2, 0, &error), DMH_UNAVAILABLE);
    quota_end (quota, "j1");
    quota_end (quota, "j1");
    quota_end (quota, "unknown");
    cr_assert_eq (quota_check (quota, "a", 2, 0, &error), DMH_OK);
    quota_destroy (&quota);
}

Test (key, a_client_has_so_many_bytes_in_work)
{
    struct error error;
    quota_t *quota = quota_new ();
    quota_take (quota, "a", "j0", 30);    //  counts when there is a limit later
    quota_keep (quota);
    quota_limit (quota, &(struct quota_limits){.bytes = 100});
    cr_assert_eq (quota_check (quota, "a", 1, 101, &error), DMH_TOO_LARGE);
    cr_assert_eq (quota_check (quota, "a", 1, UINT64_MAX, &error), DMH_TOO_LARGE);
    cr_assert_eq (quota_check (quota, "a", 1, 71, &error), DMH_UNAVAILABLE);
    cr_assert_eq (quota_check (quota, "b", 1, 100, &error), DMH_OK);
    cr_assert_eq (quota_check (quota, "a", 1, 70, &error), DMH_OK);
    quota_take (quota, "a", "j1", 70);
    cr_assert_eq (quota_check (quota, "a", 1, 1, &error), DMH_UNAVAILABLE);
    cr_assert_eq (quota_check (quota, "a", 1, 0, &error), DMH_OK);    //  a size that nobody knows
    quota_undo (quota);
    cr_assert_eq (quota_check (quota, "a", 1, 70, &error), DMH_OK);
    quota_end (quota, "j0");
    cr_assert_eq (quota_check (quota, "a", 1, 100, &error), DMH_OK);
    quota_destroy (&quota);
}

Test (key, more_clients_than_are_told_apart_share_what_is_left)
{
    struct error error;
    char name[32];
    quota_t *quota = quota_new ();
    quota_limit (quota, &(struct quota_limits){.rate = 1});
    for (int i = 0; i < QUOTA_CLIENTS_MAX; i++) {
        snprintf (name, sizeof name, "c%d", i);
        cr_assert_eq (quota_ask (quota, name, 5000, &error), DMH_OK);
    }
    cr_assert_eq (quota_ask (quota, "x", 5000, &error), DMH_OK);
    cr_assert_eq (quota_ask (quota, "y", 5000, &error), DMH_UNAVAILABLE);
    //  A second later those that were silent are forgotten.
    cr_assert_eq (quota_ask (quota, "y", 6000, &error), DMH_OK);
    cr_assert_eq (quota_ask (quota, "z", 6000, &error), DMH_OK);
    quota_destroy (&quota);
}

static void s_expect_found (const data_roots_t *roots, const char *path, int code)
{
    struct error error = {.code = DMH_OK};
    int fd = -1, rc = data_roots_find (roots, path, &fd, &error);
    cr_assert_eq (rc, code, "%s: %d %s", path, rc, error.text);
    cr_assert_eq (fd >= 0, code == DMH_OK);
    if (fd >= 0)
        close (fd);
}

Test (key, a_path_leads_into_a_root_or_nowhere)
{
    struct workplace place;
    struct error error = {.code = DMH_OK};
    char list[1024];
    workplace_make (&place);
    mkdir (s_in (&place, "a"), 0700);
    mkdir (s_in (&place, "ab"), 0700);
    mkdir (s_in (&place, "b"), 0700);
    workplace_write (&place, "a/in.csv", "x", 1);
    workplace_write (&place, "b/in.csv", "x", 1);
    workplace_write (&place, "ab/out.csv", "x", 1);
    cr_assert_eq (symlink ("../ab/out.csv", s_in (&place, "a/out")), 0);
    cr_assert_eq (symlink ("/", s_in (&place, "a/root")), 0);
    cr_assert_eq (symlink ("loop", s_in (&place, "a/loop")), 0);
    cr_assert_eq (symlink (s_in (&place, "b/in.csv"), s_in (&place, "a/other")), 0);
    cr_assert_eq (symlink ("a/in.csv", s_in (&place, "into")), 0);
    snprintf (list, sizeof list, "%s/a,%s/b/", place.folder, place.folder);
    data_roots_t *roots = data_roots_new (list, &error);
    cr_assert_not_null (roots, "%s", error.text);
    s_expect_found (roots, s_in (&place, "a/in.csv"), DMH_OK);
    s_expect_found (roots, s_in (&place, "b/in.csv"), DMH_OK);
    s_expect_found (roots, s_in (&place, "a/other"), DMH_OK);    //  a link from root to root
    s_expect_found (roots, s_in (&place, "into"), DMH_OK);       //  a link from outside
    s_expect_found (roots, s_in (&place, "ab/../a/in.csv"), DMH_OK);
    s_expect_found (roots, s_in (&place, "a/nothing"), DMH_NOT_FOUND);
    s_expect_found (roots, s_in (&place, "a/out"), DMH_UNAUTHORIZED);
    s_expect_found (roots, s_in (&place, "a/loop"), DMH_UNAUTHORIZED);
    s_expect_found (roots, s_in (&place, "a/root/etc/passwd"), DMH_UNAUTHORIZED);
    s_expect_found (roots, s_in (&place, "ab/out.csv"), DMH_UNAUTHORIZED);
    s_expect_found (roots, s_in (&place, "ab/nothing"), DMH_UNAUTHORIZED);
    s_expect_found (roots, s_in (&place, "a/../ab/out.csv"), DMH_UNAUTHORIZED);
    s_expect_found (roots, s_in (&place, "a/../nothing"), DMH_UNAUTHORIZED);
    s_expect_found (roots, s_in (&place, "a"), DMH_UNAUTHORIZED);    //  the root itself is no file in it
    s_expect_found (roots, "/etc/passwd", DMH_UNAUTHORIZED);
    s_expect_found (roots, "/proc/self/mem", DMH_UNAUTHORIZED);
    s_expect_found (roots, "", DMH_UNAUTHORIZED);
    char named[1200], expected[1200];
    snprintf (expected, sizeof expected, "%s/a,%s/b", place.folder, place.folder);
    cr_expect (data_roots_list (roots, named, sizeof named));
    cr_expect_str_eq (named, expected);
    cr_expect_not (data_roots_list (roots, named, strlen (expected)), "one byte too few");
    data_roots_destroy (&roots);
    roots = data_roots_new (NULL, &error);
    s_expect_found (roots, s_in (&place, "a/in.csv"), DMH_UNAUTHORIZED);
    data_roots_destroy (&roots);
    roots = data_roots_new ("/", &error);
    s_expect_found (roots, s_in (&place, "ab/out.csv"), DMH_OK);
    cr_expect (data_roots_list (roots, named, sizeof named));
    cr_expect_str_eq (named, "", "everywhere");
    data_roots_destroy (&roots);
    cr_assert_null (data_roots_new ("relative", &error));
    cr_assert_null (data_roots_new (s_in (&place, "a/in.csv"), &error));
    cr_assert_null (data_roots_new ("/tmp,,/tmp", &error));
    workplace_remove (&place);
}

Test (key, a_text_of_a_key_has_forty_letters_and_no_more)
{
    static const char KEY[] = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7";    //  of libzmq's manual
    char text[64];
    cr_expect (key_is_text (KEY));
    snprintf (text, sizeof text, "%s ", KEY);
    cr_expect_not (key_is_text (text), "a letter more, which is none of Z85");
    snprintf (text, sizeof text, "%.39s", KEY);
    cr_expect_not (key_is_text (text));
    snprintf (text, sizeof text, "%.39s~", KEY);
    cr_expect_not (key_is_text (text));
}

//  The socket has all three keys, or none where there is no credential.
Test (key, a_credential_is_shown_to_the_broker_whole)
{
    struct credential credential = {.server = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"};
    char public_text[KEY_TEXT_BYTES], secret[KEY_TEXT_BYTES];
    cr_assert_eq (zmq_curve_keypair (credential.own.public_text, credential.own.secret_text), 0);
    zsock_t *socket = zsock_new (ZMQ_DEALER);
    void *handle = zsock_resolve (socket);
    size_t n = KEY_TEXT_BYTES;
    cr_expect (credential_is (&credential));
    cr_assert_eq (credential_show (&credential, socket), 0);
    cr_assert_eq (zmq_getsockopt (handle, ZMQ_CURVE_PUBLICKEY, public_text, &n), 0);
    cr_expect_str_eq (public_text, credential.own.public_text);
    n = KEY_TEXT_BYTES;
    cr_assert_eq (zmq_getsockopt (handle, ZMQ_CURVE_SECRETKEY, secret, &n), 0);
    cr_expect_str_eq (secret, credential.own.secret_text);
    n = KEY_TEXT_BYTES;
    cr_assert_eq (zmq_getsockopt (handle, ZMQ_CURVE_SERVERKEY, public_text, &n), 0);
    cr_expect_str_eq (public_text, credential.server);
    memcpy (credential.own.secret_text, "no key", 7);
    cr_expect_eq (credential_show (&credential, socket), -1, "what libzmq refuses is told");
    credential = (struct credential){.server = ""};
    cr_expect_not (credential_is (&credential));
    cr_expect_eq (credential_show (&credential, socket), 0);
    zsock_destroy (&socket);
}

Test (key, the_broker_s_key_is_a_file_or_its_forty_letters)
{
    struct workplace place;
    struct key anna, server;
    struct credential credential;
    struct error error = {.code = DMH_OK};
    workplace_make (&place);
    cr_assert_eq (key_make ("anna", KEY_CLIENT, &anna, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (key_make ("server", 0, &server, &error), DMH_OK, "%s", error.text);
    const char *own = s_in (&place, "anna.key"), *public = s_in (&place, "server.pub");
    cr_assert_eq (key_write (&anna, own, true, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (key_write (&server, public, false, &error), DMH_OK, "%s", error.text);
    const char *const SERVERS[] = {public, server.public_text};
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq (credential_read (own, SERVERS[i], &credential, &error), DMH_OK, "%s", error.text);
        cr_expect_str_eq (credential.server, server.public_text);
        cr_expect_str_eq (credential.own.secret_text, anna.secret_text);
    }
    static const char *const WRONG[] = {"/nowhere/server.pub", "short", PUBLIC "x"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        cr_expect_eq (credential_read (own, WRONG[i], &credential, &error), DMH_NOT_FOUND, "%s", WRONG[i]);
        cr_expect (strstr (error.text, WRONG[i]) && strstr (error.text, " is neither"), "%s", error.text);
    }
    cr_assert_eq (key_write (&anna, s_in (&place, "anna.pub"), false, &error), DMH_OK);
    cr_expect_eq (credential_read (s_in (&place, "anna.pub"), public, &credential, &error), DMH_USAGE);
    cr_expect (strstr (error.text, "holds no secret"), "%s", error.text);
    workplace_remove (&place);
}

//  One in 85 would by itself.
Test (key, none_that_is_made_begins_like_an_option)
{
    for (int i = 0; i < 1500; i++) {
        struct key key;
        struct error error = {.code = DMH_OK};
        cr_assert_eq (key_make ("anna", KEY_CLIENT, &key, &error), DMH_OK, "%s", error.text);
        cr_assert_neq (key.public_text[0], '-');
    }
}

Test (key, no_descriptor_is_left_behind_a_key_s_file)
{
    struct workplace place;
    struct key key, again;
    struct error error = {.code = DMH_OK};
    workplace_make (&place);
    cr_assert_eq (key_make ("anna", KEY_CLIENT, &key, &error), DMH_OK, "%s", error.text);
    size_t before = descriptors_count ();
    for (int secret = 0; secret < 2; secret++) {
        cr_expect_eq (key_write (&key, s_in (&place, secret ? "a.key" : "a.pub"), secret, &error), DMH_OK);
        cr_expect_eq (key_read (s_in (&place, secret ? "a.key" : "a.pub"), &again, &error), DMH_OK);
    }
    cr_expect_eq (key_write (&key, s_in (&place, "a.key"), true, &error), DMH_CONFLICT);
    cr_expect_eq (key_write (&key, s_in (&place, "none/a.key"), true, &error), DMH_IO);
    cr_expect_eq (key_read (s_in (&place, "none"), &again, &error), DMH_NOT_FOUND);
    cr_expect_eq (key_read (place.folder, &again, &error), DMH_IO);
    cr_expect_eq (descriptors_count (), before);
    workplace_remove (&place);
}

Test (key, a_secret_of_root_s_may_be_its_group_s_for_who_is_not_root)
{
    static const struct {
        uid_t owner, reader;
        mode_t mode;
        int rc;
    } CASES[] = {{0, 0, 0600, DMH_OK},
                 {0, 0, 0440, DMH_UNAUTHORIZED},
                 {0, 10001, 0440, DMH_OK},
                 {0, 10001, 0640, DMH_OK},
                 {0, 10001, 0444, DMH_UNAUTHORIZED},
                 {0, 10001, 0460, DMH_UNAUTHORIZED},
                 {10001, 10001, 0400, DMH_OK},
                 {10001, 10001, 0440, DMH_UNAUTHORIZED},
                 {10002, 10001, 0640, DMH_UNAUTHORIZED}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error;
        const struct key_file_access access = {.owner = CASES[i].owner, .mode = CASES[i].mode};
        cr_expect_eq (key_file_check_secret ("a.key", &access, CASES[i].reader, &error), CASES[i].rc, "%zu",
                      i);
    }
}
