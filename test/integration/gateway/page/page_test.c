//  page_test.c: the web page as the gateway serves it: its headers, what it refers to, and the drawings.
#define _GNU_SOURCE
#include "test/support/processes/gateway_process.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct http_answer s_get (unsigned port, const char *path, const char *type)
{
    struct http_answer answer = http_get (port, path);
    cr_assert_eq (answer.status, 200, "%s: %u", path, answer.status);
    cr_assert_str_eq (http_answer_header (&answer, "Content-Type"), type, "%s", path);
    cr_assert_str_eq (http_answer_header (&answer, "X-Content-Type-Options"), "nosniff");
    cr_assert_str_eq (http_answer_header (&answer, "Referrer-Policy"), "no-referrer");
    return answer;
}

//  One directive of the policy has to be so.
static void s_directive (const char *policy, const char *directive)
{
    const char *at = strstr (policy, directive);
    char behind = at ? at[strlen (directive)] : 'x';
    cr_assert (at && (at == policy || at[-1] == ' ') && (behind == ';' || behind == 0), "%s in %s", directive,
               policy);
}

static void s_check_policy (unsigned port)
{
    static const char *const DIRECTIVES[] = {"default-src 'none'",     "script-src 'self'",
                                             "style-src 'self'",       "img-src 'self'",
                                             "connect-src 'self'",     "base-uri 'none'",
                                             "frame-ancestors 'none'", "require-trusted-types-for 'script'"};
    struct http_answer answer = s_get (port, "/", "text/html; charset=utf-8");
    char *policy = strdup (http_answer_header (&answer, "Content-Security-Policy"));
    for (size_t i = 0; i < sizeof DIRECTIVES / sizeof *DIRECTIVES; i++)
        s_directive (policy, DIRECTIVES[i]);
    cr_assert_null (strstr (policy, "unsafe"), "%s", policy);
    cr_assert_null (strstr (answer.body, " style="));
    cr_assert_null (strstr (answer.body, "<style"));
    cr_assert_null (strstr (answer.body, "<script>"));
    free (policy);
    http_answer_clear (&answer);
}

//  What has not changed is not sent again; what has no such tag is.
static void s_check_tag (unsigned port, const char *path)
{
    char headers[256];
    struct http_answer answer = http_get (port, path);
    cr_assert_str_eq (http_answer_header (&answer, "Cache-Control"), "no-cache");
    snprintf (headers, sizeof headers, "If-None-Match: %s\r\n", http_answer_header (&answer, "ETag"));
    http_answer_clear (&answer);
    answer = http_request (port, "GET", path, headers, NULL, 0);
    cr_assert_eq (answer.status, 304, "%s", path);
    cr_assert_eq (answer.bytes, 0);
    cr_assert_not_null (http_answer_header (&answer, "ETag"));
    http_answer_clear (&answer);
    answer = http_request (port, "GET", path, "If-None-Match: \"another\"\r\n", NULL, 0);
    cr_assert_eq (answer.status, 200, "%s", path);
    http_answer_clear (&answer);
}

enum { FILES_MOST = 64, PATH_MOST = 96 };

struct walk {
    unsigned port;
    char paths[FILES_MOST][PATH_MOST];    //  below "/"
    size_t count, modules;
};

static void s_add (struct walk *self, const char *folder, const char *reference, size_t n)
{
    char path[2 * PATH_MOST], *up;
    snprintf (path, sizeof path, "%s%.*s", folder, (int) n, reference);
    while ((up = strstr (path, "./")) != NULL) {
        bool parent = up > path && up[-1] == '.';
        char *to = up - parent;
        if (parent)
            for (to -= to > path; to > path && to[-1] != '/'; to--)
                ;
        memmove (to, up + 2, strlen (up + 2) + 1);
    }
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->paths[i], path) == 0)
            return;
    cr_assert_lt (self->count, FILES_MOST);
    snprintf (self->paths[self->count++], PATH_MOST, "%.*s", PATH_MOST - 1, path);
}

//  Adds what stands between `begin` and `end`; each reference has to be relative, as the page may lie
//  anywhere.
static void s_find (struct walk *self, const char *folder, const char *text, const char *begin, char end)
{
    for (const char *at = text; (at = strstr (at, begin)) != NULL;) {
        at += strlen (begin);
        size_t n = (size_t) (strchr (at, end) - at);
        cr_assert (*at != '/' && !memmem (at, n, ":", 1), "%.*s", (int) n, at);
        if (*at != '#')
            s_add (self, folder, at, n);
    }
}

//  Everything that the page and its modules refer to is there, and nothing refers to elsewhere.
static void s_walk (struct walk *self)
{
    struct http_answer answer = http_get (self->port, "/");
    s_find (self, "", answer.body, "href=\"", '"');
    s_find (self, "", answer.body, "src=\"", '"');
    http_answer_clear (&answer);
    for (size_t i = 0; i < self->count; i++) {
        char path[PATH_MOST + 1], folder[PATH_MOST] = "";
        const char *ending = strrchr (self->paths[i], '.'), *slash = strrchr (self->paths[i], '/');
        snprintf (path, sizeof path, "/%s", self->paths[i]);
        snprintf (folder, sizeof folder, "%.*s", (int) (slash - self->paths[i]) + 1, self->paths[i]);
        answer = s_get (self->port, path,
                        strcmp (ending, ".js") == 0     ? "text/javascript; charset=utf-8"
                        : strcmp (ending, ".css") == 0  ? "text/css; charset=utf-8"
                        : strcmp (ending, ".json") == 0 ? "application/json"
                                                        : "image/svg+xml");
        if (strcmp (ending, ".js") == 0) {
            cr_assert_null (strstr (answer.body, "innerHTML"), "%s", path);
            cr_assert_null (strstr (answer.body, "https://"), "%s", path);
            s_find (self, folder, answer.body, " from '", '\'');
            self->modules++;
        }
        http_answer_clear (&answer);
    }
}

static void s_check_drawing (unsigned port)
{
    struct http_answer answer =
        s_get (port, "/drawings/flow.svg?written=1200&duplicates=30&conflicts=4&rejected=1", "image/svg+xml");
    cr_assert (http_answer_has (&answer, "xmlns=\"http://www.w3.org/2000/svg\""));
    cr_assert (http_answer_has (&answer,
                                "Of 1,235 records read, 1,200 were written, 30 are duplicates, 4 are "
                                "in conflict and 1 were rejected."),
               "%s", answer.body);
    http_answer_clear (&answer);
    static const char *const WRONG[] = {"written=-1", "rejected=x", "written=99999999999999999999"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        char path[64];
        snprintf (path, sizeof path, "/drawings/flow.svg?%s", WRONG[i]);
        answer = http_get (port, path);
        cr_assert_eq (answer.status, 400, "%s: %u", path, answer.status);
        http_answer_clear (&answer);
    }
}

static void s_expect (unsigned port, const char *path, unsigned status)
{
    struct http_answer answer = http_get (port, path);
    cr_assert_eq (answer.status, status, "%s: %u", path, answer.status);
    http_answer_clear (&answer);
}

Test (gateway_page, all_of_it_is_served_by_the_gateway_and_may_do_nothing_inline_or_elsewhere)
{
    struct gateway_process self = {.pid = 0};
    workplace_make (&self.place);
    self.servers.place = &self.place;
    snprintf (self.servers.front, sizeof self.servers.front, "ipc://nobody");    //  it needs no broker
    gateway_process_start_alone (&self);
    struct walk *walk = calloc (1, sizeof *walk);
    walk->port = self.port;
    s_check_policy (self.port);
    s_check_tag (self.port, "/");
    s_check_tag (self.port, "/web/main.js");
    s_check_tag (self.port, "/drawings/style.css");
    s_walk (walk);
    cr_assert_geq (walk->modules, 10, "%zu", walk->modules);
    s_check_drawing (self.port);
    s_expect (self.port, "/web/none.js", 404);
    s_expect (self.port, "/web/pages/none.js", 404);
    s_expect (self.port, "/web/gateway/openapi.json", 404);
    s_expect (self.port, "/web/%2e%2e/gateway", 400);
    free (walk);
    gateway_process_stop (&self);
}
