//  result_fuzz.c: any bytes as the files of a result: verify says what is wrong and comes to an end, also
//  when it follows the input, and what has another file than it should is never whole. The files stand one
//  behind the other, each ended by a byte 0x1e.
#define _GNU_SOURCE
#include "client/verification/conservation.h"
#include "client/verification/verification.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

enum { END = 0x1e };
static const char *const FILES[] = {"report.json", "datapackage.json", "records.csv", "records.ndjson",
                                    "rejects.csv", "audit.ndjson",     "input"};
enum { FILE_COUNT = sizeof FILES / sizeof *FILES };

static char s_folder[] = "/tmp/result_fuzz-XXXXXX";

static void s_fail (const char *what)
{
    fprintf (stderr, "result_fuzz: %s\n", what);
    abort ();
}

static void s_path (char out[64], const char *name)
{
    snprintf (out, 64, "%s/%s", s_folder, name);
}

static void s_remove (void)
{
    char path[64];
    for (size_t i = 0; i < FILE_COUNT; i++) {
        s_path (path, FILES[i]);
        unlink (path);
    }
    rmdir (s_folder);
}

//  An empty one is not there.
static void s_write (const char *name, const uint8_t *bytes, size_t n)
{
    char path[64];
    s_path (path, name);
    unlink (path);
    if (n == 0)
        return;
    int file = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 || write (file, bytes, n) != (ssize_t) n || close (file) != 0)
        s_fail ("no file");
}

static void s_found (void *context, const char *sentence)
{
    (void) context;
    if (strlen (sentence) < 4)
        s_fail ("a sentence says nothing");
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    static bool made;
    struct problems problems = {s_found, NULL, 0};
    struct verified verified;
    struct conservation conserved;
    char path[64];
    if (n > 65536)
        return 0;
    if (!made && !mkdtemp (s_folder))
        s_fail ("no folder");
    if (!made)
        atexit (s_remove);
    made = true;
    for (size_t i = 0; i < FILE_COUNT; i++) {
        const uint8_t *end = n ? memchr (data, END, n) : NULL;
        size_t length = end ? (size_t) (end - data) : n;
        s_write (FILES[i], data, length);
        data += length + (end != NULL);
        n -= length + (end != NULL);
    }
    verification_check (s_folder, &verified, &problems);
    if (problems.count == 0 && (verified.counts.read < verified.counts.written || !*verified.digest))
        s_fail ("it is whole, and its counts are not");
    s_path (path, "input");
    conservation_check (s_folder, path, &conserved, &problems);
    if (conserved.records && !conserved.same)
        s_fail ("records are followed of another input");
    problems_end (&problems);
    return 0;
}
