//  hostile_client.h: for tests: a broker with a worker, a hostile client as a process of its own, and another
//  client whose job has to be done meanwhile.
#ifndef DMH_TEST_SUPPORT_HOSTILE_CLIENT_H
#define DMH_TEST_SUPPORT_HOSTILE_CLIENT_H

#include "test/support/processes/processes.h"

#include "messages/codec/shape.h"

//  Of the broker's memory. Measured peaks were 14 MB in peace and at most 60 MB here. A sanitizer's own
//  memory is another matter.
#ifdef DMH_SANITIZED
enum { PEAK_KB_MAX = 16 * 1024 * 1024 };
#else
enum { PEAK_KB_MAX = 128 * 1024 };
#endif
enum { PATIENCE_MS = 30000 };

struct hostile_client {
    struct workplace place;
    struct servers servers;
    pid_t pid;    //  of the hostile client
};

//  What the hostile client does until it is killed; in a process of its own, so it asserts nothing. It says
//  by hostile_client_say_begun when it is well at it.
typedef void hostile_client_fn (const struct servers *servers, int begun);
void hostile_client_say_begun (int *begun);    //  once; *begun is -1 then

//  One further option of the broker and its value, or NULL.
void hostile_client_open (struct hostile_client *self, const char *option, const char *value);
void hostile_client_begin (struct hostile_client *self, hostile_client_fn *hostile);
//  A job is done with the bytes of an undisturbed run, the hostile client is at it still, and the broker took
//  no more memory than it may.
void hostile_client_expect_service (struct hostile_client *self);
void hostile_client_expect_service_within (struct hostile_client *self, long peak_kb_max);
long hostile_client_peak_kb (pid_t pid);
void hostile_client_close (struct hostile_client *self);

//  For the hostile process: a connection that has greeted as a socket of that type (else it ends), and a
//  request as frames on it (false: it was closed).
int hostile_client_greet (const char *endpoint, const char *type);
bool hostile_client_send_request (int fd, const struct shape *shape, const void *message);

#endif
