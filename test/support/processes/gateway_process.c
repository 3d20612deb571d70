//  gateway_process.c: see gateway_process.h.
#include "test/support/processes/gateway_process.h"

#include "messages/base/digest.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

enum { ASK_AGAIN_MS = 10, ASKS_MOST = 6000 };

void gateway_process_start_alone (struct gateway_process *self)
{
    const char *argv[32] = {"dmh-gateway",       "--listen", "127.0.0.1:0", "--broker",
                            self->servers.front, "--spool",  "spool",       NULL};
    size_t count = 7;
    for (size_t i = 0; i < sizeof self->options / sizeof *self->options && self->options[i]; i++)
        argv[count++] = self->options[i];
    size_t before = process_log_count (&self->place, "gateway.log", "gateway.listening");
    self->pid = process_start (&self->place, "gateway.log", argv);
    process_await_times (&self->place, "gateway.log", "gateway.listening", before + 1);
    char *log = workplace_read (self->place.folder, "gateway.log", NULL);
    const char *last = NULL;
    for (const char *at = log; (at = strstr (at, "://127.0.0.1:")) != NULL; at++)
        if (strncmp (at - 4, "http", 4) == 0 || strncmp (at - 5, "https", 5) == 0)
            last = at;
    cr_assert_not_null (last, "%s", log);
    self->port = (unsigned) atoi (last + strlen ("://127.0.0.1:"));
    free (log);
}

void gateway_process_start (struct gateway_process *self)
{
    workplace_make (&self->place);
    self->servers.place = &self->place;
    servers_start_broker (&self->servers, false);
    servers_start_worker (&self->servers, 0, "4");
    gateway_process_start_alone (self);
    process_await (&self->place, "gateway.log", "broker.found");
}

void gateway_process_write_tokens (struct gateway_process *self, const struct gateway_token *tokens)
{
    char text[4096] = "# who may\n\n", hex[DIGEST_HEX_BYTES];
    for (; tokens->name; tokens++) {
        size_t n = strlen (text);
        snprintf (text + n, sizeof text - n, "%s %s %s\n", tokens->name, tokens->role,
                  digest_of (tokens->token, strlen (tokens->token), hex));
    }
    workplace_write (&self->place, "tokens", text, strlen (text));
}

void gateway_process_start_guarded (struct gateway_process *self, const struct gateway_token *tokens)
{
    static const char *const OPTIONS[] = {"--tokens",    "tokens",       "--key",
                                          "KEYS/gw.key", "--server-key", "KEYS/server.pub"};
    const char *server[] = {"dmh", "keys", "new", "server", "--keys", "KEYS", NULL};
    const char *gateway[] = {"dmh", "keys", "new", "gw", "--keys", "KEYS", "--rights", "gateway,admin", NULL};
    size_t count = 0;
    workplace_make (&self->place);
    self->servers.place = &self->place;
    gateway_process_write_tokens (self, tokens);
    cr_assert_eq (process_run (&self->place, server, NULL), 0);
    cr_assert_eq (process_run (&self->place, gateway, NULL), 0);
    self->servers.options[0] = "--keys";
    self->servers.options[1] = "KEYS";
    servers_start_broker (&self->servers, false);
    while (self->options[count])
        count++;
    memcpy (&self->options[count], OPTIONS, sizeof OPTIONS);
    gateway_process_start_alone (self);
    process_await (&self->place, "gateway.log", "broker.found");
}

void gateway_process_stop (struct gateway_process *self)
{
    if (self->pid) {
        kill (self->pid, SIGTERM);
        cr_assert_eq (process_wait (self->pid, 20), 0, "gateway");
    }
    servers_stop (&self->servers);
    workplace_remove (&self->place);
}

int gateway_process_spooled (const struct gateway_process *self)
{
    char folder[64], link[512], path[512];
    int count = 0;
    snprintf (folder, sizeof folder, "/proc/%d/fd", (int) self->pid);
    DIR *open = opendir (folder);
    cr_assert_not_null (open);
    for (const struct dirent *entry; (entry = readdir (open));) {
        snprintf (path, sizeof path, "%s/%s", folder, entry->d_name);
        ssize_t n = readlink (path, link, sizeof link - 1);
        link[n > 0 ? n : 0] = 0;
        count += strstr (link, "/spool/") != NULL;
    }
    closedir (open);
    return count;
}

void gateway_process_await_spooled (const struct gateway_process *self, int count)
{
    for (int asks = 0; gateway_process_spooled (self) != count; asks++) {
        cr_assert_lt (asks, ASKS_MOST, "%d files in the spool", gateway_process_spooled (self));
        poll (NULL, 0, ASK_AGAIN_MS);    //  nothing tells but the descriptors
    }
}

void gateway_process_await_spool_bytes (const struct gateway_process *self, unsigned bytes)
{
    char line[64];
    bool is_there = false;
    unsigned port = process_metrics_port (&self->place, "gateway.log");
    snprintf (line, sizeof line, "dmh_gateway_spool_bytes %u\n", bytes);
    for (int asks = 0; !is_there; asks++) {
        struct http_answer answer = http_get (port, "/metrics");
        is_there = http_answer_has (&answer, line);
        cr_assert (is_there || asks < ASKS_MOST, "never %s", line);
        http_answer_clear (&answer);
        poll (NULL, 0, is_there ? 0 : ASK_AGAIN_MS);    //  nothing tells but the answer
    }
}

struct http_answer gateway_process_await (struct gateway_process *self, const char *job, const char *state)
{
    char target[128], member[64];
    snprintf (target, sizeof target, "/api/v1/jobs/%s", job);
    snprintf (member, sizeof member, "\"state\":\"%s\"", state);
    for (int asks = 0;; asks++) {
        struct http_answer answer = http_get (self->port, target);
        cr_assert_eq (answer.status, 200, "%s", answer.body);
        if (http_answer_has (&answer, member))
            return answer;
        cr_assert (http_answer_has (&answer, "\"state\":\"queued\"") ||
                       http_answer_has (&answer, "\"state\":\"running\""),
                   "%s", answer.body);
        cr_assert_lt (asks, ASKS_MOST, "%s", answer.body);
        http_answer_clear (&answer);
        poll (NULL, 0, ASK_AGAIN_MS);    //  nothing tells but the answer
    }
}
