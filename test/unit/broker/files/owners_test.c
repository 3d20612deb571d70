//  owners_test.c: whose a file is, over every call of the disk that fails and every one at which the process
//  dies: what was acknowledged holds, nobody else has the file, and nobody is without it for good.
#define _GNU_SOURCE
#include "broker/files/blob_store.h"

#include "messages/base/digest.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANNA "anna456789012345678901234567890123456789"
#define BERT "bert456789012345678901234567890123456789"
#define CARL "carl456789012345678901234567890123456789"
#define WORK "work456789012345678901234567890123456789"

static const char TEXT[] = "patient_id,sex\n1,F\n";
enum { BYTES = sizeof TEXT - 1 };

enum call { NO_CALL, SYNC, WRITE, RENAME, UNLINK, CALL_COUNT };

static enum call s_call;
static int s_left;    //  1: the next one
static bool s_dies, s_struck;

//  Whether this call is the one.
static bool s_strikes (enum call call)
{
    if (call != s_call || s_left == 0 || --s_left > 0)
        return false;
    s_struck = true;
    if (s_dies)
        raise (SIGKILL);
    errno = EIO;
    return true;
}

//  In the place of the C library's, in all that is linked into this program.
int fsync (int fd)
{
    return s_strikes (SYNC) ? -1 : (int) syscall (SYS_fsync, fd);
}

ssize_t pwrite (int fd, const void *at, size_t n, off_t offset)
{
    return s_strikes (WRITE) ? -1 : syscall (SYS_pwrite64, fd, at, n, offset);
}

int renameat (int from, const char *name, int to, const char *other);

int renameat (int from, const char *name, int to, const char *other)
{
    return s_strikes (RENAME) ? -1 : (int) syscall (SYS_renameat2, from, name, to, other, 0);
}

int unlinkat (int folder, const char *name, int flags)
{
    return s_strikes (UNLINK) ? -1 : (int) syscall (SYS_unlinkat, folder, name, flags);
}

//  What was acknowledged, where a process that died leaves it.
struct acknowledged {
    bool anna, bert, carl, left, gone;
};

static char s_folder[64], s_sha[DIGEST_HEX_BYTES];
static struct acknowledged *s_said;

static void s_setup (void)
{
    snprintf (s_folder, sizeof s_folder, "/tmp/dmh-owners-XXXXXX");
    cr_assert_not_null (mkdtemp (s_folder));
    digest_of (TEXT, BYTES, s_sha);
    s_said = mmap (NULL, sizeof *s_said, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq (s_said, MAP_FAILED);
}

static void s_empty (void)
{
    char command[128];
    snprintf (command, sizeof command, "rm -rf %s/files", s_folder);
    cr_assert_eq (system (command), 0);
}

static void s_teardown (void)
{
    s_empty ();
    rmdir (s_folder);
    munmap (s_said, sizeof *s_said);
}

TestSuite (owners, .init = s_setup, .fini = s_teardown);

static blob_store_t *s_open (void)
{
    char path[96];
    struct error error = {.code = DMH_OK};
    snprintf (path, sizeof path, "%s/files", s_folder);
    blob_store_t *store = blob_store_new (path, 1 << 20, &error);
    cr_assert_not_null (store, "%s", error.text);
    return store;
}

//  All of it at once, as who begins or goes on at the wanted offset; whether it was acknowledged.
static bool s_send (blob_store_t *store, const char *sender, const char *owner)
{
    struct blob_store_piece piece = {s_sha, BYTES, 0, NULL, 0, sender, owner};
    uint64_t wanted = 0;
    if (blob_store_put (store, &piece, &wanted, NULL) != DMH_OK)
        return false;
    if (wanted == BYTES)
        return true;
    piece.offset = wanted;
    piece.at = TEXT + wanted;
    piece.n = BYTES - wanted;
    return blob_store_put (store, &piece, &wanted, NULL) == DMH_OK && wanted == BYTES;
}

static int s_get (blob_store_t *store, const char *owner)
{
    char text[BYTES + 1];
    size_t got = 0;
    uint64_t bytes = 0;
    int rc = blob_store_get (store, s_sha, owner, 0, text, sizeof text, &got, &bytes, NULL);
    cr_assert (rc != DMH_OK || (got == BYTES && memcmp (text, TEXT, BYTES) == 0));
    return rc;
}

static bool s_leave (blob_store_t *store, const char *owner)
{
    return blob_store_disown (store, s_sha, owner, INT64_MAX, NULL) == DMH_OK &&
           blob_store_sync (store, NULL) == DMH_OK;
}

//  Anna and Bert send it, Anna leaves, a worker leaves it for Carl; then all leave.
static void s_live (bool ends)
{
    blob_store_t *store = s_open ();
    s_said->anna = s_send (store, ANNA, NULL);
    s_said->bert = s_send (store, BERT, NULL);
    s_said->left = s_leave (store, ANNA);
    s_said->carl = s_send (store, WORK, CARL);
    if (ends)
        s_said->gone = s_leave (store, BERT) && s_leave (store, CARL) && s_leave (store, ANNA);
    blob_store_destroy (&store);
}

static bool s_is_there (void)
{
    char path[160];
    snprintf (path, sizeof path, "%s/files/%s", s_folder, s_sha);
    return access (path, F_OK) == 0;
}

static void s_check (enum call call, int n, bool ends)
{
    blob_store_t *store = s_open ();
    const char *kinds[] = {"", "fsync", "write", "rename", "unlink"};
    cr_expect_eq (s_get (store, ""), DMH_NOT_FOUND, "%s %d: it is nobody's", kinds[call], n);
    cr_expect_eq (s_get (store, WORK), DMH_NOT_FOUND, "%s %d: it is the worker's", kinds[call], n);
    if (s_said->bert && !ends)
        cr_expect_eq (s_get (store, BERT), DMH_OK, "%s %d: Bert has lost it", kinds[call], n);
    if (s_said->carl && !ends)
        cr_expect_eq (s_get (store, CARL), DMH_OK, "%s %d: Carl has lost it", kinds[call], n);
    if (s_said->left)
        cr_expect_eq (s_get (store, ANNA), DMH_NOT_FOUND, "%s %d: Anna has it still", kinds[call], n);
    if (s_said->gone)
        cr_expect (!s_is_there () && s_get (store, BERT) && s_get (store, CARL), "%s %d: it is there still",
                   kinds[call], n);
    //  Whoever was not told so tries again.
    cr_expect (s_send (store, ANNA, NULL) && s_get (store, ANNA) == DMH_OK, "%s %d", kinds[call], n);
    cr_expect (s_send (store, WORK, CARL) && s_get (store, CARL) == DMH_OK, "%s %d", kinds[call], n);
    cr_expect_eq (s_get (store, ""), DMH_NOT_FOUND, "%s %d: it is nobody's now", kinds[call], n);
    blob_store_destroy (&store);
}

static void s_each (bool dies, bool ends)
{
    for (enum call call = SYNC; call < CALL_COUNT; call++) {
        bool struck = true;
        int n = 0;
        while (struck) {
            n++;
            s_empty ();
            *s_said = (struct acknowledged){.anna = false};
            pid_t child = dies ? fork () : 0;
            int status = 0;
            if (child == 0) {
                s_dies = dies;
                s_struck = false;
                s_call = call;
                s_left = n;
                s_live (ends);
                s_call = NO_CALL;
                if (dies)
                    _exit (0);
            } else
                cr_assert_eq (waitpid (child, &status, 0), child);
            struck = dies ? WIFSIGNALED (status) : s_struck;
            s_check (call, n, ends);
        }
        cr_expect_gt (n, 1, "there is no such call");
    }
}

Test (owners, whichever_call_of_the_disk_fails_what_was_acknowledged_holds)
{
    s_each (false, false);
    s_each (false, true);
}

Test (owners, at_whichever_call_the_process_dies_what_was_acknowledged_holds)
{
    s_each (true, false);
    s_each (true, true);
}
