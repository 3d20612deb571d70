//  workplace.h: for tests: a fresh folder under TMPDIR where a test works, removed with everything in it at
//  the end.
#ifndef DMH_TEST_SUPPORT_WORKPLACE_H
#define DMH_TEST_SUPPORT_WORKPLACE_H

#include <czmq.h>

struct workplace {
    char folder[256];
    size_t count;    //  of local_attempt_run so far
};

//  workplace_remove it. Readies czmq too, without its handlers of signals.
void workplace_make (struct workplace *self);
void workplace_remove (struct workplace *self);
//  Writes a file; its path is <folder>/<name>.
void workplace_write (const struct workplace *self, const char *name, const void *bytes, size_t n);
//  The content of a file, terminated, yours to free; NULL when it is not there. *n may be NULL.
char *workplace_read (const char *folder, const char *name, size_t *n);

#endif
