//  queue_server.h: for tests: a real server of message queues from Debian's packages, in a workplace, on
//  ports that are reserved; asked by the commands that come with it.
#ifndef DMH_TEST_SUPPORT_QUEUE_SERVER_H
#define DMH_TEST_SUPPORT_QUEUE_SERVER_H

#include "test/support/processes/processes.h"
#include "test/support/processes/reserved_port.h"

struct queue_server;

//  What tests do with one.
struct queue_kind {
    const char *name;
    const char *needs[6];                         //  files of packages, by their paths, ended by NULL
    void (*start) (struct queue_server *self);    //  for the first time, and again with what it holds
    void (*send) (struct queue_server *self, const char *body);
    char *(*events) (struct queue_server *self);    //  all that were published so far; yours to free
    char *(*dead) (struct queue_server *self);      //  all dead letters, with their reasons; yours to free
    size_t (*left) (struct queue_server *self);     //  messages that are not settled
};

extern const struct queue_kind redis_kind, rabbitmq_kind;

struct queue_server {
    const struct queue_kind *kind;
    struct workplace *place;
    char endpoint[ENDPOINT_BYTES], url[256];
    unsigned port;
    pid_t pid;
    const char *options[16];    //  further words, ended by NULL
    const char *cli;            //  further words of the command that asks it; NULL: none
    const char *config;         //  RabbitMQ: further lines of its configuration; NULL: none
    const char *authority;    //  RabbitMQ: by whose certificates the test asks it, in TLS; NULL: without TLS
    pid_t beside;             //  RabbitMQ: its epmd
    unsigned ports[3];        //  RabbitMQ: of its node and its epmd, and that without TLS
    pid_t client;             //  RabbitMQ: a process that asks it
    FILE *to_client, *from_client;
};

//  false, with a SKIP line printed, where this machine has not what is needed.
bool queue_server_open (struct queue_server *self, const struct queue_kind *kind, struct workplace *place);
void queue_server_start (struct queue_server *self);
//  SIGKILL is a crash.
void queue_server_end (struct queue_server *self, int signal);
//  Ends it and forgets what was heard.
void queue_server_close (struct queue_server *self);

//  A certificate of localhost and its key in the workplace: server.pem, which is its own authority, and
//  server.key.
void queue_server_certificate (const struct workplace *place);

//  What a line of the shell prints; yours to free. *status: how it ended; NULL: it has to end with 0.
char *queue_server_shell (int *status, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

#endif
