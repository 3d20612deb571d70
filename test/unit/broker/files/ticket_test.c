//  ticket_test.c: a ticket holds for whom, for what and until when it was written, and nothing else; its
//  secret outlives the process and is its owner's alone.
#include "broker/files/ticket.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test/support/processes/descriptors.h"
#include "test/support/stores/failing_disk.h"

#define ANNA "anna456789012345678901234567890123456789"
#define BERT "bert456789012345678901234567890123456789"
#define WILLI "wili456789012345678901234567890123456789"

enum { NOW = 1000000, LATER = NOW + 60 };

static const struct ticket_secret SECRET = {"0123456789abcdef0123456789abcde"},
                                  OTHER = {"0123456789abcdef0123456789abcdf"};
static const char SHA[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                  SHA2[] = "1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

Test (ticket, holds_for_its_bearer_its_file_its_use_and_its_time_alone)
{
    static const struct {
        const struct ticket_secret *secret;
        struct ticket_terms terms;
        int64_t now;
        bool holds;
    } CASES[] = {
        {&SECRET, {TICKET_GET, SHA, WILLI, "", 0}, NOW, true},
        {&SECRET, {TICKET_GET, SHA, WILLI, "", 0}, LATER, true},
        {&SECRET, {TICKET_GET, SHA, WILLI, "", 0}, LATER + 1, false},
        {&SECRET, {TICKET_GET, SHA, BERT, "", 0}, NOW, false},
        {&SECRET, {TICKET_GET, SHA2, WILLI, "", 0}, NOW, false},
        {&SECRET, {TICKET_PUT, SHA, WILLI, "", 0}, NOW, false},
        {&SECRET, {TICKET_GET, NULL, WILLI, "", 0}, NOW, false},
        {&OTHER, {TICKET_GET, SHA, WILLI, "", 0}, NOW, false},
    };
    struct ticket_terms terms = {TICKET_GET, SHA, WILLI, ANNA, LATER};
    char text[TICKET_BYTES], owner[KEY_TEXT_BYTES];
    ticket_write (&SECRET, &terms, text);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        strcpy (owner, "untouched");
        cr_expect_eq (ticket_read (CASES[i].secret, text, &CASES[i].terms, CASES[i].now, owner),
                      CASES[i].holds, "case %zu", i);
        cr_expect_str_eq (owner, CASES[i].holds ? ANNA : "untouched", "case %zu", i);
    }
}

//  What HMAC-SHA256 by OpenSSL's command says of the same words: a ticket outlives the broker that gave it,
//  also one that is of an older version. A key may begin with what stands for nobody.
Test (ticket, is_written_as_it_always_was)
{
    static const char DASHED[] = "-nna456789012345678901234567890123456789";
    static const struct {
        struct ticket_terms terms;
        const char *text;
    } CASES[] = {
        {{TICKET_GET, SHA, WILLI, DASHED, LATER},
         "1000060 -nna456789012345678901234567890123456789 "
         "09abbab9dbdbbc1d665371f4fc3bfbc4f1f9705f40235c169ddf01586e433b07"},
        {{TICKET_PUT, NULL, "", DASHED, LATER},
         "1000060 -nna456789012345678901234567890123456789 "
         "80a2cd89a148db321f36bdabfac5cc3ed4fe6559fb5269fc952870dcfff8ff53"},
    };
    char text[TICKET_BYTES], owner[KEY_TEXT_BYTES];
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        cr_expect_str_eq (ticket_write (&SECRET, &CASES[i].terms, text), CASES[i].text);
        cr_expect (ticket_read (&SECRET, CASES[i].text, &CASES[i].terms, NOW, owner));
        cr_expect_str_eq (owner, DASHED);
    }
}

Test (ticket, of_a_job_that_nobody_owns_is_nobody_s)
{
    struct ticket_terms terms = {TICKET_PUT, NULL, "", "", LATER};
    char text[TICKET_BYTES], owner[KEY_TEXT_BYTES] = "?";
    ticket_write (&SECRET, &terms, text);
    cr_expect (ticket_read (&SECRET, text, &terms, NOW, owner));
    cr_expect_str_eq (owner, "");
}

Test (ticket, any_other_text_is_none)
{
    struct ticket_terms terms = {TICKET_GET, SHA, WILLI, ANNA, LATER};
    char text[TICKET_BYTES], owner[KEY_TEXT_BYTES];
    ticket_write (&SECRET, &terms, text);
    size_t n = strlen (text);
    for (size_t i = 0; i < n; i++) {
        char wrong[TICKET_BYTES];
        memcpy (wrong, text, sizeof wrong);
        wrong[i] = (char) (wrong[i] ^ 1);
        cr_expect_not (ticket_read (&SECRET, wrong, &terms, NOW, owner), "changed at %zu", i);
        memcpy (wrong, text, sizeof wrong);
        wrong[i] = 0;
        cr_expect_not (ticket_read (&SECRET, wrong, &terms, NOW, owner), "cut at %zu", i);
    }
}

Test (ticket, its_secret_is_made_once_and_read_by_its_owner_alone)
{
    char folder[] = "/tmp/dmh-ticket-XXXXXX", path[80], command[80];
    struct ticket_secret made, found;
    struct error error = {.code = DMH_OK};
    struct stat about;
    cr_assert_not_null (mkdtemp (folder));
    cr_assert_eq (ticket_secret_open (folder, &made, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (ticket_secret_open (folder, &found, &error), DMH_OK);
    cr_expect_eq (memcmp (&made, &found, sizeof made), 0);
    snprintf (path, sizeof path, "%s/tickets.secret", folder);
    cr_assert_eq (stat (path, &about), 0);
    cr_expect_eq (about.st_mode & 0777, 0600);
    cr_assert_eq (truncate (path, 5), 0);
    cr_expect_eq (ticket_secret_open (folder, &found, &error), DMH_IO);
    cr_expect_not_null (strstr (error.text, path));
    snprintf (command, sizeof command, "rm -rf %s", folder);
    cr_assert_eq (system (command), 0);
}

//  Descriptor 0 is free, as a daemon's may be.
Test (ticket, a_secret_that_cannot_be_made_is_none_and_the_disk_is_named)
{
    static const struct {
        enum disk_call call;
        int n, number;
        const char *says;
    } CASES[] = {{DISK_WRITE, 1, EIO, "Input/output error"},    {DISK_WRITE, 1, 0, "No space left on device"},
                 {DISK_SYNC, 1, EIO, "Input/output error"},     {DISK_SYNC, 2, EIO, "Input/output error"},
                 {DISK_RENAME, 1, EACCES, "Permission denied"}, {DISK_SYNC, 0, 0, "File exists"}};
    char folder[] = "/tmp/dmh-ticket-XXXXXX", path[80], blocked[90], command[80];
    struct ticket_secret made, found;
    cr_assert_not_null (mkdtemp (folder));
    close (STDIN_FILENO);
    size_t before = descriptors_count ();
    snprintf (path, sizeof path, "%s/tickets.secret", folder);
    snprintf (blocked, sizeof blocked, "%s.new", path);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error = {.code = DMH_OK};
        if (!CASES[i].n)    //  in the way of a fresh one, as what a case before has left is not
            cr_assert (unlink (blocked) == 0 && mkdir (blocked, 0700) == 0);
        failing_disk_at (CASES[i].call, CASES[i].n, CASES[i].number);
        errno = 0;
        cr_expect_eq (ticket_secret_open (folder, &made, &error), DMH_IO, "case %zu", i);
        cr_expect_not_null (strstr (error.text, CASES[i].says), "case %zu: %s", i, error.text);
        cr_expect_eq (descriptors_count (), before, "case %zu", i);
        unlink (path);
    }
    cr_assert_eq (rmdir (blocked), 0);
    cr_assert_eq (ticket_secret_open (folder, &made, NULL), DMH_OK);
    cr_assert_eq (ticket_secret_open (folder, &found, NULL), DMH_OK);
    cr_expect_eq (memcmp (&made, &found, sizeof made), 0);
    cr_expect_eq (descriptors_count (), before);
    cr_expect_eq (ticket_secret_open (path, &made, NULL), DMH_IO, "no folder");
    cr_assert_eq (open ("/dev/null", O_RDONLY), STDIN_FILENO);
    snprintf (command, sizeof command, "rm -rf %s", folder);
    cr_assert_eq (system (command), 0);
}
