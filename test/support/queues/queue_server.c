//  queue_server.c: see queue_server.h.
#define _GNU_SOURCE
#include "test/support/queues/queue_server.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdarg.h>
#include <unistd.h>

bool queue_server_open (struct queue_server *self, const struct queue_kind *kind, struct workplace *place)
{
    char bridge[600];
    const char *build = getenv ("DMH_BUILD");
    snprintf (bridge, sizeof bridge, "%s/dmh-bridge", build ? build : "");
    bool good = access (bridge, X_OK) == 0;
    for (size_t i = 0; kind->needs[i]; i++)
        good = good && access (kind->needs[i], R_OK) == 0;
    if (!good) {
        printf (
            "SKIP: dmh-bridge is not built or there is no %s (make deps-queues installs what they need)\n",
            kind->name);
        return false;
    }
    *self = (struct queue_server){.kind = kind, .place = place};
    reserved_port_endpoint (self->endpoint);
    self->port = (unsigned) atoi (strrchr (self->endpoint, ':') + 1);
    return true;
}

void queue_server_start (struct queue_server *self)
{
    self->kind->start (self);
}

void queue_server_end (struct queue_server *self, int signal)
{
    if (self->pid <= 0)
        return;
    kill (self->pid, signal);
    process_wait (self->pid, 60);
    self->pid = 0;
}

static void s_kill (pid_t *pid)
{
    if (*pid > 0) {
        kill (*pid, SIGKILL);
        process_wait (*pid, 60);
    }
    *pid = 0;
}

void queue_server_close (struct queue_server *self)
{
    queue_server_end (self, SIGKILL);
    s_kill (&self->beside);
    s_kill (&self->client);
    if (self->to_client) {
        fclose (self->to_client);
        fclose (self->from_client);
        self->to_client = self->from_client = NULL;
    }
}

char *queue_server_shell (int *status, const char *format, ...)
{
    char *line = NULL, *text = NULL;
    size_t n = 0;
    va_list values;
    va_start (values, format);
    cr_assert_geq (vasprintf (&line, format, values), 0);
    va_end (values);
    FILE *said = popen (line, "r"), *to = open_memstream (&text, &n);
    char block[4096];
    cr_assert (said && to);
    for (size_t got; (got = fread (block, 1, sizeof block, said)) > 0;)
        fwrite (block, 1, got, to);
    fclose (to);
    int ended = pclose (said);
    if (status)
        *status = ended;
    else
        cr_assert_eq (ended, 0, "%s: %d: %s", line, ended, text);
    free (line);
    return text;
}

void queue_server_certificate (const struct workplace *place)
{
    free (queue_server_shell (
        NULL,
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
        "/CN=test -addext subjectAltName=DNS:localhost -keyout %s/server.key -out %s/server.pem 2>&1",
        place->folder, place->folder));
}
