//  postgres_server.h: for tests: a PostgreSQL of their own, in a temporary folder, reached by a socket in it
//  alone; ended and waited for at the end.
#ifndef DMH_TEST_SUPPORT_POSTGRES_SERVER_H
#define DMH_TEST_SUPPORT_POSTGRES_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

struct postgres_server {
    char folder[128];
    char url[256];    //  postgresql://…, of an empty database
    char programs[128];
    pid_t pid;
};

//  false, with a SKIP line printed, where this machine has no PostgreSQL to start.
bool postgres_server_start (struct postgres_server *self);
//  Ends it: SIGTERM waits for sessions, SIGINT ends them, SIGQUIT is what a crash is like. It can be started
//  again with what it holds.
void postgres_server_end (struct postgres_server *self, int signal);
void postgres_server_again (struct postgres_server *self);
//  Ends it and removes the folder.
void postgres_server_stop (struct postgres_server *self);

//  A statement by an own session; the test fails when it fails.
void postgres_server_run (struct postgres_server *self, const char *sql);

enum { POSTGRES_ANSWER_BYTES = 8192 };

//  The same, whose answer is asked for: values with | between them, rows with a line end, a NULL is -.
//  Returns out.
char *postgres_server_ask (struct postgres_server *self, const char *sql, char out[POSTGRES_ANSWER_BYTES]);

#endif
