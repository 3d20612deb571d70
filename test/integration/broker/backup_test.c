//  backup_test.c: dmh-broker --backup copies the store of a running broker: what was acknowledged before is
//  in it, for its owner alone, and whoever may not have it is told why.
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include "messages/request.h"
#include "test/support/peers/played_peers.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

//  dmh-broker --backup FILE at the front of `self`, with further words.
static int s_backup (struct servers *self, const char *file, const char *const more[], char **output)
{
    const char *argv[12] = {"dmh-broker", "--front", self->front, "--backup", file, NULL};
    for (size_t i = 0, at = 5; more && more[i]; i++)
        argv[at++] = more[i];
    return process_run (self->place, argv, output);
}

static void s_expect (struct servers *self, const char *file, const char *const more[], int status,
                      const char *part)
{
    char *output = NULL;
    int got = s_backup (self, file, more, &output);
    cr_expect_eq (got, status, "%d: %s", got, output);
    cr_expect_not_null (strstr (output, part), "no “%s” in %s", part, output);
    free (output);
}

//  Submits a.csv and gives the job's id.
static void s_submit (struct servers *self, char out[ID_BYTES])
{
    char *said = NULL;
    const char *argv[] = {"dmh", "submit", "a.csv", "--quiet", NULL};
    cr_assert_eq (servers_dmh (self, argv, &said), 0, "%s", said);
    snprintf (out, ID_BYTES, "%.*s", (int) strcspn (said, " \n"), said);
    free (said);
}

static void s_expect_job (struct servers *self, const char *job, int status)
{
    char *said = NULL;
    const char *argv[] = {"dmh", "status", job, NULL};
    cr_expect_eq (servers_dmh (self, argv, &said), status, "%s: %s", job, said);
    free (said);
}

static void s_expect_sound (const char *folder, const char *name)
{
    char path[512];
    sqlite3 *db = NULL;
    sqlite3_stmt *check = NULL;
    snprintf (path, sizeof path, "%s/%s", folder, name);
    cr_assert_eq (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    cr_assert_eq (sqlite3_prepare_v2 (db, "PRAGMA integrity_check", -1, &check, NULL), SQLITE_OK);
    cr_assert_eq (sqlite3_step (check), SQLITE_ROW);
    cr_expect_str_eq ((const char *) sqlite3_column_text (check, 0), "ok");
    sqlite3_finalize (check);
    sqlite3_close (db);
}

Test (backup, a_copy_of_a_running_store_has_what_was_acknowledged_before, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    struct stat about;
    char before[ID_BYTES], after[ID_BYTES], path[512];
    workplace_make (&place);
    servers_start_broker (&servers, false);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    s_submit (&servers, before);
    s_expect (&servers, "copy.db", NULL, 0, "copy.db: the whole store, ");
    s_submit (&servers, after);
    snprintf (path, sizeof path, "%s/copy.db", place.folder);
    cr_assert_eq (stat (path, &about), 0);
    cr_expect_eq (about.st_mode & 0777, 0600);
    s_expect_sound (place.folder, "copy.db");
    s_expect (&servers, "copy.db", NULL, 1, "there is a file copy.db already");
    servers_stop (&servers);

    struct servers again = {.place = &place, .options = {"--store", "sqlite:copy.db", NULL}};
    servers_start_broker (&again, false);
    s_expect_job (&again, before, 0);
    s_expect_job (&again, after, 1);
    servers_stop (&again);
    workplace_remove (&place);
}

Test (backup, only_an_admin_of_a_broker_with_keys_gets_one, .timeout = 120)
{
    static const char *const KEYS[][2] = {{"server", NULL}, {"anna", "client-all"}, {"root", "admin"}};
    static const char *const NONE[] = {"--keys", "keys", NULL},
                             *const ANNA[] = {"--keys", "keys", "--key", "keys/anna.key", NULL},
                             *const ROOT[] = {"--keys", "keys", "--key", "keys/root.key", NULL};
    struct workplace place;
    struct servers servers = {.place = &place, .options = {"--keys", "keys", NULL}};
    workplace_make (&place);
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
        const char *argv[] = {
            "dmh",      "keys", "new", KEYS[i][0], "--keys", "keys", KEYS[i][1] ? "--rights" : NULL,
            KEYS[i][1], NULL};
        cr_assert_eq (process_run (&place, argv, NULL), 0);
    }
    servers_start_broker (&servers, false);
    s_expect (&servers, "copy.db", NONE, 2, "needs --key FILE");
    s_expect (&servers, "copy.db", ANNA, 1, "needs a key with the right admin");
    char *none = workplace_read (place.folder, "copy.db", NULL);
    cr_expect_null (none, "a refusal left a file");
    free (none);
    s_expect (&servers, "copy.db", ROOT, 0, "the whole store");
    s_expect_sound (place.folder, "copy.db");
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (backup, without_a_broker_there_it_says_so, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place, .front = "ipc://nobody"};
    workplace_make (&place);
    s_expect (&servers, "copy.db", NULL, 1, "nobody listens at ipc://nobody");
    snprintf (servers.front, sizeof servers.front, "tcp://127.0.0.1:*");
    s_expect (&servers, "copy.db", NULL, 2, "names no port");
    workplace_remove (&place);
}

Test (backup, a_store_in_memory_is_refused_with_a_sentence, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place, .options = {"--store", "sqlite::memory:", NULL}};
    workplace_make (&place);
    servers_start_broker (&servers, false);
    s_expect (&servers, "copy.db", NULL, 1, "the store is in memory");
    servers_stop (&servers);
    workplace_remove (&place);
}

//  One copy at a time: the second is told so, an unknown one that it is not there, and who asks for a piece
//  again gets it again.
Test (backup, a_second_copy_has_to_wait_for_the_first, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    struct played_peers peers;
    struct backup first = {.copy = "one"}, second = {.copy = "two"}, lost = {.copy = "lost", .offset = 4096};
    struct backup_piece piece = {.copy = ""};
    workplace_make (&place);
    servers_start_broker (&servers, false);
    played_peers_visit (&peers, servers.front, servers.back, servers.feed);
    played_peers_ask_refused (&peers, &backup_shape, &lost, "not_found", "begin again");
    while (!piece.bytes)
        played_peers_ask (&peers, &backup_shape, &first, &backup_piece_shape, &piece);
    cr_expect_str_eq (piece.copy, "one");
    played_peers_ask_refused (&peers, &backup_shape, &second, "conflict", "another copy");
    uint64_t bytes = piece.bytes;
    played_peers_ask (&peers, &backup_shape, &first, &backup_piece_shape, &piece);
    cr_expect_eq (piece.bytes, bytes);
    first.offset = bytes;    //  it has all: the copy is over
    played_peers_ask (&peers, &backup_shape, &first, &backup_piece_shape, &piece);
    played_peers_ask (&peers, &backup_shape, &second, &backup_piece_shape, &piece);
    cr_expect_str_eq (piece.copy, "two");
    played_peers_leave (&peers);
    servers_stop (&servers);
    workplace_remove (&place);
}
