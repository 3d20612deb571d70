//  postgres_link.h: the one connection to PostgreSQL that the job store lives on: made, found broken, made
//  again without anybody waiting for it, locked for this broker, its tables up to date.
#ifndef DMH_POSTGRES_LINK_H
#define DMH_POSTGRES_LINK_H

#include "messages/base/error.h"

#include <libpq-fe.h>
#include <stdint.h>

//  A statement that is prepared on every new connection; its parameters are $1 …
struct postgres_statement {
    const char *name, *sql;
};

typedef struct postgres_link postgres_link_t;

//  `url`: postgresql://…, borrowed for the call. Waits for the connection. NULL with `error` set: DMH_USAGE
//  for a URL that is none, DMH_CONFLICT when another broker has the store, else DMH_UNAVAILABLE.
postgres_link_t *postgres_link_new (const char *url, const struct postgres_statement *statements,
                                    size_t count, struct error *error);
void postgres_link_destroy (postgres_link_t **self_p);

//  The connection when it is there. NULL, and *rc with `error` set: it is being made again, DMH_UNAVAILABLE;
//  or another broker has taken the store meanwhile, DMH_CONFLICT. Does not wait for a host that does not
//  answer.
PGconn *postgres_link_ready (postgres_link_t *self, int *rc, struct error *error);

//  Notices that the other side has closed the connection, when nothing is asked of it.
void postgres_link_look (postgres_link_t *self);

//  How many connections were made so far: another number, another session.
uint64_t postgres_link_made (const postgres_link_t *self);

//  Sets `error` to what the result says was wrong, as DMH_UNAVAILABLE: "the job store cannot <what>: …".
//  Returns that code. `result` is borrowed and may be NULL.
int postgres_link_failed (postgres_link_t *self, const PGresult *result, const char *what,
                          struct error *error);

#endif
