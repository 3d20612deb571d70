//  local_attempt.h: for tests: one job through harmonizers and runner in this process, without session or
//  broker.
#ifndef DMH_TEST_SUPPORT_LOCAL_ATTEMPT_H
#define DMH_TEST_SUPPORT_LOCAL_ATTEMPT_H

#include "worker/pipeline/runner.h"

//  Where a test works: a fresh folder under TMPDIR, removed with everything in it at the end.
struct workplace {
    char folder[256];
    size_t count;    //  attempts so far
};
void workplace_make (struct workplace *self);
void workplace_remove (struct workplace *self);
//  Writes a file; its path is <folder>/<name>.
void workplace_write (const struct workplace *self, const char *name, const void *bytes, size_t n);
//  The content of a file, terminated, yours to free; NULL when it is not there. *n may be NULL.
char *workplace_read (const char *folder, const char *name, size_t *n);

struct local_attempt {
    char folder[512];    //  of the result
    bool done;
    struct counts counts;
    char kind[WORD_BYTES];
    struct error error;
};

//  Runs the input <folder>/<name> with `options` on `threads` harmonizers.
struct local_attempt local_attempt_run (struct workplace *place, const char *name,
                                        const struct options *options, size_t threads);

//  As above with an input path of any place.
struct local_attempt local_attempt_run_path (struct workplace *place, const char *path,
                                             const struct options *options, size_t threads);

#endif
