//  postgres_link.c: see postgres_link.h. The lock is an advisory one of the session: who loses the connection
//  loses the lock with it, so nothing is ever written by a broker that another one has replaced.
#include "broker/store/postgres_link.h"

#include "broker/store/postgres_migrations.h"
#include "messages/base/narrow.h"

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOCK "1145915441, 1"    //  "DMH1", the job store

struct postgres_link {
    PGconn *connection;
    const struct postgres_statement *statements;
    size_t statement_count;
    bool usable;     //  locked, and its statements prepared
    bool opening;    //  a connection is on its way
    uint64_t made;
    PostgresPollingStatusType waits_for;
};

//  The first line of a message, without what libpq adds for people who read logs.
static void s_line (const char *message, char *out, size_t size)
{
    size_t n = message ? strcspn (message, "\n") : 0;
    snprintf (out, size, "%.*s", NARROW (int, n < size ? n : size - 1), n ? message : "it does not say why");
}

int postgres_link_failed (postgres_link_t *self, const PGresult *result, const char *what,
                          struct error *error)
{
    char line[300];
    const char *said = result ? PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    s_line (said ? said : PQerrorMessage (self->connection), line, sizeof line);
    return error_set (error, DMH_UNAVAILABLE, "the job store cannot %s: %s", what, line);
}

static int s_run (postgres_link_t *self, const char *sql, const char *what, struct error *error)
{
    PGresult *result = PQexec (self->connection, sql);
    ExecStatusType status = PQresultStatus (result);
    int rc = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
                 ? DMH_OK
                 : postgres_link_failed (self, result, what, error);
    PQclear (result);
    return rc;
}

//  The one number that a statement answers.
static int s_number (postgres_link_t *self, const char *sql, long *out, struct error *error)
{
    PGresult *result = PQexec (self->connection, sql);
    bool good = PQresultStatus (result) == PGRES_TUPLES_OK && PQntuples (result) == 1;
    int rc = good ? DMH_OK : postgres_link_failed (self, result, "be opened", error);
    if (good)
        *out = strtol (PQgetvalue (result, 0, 0), NULL, 10);
    PQclear (result);
    return rc;
}

static int s_lock (postgres_link_t *self, struct error *error)
{
    long got = 0;
    int rc = s_number (self, "SELECT pg_try_advisory_lock (" LOCK ")::int", &got, error);
    if (rc == DMH_OK && !got)
        rc = error_set (error, DMH_CONFLICT, "another broker has the job store; this one stands by");
    return rc;
}

//  Nobody else migrates at the same time, as the lock is ours.
static int s_migrate (postgres_link_t *self, struct error *error)
{
    long version = 0;
    //  Without the right to make a schema, one that is there already has to do.
    long schemas = 0;
    int rc = s_number (self, "SELECT count(*) FROM pg_namespace WHERE nspname = 'dmh'", &schemas, error);
    if (rc == DMH_OK && schemas == 0)
        rc = s_run (self, "CREATE SCHEMA dmh", "make its schema", error);
    if (rc == DMH_OK)
        rc = s_run (self, "CREATE TABLE IF NOT EXISTS dmh.version (version integer NOT NULL)",
                    "make its tables", error);
    if (rc == DMH_OK)
        rc = s_number (self, "SELECT coalesce(max(version), 0) FROM dmh.version", &version, error);
    if (rc == DMH_OK && version > MIGRATION_COUNT)
        return error_set (
            error, DMH_UNAVAILABLE,
            "the job store was written by a newer dmh (version %ld of its tables); use that one", version);
    for (; rc == DMH_OK && version < MIGRATION_COUNT; version++) {
        char set[96];
        snprintf (set, sizeof set, "INSERT INTO dmh.version VALUES (%ld); COMMIT", version + 1);
        rc = s_run (self, "BEGIN", "begin a migration", error);
        if (rc == DMH_OK)
            rc = s_run (self, MIGRATIONS[version], "be migrated", error);
        if (rc == DMH_OK)
            rc = s_run (self, set, "be migrated", error);
    }
    return rc;
}

static int s_prepare (postgres_link_t *self, struct error *error)
{
    for (size_t i = 0; i < self->statement_count; i++) {
        const struct postgres_statement *statement = &self->statements[i];
        PGresult *result = PQprepare (self->connection, statement->name, statement->sql, 0, NULL);
        int rc = PQresultStatus (result) == PGRES_COMMAND_OK
                     ? DMH_OK
                     : postgres_link_failed (self, result, "be used", error);
        PQclear (result);
        if (rc != DMH_OK)
            return rc;
    }
    return DMH_OK;
}

static void s_say_nothing (void *context, const char *message)
{
    (void) context;
    (void) message;
}

//  Everything that a new connection needs. What was acknowledged has to be on disk, whatever the database's
//  own settings say; and a statement that hangs must not hang the broker.
static int s_begin (postgres_link_t *self, struct error *error)
{
    PQsetNoticeProcessor (self->connection, s_say_nothing, NULL);
    if (PQtransactionStatus (self->connection) != PQTRANS_IDLE)    //  an earlier try got stuck in a migration
        PQclear (PQexec (self->connection, "ROLLBACK"));
    int rc = s_lock (self, error);
    if (rc == DMH_OK)
        rc = s_run (self,
                    "SELECT set_config ('synchronous_commit', 'on', false) "
                    "WHERE current_setting ('synchronous_commit') IN ('off', 'local');"
                    "SET statement_timeout = '10s'; SET lock_timeout = '3s';"
                    "SET idle_in_transaction_session_timeout = 0",
                    "be set up", error);
    if (rc == DMH_OK)
        rc = s_migrate (self, error);
    if (rc == DMH_OK)
        rc = s_prepare (self, error);
    self->usable = rc == DMH_OK;
    self->made += self->usable;
    return rc;
}

static PGconn *s_start (const char *url)
{
    //  A host that vanished is noticed within seconds, and a standby's lock is not waited for.
    const char *const keys[] = {"dbname",
                                "application_name",
                                "connect_timeout",
                                "keepalives_idle",
                                "keepalives_interval",
                                "keepalives_count",
                                "tcp_user_timeout",
                                NULL};
    const char *const values[] = {url, "dmh-broker", "5", "2", "1", "3", "4000", NULL};
    return PQconnectdbParams (keys, values, 1);
}

postgres_link_t *postgres_link_new (const char *url, const struct postgres_statement *statements,
                                    size_t count, struct error *error)
{
    char *why = NULL;
    PQconninfoOption *parsed = PQconninfoParse (url, &why);
    if (!parsed) {
        char line[300];
        s_line (why, line, sizeof line);
        PQfreemem (why);
        error_set (error, DMH_USAGE, "the store’s URL is none of PostgreSQL: %s", line);
        return NULL;
    }
    PQconninfoFree (parsed);
    postgres_link_t *self = calloc (1, sizeof *self);
    if (self)
        self->connection = s_start (url);
    if (!self || !self->connection) {
        error_set (error, DMH_UNAVAILABLE, "out of memory while opening the job store");
        postgres_link_destroy (&self);
        return NULL;
    }
    self->statements = statements;
    self->statement_count = count;
    int rc = PQstatus (self->connection) == CONNECTION_OK
                 ? s_begin (self, error)
                 : postgres_link_failed (self, NULL, "be opened", error);
    if (rc != DMH_OK)
        postgres_link_destroy (&self);
    return self;
}

void postgres_link_destroy (postgres_link_t **self_p)
{
    postgres_link_t *self = *self_p;
    if (!self)
        return;
    PQfinish (self->connection);
    free (self);
    *self_p = NULL;
}

//  One look at the connection that is on its way, without waiting.
static int s_look (postgres_link_t *self, struct error *error)
{
    while (self->waits_for != PGRES_POLLING_OK && self->waits_for != PGRES_POLLING_FAILED) {
        struct pollfd item = {.fd = PQsocket (self->connection),
                              .events = self->waits_for == PGRES_POLLING_READING ? POLLIN : POLLOUT};
        if (item.fd < 0 || poll (&item, 1, 0) <= 0)
            return error_set (error, DMH_UNAVAILABLE,
                              "the job store is away; its connection is being made again");
        self->waits_for = PQresetPoll (self->connection);
    }
    self->opening = false;
    return PQstatus (self->connection) == CONNECTION_OK
               ? DMH_OK
               : postgres_link_failed (self, NULL, "be reached", error);
}

PGconn *postgres_link_ready (postgres_link_t *self, int *rc, struct error *error)
{
    *rc = DMH_OK;
    if (self->usable && PQstatus (self->connection) == CONNECTION_OK)
        return self->connection;
    self->usable = false;
    if (!self->opening && PQstatus (self->connection) != CONNECTION_OK) {
        self->opening = PQresetStart (self->connection) == 1;
        self->waits_for = PGRES_POLLING_WRITING;
        if (!self->opening)
            *rc = postgres_link_failed (self, NULL, "be reached", error);
    }
    if (*rc == DMH_OK && self->opening)
        *rc = s_look (self, error);
    if (*rc == DMH_OK)
        *rc = s_begin (self, error);
    return *rc == DMH_OK ? self->connection : NULL;
}

void postgres_link_look (postgres_link_t *self)
{
    if (self->usable)
        PQconsumeInput (self->connection);    //  a closed one becomes CONNECTION_BAD
}

uint64_t postgres_link_made (const postgres_link_t *self)
{
    return self->made;
}
