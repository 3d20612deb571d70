//  clearing_test.c: what leaves a store of files when its time has come or its jobs go, what is said of it,
//  and what is answered where the disk refuses.
#include "broker/files/clearing.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "messages/base/log.h"
#include "test/support/processes/descriptors.h"
#include "test/support/stores/blob_folder.h"
#include "test/support/stores/failing_disk.h"

enum { DAY = 24 * 60 * 60 };

static char s_said[1024];

//  Keeps the events that are logged.
static int s_hear (const struct iovec *fields, int count)
{
    for (int i = 0; i < count; i++)
        if (fields[i].iov_len > 10 && memcmp (fields[i].iov_base, "DMH_EVENT=", 10) == 0) {
            size_t n = strlen (s_said);
            snprintf (s_said + n, sizeof s_said - n, "%.*s ", (int) fields[i].iov_len - 10,
                      (const char *) fields[i].iov_base + 10);
        }
    return 0;
}

static blob_store_t *s_store;

static void s_setup (void)
{
    blob_folder_make ();
    s_store = blob_folder_open (ROOM);
    log_open ("test", LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
    log_journal_replace (s_hear);
}

static void s_teardown (void)
{
    log_journal_replace (NULL);
    blob_store_destroy (&s_store);
    blob_folder_remove ();
}

TestSuite (clearing, .init = s_setup, .fini = s_teardown);

//  A file of that digit's name and that end, last used so many seconds ago; its name.
static const char *s_leave (char digit, const char *end, int seconds)
{
    static char name[100];
    char path[240];
    struct timespec times[2] = {{.tv_sec = time (NULL) - seconds}, {.tv_sec = time (NULL) - seconds}};
    memset (name, digit, 64);
    snprintf (name + 64, sizeof name - 64, "%s", end);
    snprintf (path, sizeof path, "%s/%s", blob_folder_path, name);
    int fd = open (path, O_WRONLY | O_CREAT, 0600);
    cr_assert (fd >= 0 && write (fd, "x", 1) == 1 && futimens (fd, times) == 0 && close (fd) == 0);
    return name;
}

static bool s_is_there (const char *name)
{
    char path[240];
    snprintf (path, sizeof path, "%s/%s", blob_folder_path, name);
    return access (path, F_OK) == 0;
}

static void s_send (const char *owner)
{
    uint64_t wanted = 0;
    cr_assert_eq (blob_folder_put_as (s_store, owner, NULL, blob_folder_sha, FILE_BYTES, 0, blob_folder_bytes,
                                      FILE_BYTES, &wanted, NULL),
                  DMH_OK);
    cr_assert_eq (wanted, FILE_BYTES);
}

static bool s_has (const char *owner)
{
    char byte;
    size_t got;
    uint64_t bytes;
    return blob_store_get (s_store, blob_folder_sha, owner, 7, &byte, 1, &got, &bytes, NULL) == DMH_OK;
}

static void s_sweep (void)
{
    zhashx_t *needed = zhashx_new ();
    clearing_sweep (s_store, needed, time (NULL) - 7 * DAY);
    zhashx_destroy (&needed);
}

//  What clearing_remove answers for the one file, by that key, whatever it was used last.
static bool s_remove (bool by_owner, const char *key)
{
    int64_t until = INT64_MAX;
    zhashx_t *files = zhashx_new ();
    zhashx_insert (files, key, &until);
    bool removed = clearing_remove (s_store, by_owner, files);
    zhashx_destroy (&files);
    return removed;
}

Test (clearing, a_part_goes_when_it_has_rested_for_a_day_and_that_is_said_once)
{
    s_sweep ();
    cr_expect_str_eq (s_said, "", "nothing went");
    char rests[100];
    snprintf (rests, sizeof rests, "%s", s_leave ('a', ".part", DAY - 60));
    const char *rested = s_leave ('b', ".part", DAY + 30);
    s_sweep ();
    cr_expect (s_is_there (rests));
    cr_expect_not (s_is_there (rested));
    cr_expect_str_eq (s_said, "files.swept ");
}

Test (clearing, a_sweep_that_fails_over_one_file_or_over_all_says_so)
{
    s_leave ('a', "", 8 * DAY);
    failing_disk_at (DISK_UNLINK, 1, EIO);
    s_sweep ();
    cr_expect_str_eq (s_said, "files.not_removed ");
    descriptors_exhaust ();
    s_sweep ();
    descriptors_free ();
    cr_expect_str_eq (s_said, "files.not_removed files.not_swept ");
    s_sweep ();
    cr_expect_str_eq (s_said, "files.not_removed files.not_swept files.swept ");
    cr_expect_eq (blob_folder_count (), 0);
}

Test (clearing, without_keys_a_file_goes_whole_and_what_did_not_go_is_told)
{
    s_send (NULL);
    cr_expect (s_remove (false, s_leave ('a', "", 0)));
    cr_expect (s_has (NULL), "another one goes");
    failing_disk_at (DISK_UNLINK, 1, EIO);
    cr_expect_not (s_remove (false, blob_folder_sha));
    cr_expect (s_has (NULL));
    descriptors_exhaust ();
    bool removed = s_remove (false, blob_folder_sha);
    descriptors_free ();
    cr_expect_not (removed);
    cr_expect_str_eq (s_said, "files.not_removed files.not_removed ");
    failing_disk_at (DISK_SYNC, 1, EIO);
    cr_expect_not (s_remove (false, blob_folder_sha), "it may be there again after a crash");
    cr_expect_str_eq (s_said, "files.not_removed files.not_removed files.not_removed ");
    cr_expect (s_remove (false, blob_folder_sha), "it was never there");
    cr_expect_not (s_has (NULL));
}

Test (clearing, with_keys_a_file_is_taken_from_its_owner_alone)
{
    char annas[160], nobodys[160];
    s_send (NULL);
    s_send (ANNA);
    s_send (BERT);
    snprintf (annas, sizeof annas, "%s %s", blob_folder_sha, ANNA);
    snprintf (nobodys, sizeof nobodys, "%s ", blob_folder_sha);
    failing_disk_at (DISK_RENAME, 1, EIO);
    cr_expect_not (s_remove (true, annas));
    cr_expect_str_eq (s_said, "files.not_removed ");
    cr_expect (s_has (ANNA));
    cr_expect (s_remove (true, annas));
    cr_expect_not (s_has (ANNA));
    cr_expect (s_has ("") && s_has (BERT));
    cr_expect (s_remove (true, nobodys));
    cr_expect_not (s_has (""));
    s_send (NULL);
    cr_expect (s_has (BERT));
    cr_expect (s_remove (true, blob_folder_sha), "a key without an owner is nobody's");
    cr_expect (s_has (BERT));
    cr_expect_str_eq (s_said, "files.not_removed ");
    cr_expect_not (s_remove (true, "../x " ANNA));
}
