//  postgres_session.c: see postgres_session.h.
#include "client/load/postgres_session.h"

#include "messages/base/clock.h"
#include "messages/base/narrow.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECT_MS = 15000 };

struct postgres_session {
    PGconn *connection;
    int interrupt;
};

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while records are loaded");
}

//  Classes of SQLSTATE whose sentences speak of connections, rights, names and limits. Others quote values.
static bool s_may_be_shown (const char *state)
{
    static const char *const CLASSES[] = {"08", "0A", "25", "28", "3D", "3F", "40",
                                          "42", "53", "54", "55", "57", "58", "XX"};
    for (size_t i = 0; i < sizeof CLASSES / sizeof *CLASSES; i++)
        if (strncmp (state, CLASSES[i], 2) == 0)
            return true;
    return false;
}

//  What the server said of a statement, or libpq of the connection (result NULL, or without a state).
static int s_failed (const postgres_session_t *self, const char *what, const PGresult *result,
                     struct error *error)
{
    const char *state = result ? PQresultErrorField (result, PG_DIAG_SQLSTATE) : NULL;
    const char *said =
        state ? PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY) : PQerrorMessage (self->connection);
    int n = NARROW (int, said ? strcspn (said, "\n") : 0);
    if (state && !s_may_be_shown (state))
        return error_set (error, DMH_BAD_INPUT,
                          "%s: the database does not take a value of it (SQLSTATE %.5s)", what, state);
    return error_set (error, DMH_UNAVAILABLE, "%s: %.*s", what, n ? n : 30,
                      n ? said : "the database does not say why");
}

//  Waits for the connection. DMH_OK, DMH_CANCELLED, or DMH_UNAVAILABLE after `ms` (-1: never).
static int s_wait (const postgres_session_t *self, short events, int ms, struct error *error)
{
    struct pollfd items[] = {{.fd = PQsocket (self->connection), .events = events},
                             {.fd = self->interrupt, .events = POLLIN}};
    int ready = poll (items, 2, ms);
    if (ready > 0 && items[1].revents)
        return error_set (error, DMH_CANCELLED,
                          "interrupted; what was loading is not there, and the same command "
                          "loads it");
    return ready == 0 ? error_set (error, DMH_UNAVAILABLE, "the database does not answer") : DMH_OK;
}

static int s_connect (postgres_session_t *self, struct error *error)
{
    int64_t until = clock_mono_ms () + CONNECT_MS;
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    int rc = DMH_OK;
    while (rc == DMH_OK && state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED &&
           PQstatus (self->connection) != CONNECTION_BAD) {
        int64_t left = until - clock_mono_ms ();
        rc = s_wait (self, state == PGRES_POLLING_READING ? POLLIN : POLLOUT,
                     left > 0 ? NARROW (int, left) : 0, error);
        if (rc == DMH_OK)
            state = PQconnectPoll (self->connection);
    }
    if (rc == DMH_OK && state != PGRES_POLLING_OK)
        rc = s_failed (self, "the database cannot be reached", NULL, error);
    return rc;
}

static void s_say_nothing (void *context, const char *message)
{
    (void) context;
    (void) message;
}

postgres_session_t *postgres_session_new (const char *url, int interrupt, struct error *error)
{
    const char *const keys[] = {"dbname",
                                "fallback_application_name",
                                "client_encoding",
                                "keepalives_idle",
                                "keepalives_interval",
                                "keepalives_count",
                                NULL};
    const char *const values[] = {url, "dmh", "UTF8", "10", "5", "3", NULL};
    postgres_session_t *self = calloc (1, sizeof *self);
    if (self) {
        self->interrupt = interrupt;
        self->connection = PQconnectStartParams (keys, values, 1);
    }
    int rc = self && self->connection ? s_connect (self, error) : s_no_memory (error);
    if (rc == DMH_OK) {
        PQsetNoticeProcessor (self->connection, s_say_nothing, NULL);
        PQsetnonblocking (self->connection, 1);
        //  Dates are written as they are read, whatever the database's own settings say.
        rc = postgres_session_do (self, "the database cannot be used",
                                  "SET datestyle = 'ISO, YMD'; SET standard_conforming_strings = on; "
                                  "SET search_path = pg_catalog",
                                  error);
    }
    if (rc != DMH_OK)
        postgres_session_destroy (&self);
    return self;
}

void postgres_session_destroy (postgres_session_t **self_p)
{
    postgres_session_t *self = *self_p;
    if (!self)
        return;
    PQfinish (self->connection);
    free (self);
    *self_p = NULL;
}

//  Ends the statement that runs, which nobody waits for any more.
static void s_cancel (postgres_session_t *self)
{
    char why[256];
    PGcancel *cancel = PQgetCancel (self->connection);
    if (cancel)
        PQcancel (cancel, why, sizeof why);
    PQfreeCancel (cancel);
}

//  Sends all that is to be sent.
static int s_flush (postgres_session_t *self, const char *what, struct error *error)
{
    int left, rc = DMH_OK;
    while (rc == DMH_OK && (left = PQflush (self->connection)) != 0) {
        rc = left < 0 ? s_failed (self, what, NULL, error) : s_wait (self, POLLIN | POLLOUT, -1, error);
        if (rc == DMH_OK && !PQconsumeInput (self->connection))
            rc = s_failed (self, what, NULL, error);
    }
    return rc;
}

//  The last answer to what was sent; NULL with `error` set.
static PGresult *s_answer (postgres_session_t *self, const char *what, struct error *error)
{
    PGresult *last = NULL, *next;
    int rc = s_flush (self, what, error);
    for (bool over = false; rc == DMH_OK && !over;) {
        while (rc == DMH_OK && PQisBusy (self->connection)) {
            rc = s_wait (self, POLLIN, -1, error);
            if (rc == DMH_OK && !PQconsumeInput (self->connection))
                rc = s_failed (self, what, NULL, error);
        }
        if (rc != DMH_OK)
            break;
        next = PQgetResult (self->connection);
        over = !next || PQresultStatus (next) == PGRES_COPY_IN;
        if (!next)
            break;
        if (!last || PQresultStatus (last) != PGRES_FATAL_ERROR) {
            PQclear (last);
            last = next;
        } else
            PQclear (next);
    }
    if (rc == DMH_CANCELLED)
        s_cancel (self);
    ExecStatusType status = PQresultStatus (last);
    if (rc == DMH_OK && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
        rc = s_failed (self, what, last, error);
    if (rc != DMH_OK) {
        PQclear (last);
        last = NULL;
    }
    return last;
}

PGresult *postgres_session_ask (postgres_session_t *self, const char *what, const char *sql, int count,
                                const char *const *values, struct error *error)
{
    int sent = count ? PQsendQueryParams (self->connection, sql, count, NULL, values, NULL, NULL, 0)
                     : PQsendQuery (self->connection, sql);
    if (!sent) {
        s_failed (self, what, NULL, error);
        return NULL;
    }
    return s_answer (self, what, error);
}

int postgres_session_do (postgres_session_t *self, const char *what, const char *sql, struct error *error)
{
    PGresult *answer = postgres_session_ask (self, what, sql, 0, NULL, error);
    PQclear (answer);
    return answer ? DMH_OK : error->code;
}

int postgres_session_copy (postgres_session_t *self, const char *bytes, size_t n, struct error *error)
{
    static const char WHAT[] = "its records cannot be sent";
    int put = 0, rc = DMH_OK;
    while (rc == DMH_OK && (put = PQputCopyData (self->connection, bytes, NARROW (int, n))) == 0)
        rc = s_wait (self, POLLOUT, -1, error);
    if (rc == DMH_OK && put < 0)
        rc = s_failed (self, WHAT, NULL, error);
    if (rc == DMH_OK)
        rc = s_flush (self, WHAT, error);
    if (rc == DMH_CANCELLED)
        s_cancel (self);
    return rc;
}

int postgres_session_copy_end (postgres_session_t *self, const char *what, struct error *error)
{
    int rc = DMH_OK;
    while (rc == DMH_OK && PQputCopyEnd (self->connection, NULL) == 0)
        rc = s_wait (self, POLLOUT, -1, error);
    PGresult *answer = rc == DMH_OK ? s_answer (self, what, error) : NULL;
    PQclear (answer);
    return answer ? DMH_OK : error->code;
}

char *postgres_session_name (postgres_session_t *self, const char *name)
{
    return PQescapeIdentifier (self->connection, name, strlen (name));
}
