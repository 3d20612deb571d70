//  bridge_scene.c: see bridge_scene.h.
#include "test/support/queues/bridge_scene.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>

enum { ASK_AGAIN_MS = 25, ASKS_MOST = 3600, ENDS_MOST = 20, REPETITION_MS = 1500 };

static const char LABS[] = "Patient ID,Test Code,Result Value,Units,Collected Date\n"
                           "P1,2345-7,90,mg/dL,2021-04-01\n"
                           "P2,2345-7,91,mg/dL,2021-04-02\n";

bool bridge_scene_open (struct bridge_scene *self, const struct queue_kind *kind)
{
    memset (self, 0, sizeof *self);
    workplace_make (&self->place);
    self->servers.place = &self->place;
    if (!queue_server_open (&self->queue, kind, &self->place)) {
        workplace_remove (&self->place);
        return false;
    }
    workplace_write (&self->place, "labs.csv", LABS, sizeof LABS - 1);
    return true;
}

void bridge_scene_start_bridge (struct bridge_scene *self, size_t at)
{
    char log[32];
    snprintf (log, sizeof log, "bridge%zu.log", at);
    const char *argv[32] = {
        "dmh-bridge", "--broker", self->servers.front, "--data-root", self->place.folder, "--claim-seconds",
        "1",          NULL};
    size_t count = 7;
    for (size_t i = 0; i < sizeof self->options / sizeof *self->options && self->options[i]; i++)
        argv[count++] = self->options[i];
    if (!self->options[0] || !strstr (self->options[0], "queue")) {
        argv[count++] = "--queue";
        argv[count++] = self->queue.url;
    }
    self->bridges[at] = process_start (&self->place, log, argv);
}

void bridge_scene_await_bridge (struct bridge_scene *self, size_t at)
{
    char log[32];
    snprintf (log, sizeof log, "bridge%zu.log", at);
    process_await (&self->place, log, "queue.found");
}

void bridge_scene_start (struct bridge_scene *self)
{
    queue_server_start (&self->queue);
    servers_start_broker (&self->servers, false);
    servers_start_worker (&self->servers, 0, "4");
    bridge_scene_start_bridge (self, 0);
    bridge_scene_await_bridge (self, 0);
}

int bridge_scene_end_bridge (struct bridge_scene *self, size_t at, int signal)
{
    pid_t pid = self->bridges[at];
    self->bridges[at] = 0;
    kill (pid, signal);
    return process_wait (pid, 30);
}

void bridge_scene_close (struct bridge_scene *self)
{
    for (size_t i = 0; i < BRIDGES_MAX; i++)
        if (self->bridges[i])
            cr_assert_eq (bridge_scene_end_bridge (self, i, SIGTERM), 0, "bridge %zu", i);
    servers_stop (&self->servers);
    queue_server_close (&self->queue);
    workplace_remove (&self->place);
}

void bridge_scene_send (struct bridge_scene *self, const char *id)
{
    char body[900];
    snprintf (body, sizeof body,
              "{\"id\":\"%s\",\"inputs\":[{\"path\":\"%s/labs.csv\",\"name\":\"%s.csv\"}]}", id,
              self->place.folder, id);
    self->queue.kind->send (&self->queue, body);
}

size_t bridge_scene_count (const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr (at, part)) != NULL; at += strlen (part))
        count++;
    return count;
}

size_t bridge_scene_await_end (struct bridge_scene *self, const char *id)
{
    char part[400];
    snprintf (part, sizeof part, "{\"id\":\"%s\",\"type\":\"end\",", id);
    for (int asks = 0;; asks++) {
        char *text = self->queue.kind->events (&self->queue);
        size_t count = bridge_scene_count (text, part);
        cr_assert (count || asks < ASKS_MOST, "%s never ends: %s", id, text);
        free (text);
        if (count)
            return count;
        poll (NULL, 0, ASK_AGAIN_MS);    //  nothing tells but the answer
    }
}

bool bridge_scene_ends_are_same (struct bridge_scene *self, const char *id)
{
    char part[400], *text = self->queue.kind->events (&self->queue);
    snprintf (part, sizeof part, "{\"id\":\"%s\",\"type\":\"end\",", id);
    const char *first = strstr (text, part);
    size_t n = first ? strcspn (first, "\n") : 0;
    bool same = first != NULL;
    for (const char *at = first; same && at; at = strstr (at + 1, part))
        same = strcspn (at, "\n") == n && strncmp (at, first, n) == 0;
    free (text);
    return same;
}

void bridge_scene_await_dead (struct bridge_scene *self, const char *part, size_t times)
{
    for (int asks = 0;; asks++) {
        char *text = self->queue.kind->dead (&self->queue);
        size_t count = bridge_scene_count (text, part);
        cr_assert (count <= times && (count == times || asks < ASKS_MOST), "%zu times %s: %s", count, part,
                   text);
        free (text);
        if (count == times)
            return;
        poll (NULL, 0, ASK_AGAIN_MS);
    }
}

void bridge_scene_end_bridges (struct bridge_scene *self)
{
    for (int asks = 0;; asks++) {
        for (size_t i = 0; i < BRIDGES_MAX; i++)
            if (self->bridges[i])
                cr_assert_eq (bridge_scene_end_bridge (self, i, SIGTERM), 0, "bridge %zu", i);
        if (!self->queue.kind->left (&self->queue))
            return;
        //  Repetitions of what has ended, which wait a moment for that.
        cr_assert_lt (asks, ENDS_MOST, "messages are left");
        bridge_scene_start_bridge (self, 0);
        poll (NULL, 0, REPETITION_MS);
    }
}

size_t bridge_scene_jobs (struct bridge_scene *self, const char *name)
{
    char *text = NULL, part[300];
    const char *const list[] = {"dmh", "list", "--json", "--limit", "100000", "--timeout", "60", NULL};
    cr_assert_eq (servers_dmh (&self->servers, list, &text), 0, "%s", text);
    snprintf (part, sizeof part, "\"name\":\"%s\"", name);
    size_t count = bridge_scene_count (text, part);
    free (text);
    return count;
}
