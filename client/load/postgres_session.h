//  postgres_session.h: a connection to PostgreSQL for as long as results are loaded. Waits for every answer,
//  but hears an interruption while it waits. What it says of an error never holds a value of a record.
#ifndef DMH_CLIENT_LOAD_POSTGRES_SESSION_H
#define DMH_CLIENT_LOAD_POSTGRES_SESSION_H

#include <libpq-fe.h>

#include "messages/base/error.h"

typedef struct postgres_session postgres_session_t;

//  `url`: as load_target.h lets it through; `interrupt`: becomes readable when the user wants to stop, -1:
//  nobody can. NULL with `error` set: DMH_UNAVAILABLE, DMH_CANCELLED, DMH_INTERNAL.
postgres_session_t *postgres_session_new (const char *url, int interrupt, struct error *error);
//  What was not committed is not there. Takes NULL.
void postgres_session_destroy (postgres_session_t **self_p);

//  Runs a statement with `count` values for its $1 … Its answer, PQclear it; NULL with `error` set, whose
//  sentence begins with `what` ("its table cannot be made"): DMH_UNAVAILABLE, DMH_BAD_INPUT for a value that
//  the database does not take, DMH_CANCELLED, DMH_INTERNAL.
PGresult *postgres_session_ask (postgres_session_t *self, const char *what, const char *sql, int count,
                                const char *const *values, struct error *error);
//  The same without an answer.
int postgres_session_do (postgres_session_t *self, const char *what, const char *sql, struct error *error);

//  In a COPY FROM STDIN that was begun: so many bytes more; then its end.
int postgres_session_copy (postgres_session_t *self, const char *bytes, size_t n, struct error *error);
int postgres_session_copy_end (postgres_session_t *self, const char *what, struct error *error);

//  The name in quotes; PQfreemem it. NULL out of memory, or no UTF-8.
char *postgres_session_name (postgres_session_t *self, const char *name);

#endif
