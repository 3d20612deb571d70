//  local_attempt.c: see local_attempt.h.
#include "test/support/results/local_attempt.h"

#include <criterion/criterion.h>

#include "messages/sockets/actor.h"
#include "messages/uri.h"
#include "worker/rules/schema/catalog.h"

static struct local_attempt s_run (struct workplace *place, const char *path, const struct input *input,
                                   const struct options *options, size_t threads)
{
    struct local_attempt got = {.done = false};
    struct error error = {.code = DMH_OK};
    struct assignment assignment = {.attempt = 1, .options = options, .slot = 0};
    if (input)
        assignment.input = *input;
    struct runner_place place_of_runner = {.slot = 0};
    snprintf (assignment.job, sizeof assignment.job, "0123456789abcdef0123");
    snprintf (assignment.correlation, sizeof assignment.correlation, "0123456789abcdef0123456789abcdef");
    const char *slash = strrchr (path, '/');
    snprintf (assignment.input.name, sizeof assignment.input.name, "%s", slash ? slash + 1 : path);
    cr_assert_eq (uri_from_path (path, assignment.input.uri, sizeof assignment.input.uri, &error), DMH_OK);
    snprintf (got.folder, sizeof got.folder, "%s/result-%zu", place->folder, ++place->count);
    assignment.folder = got.folder;
    catalog_t *catalog = catalog_new (NULL, &error);
    cr_assert_not_null (catalog, "%s", error.text);
    assignment.catalog = catalog;
    assignment.group = commit_group_new (place->folder);
    place_of_runner.harmonizers = harmonizers_new (threads, 1, &error);
    cr_assert_not_null (place_of_runner.harmonizers, "%s", error.text);
    actor_t *actor = actor_new (runner_actor, &place_of_runner);
    int status = -1;
    cr_assert_eq (zsock_recv (actor_pipe (actor), "i", &status), 0);
    cr_assert_eq (status, 0);
    zsock_send (actor_pipe (actor), "sp", "RUN", &assignment);
    for (bool ended = false; !ended;) {
        char *word = NULL;
        struct runner_news *news = NULL;
        cr_assert_eq (zsock_recv (actor_pipe (actor), "sp", &word, &news), 0);
        ended = !streq (word, "PROGRESS");
        if (ended) {
            got.done = streq (word, "DONE");
            got.counts = news->counts;
            got.error = news->error;
            got.refusal = news->refusal;
            snprintf (got.kind, sizeof got.kind, "%s", news->kind);
        }
        runner_news_clear (news);
        free (news);
        zstr_free (&word);
    }
    actor_destroy (&actor);
    commit_group_destroy (&assignment.group);
    harmonizers_destroy (&place_of_runner.harmonizers);
    catalog_destroy (&catalog);
    return got;
}

struct local_attempt local_attempt_run_path (struct workplace *place, const char *path,
                                             const struct options *options, size_t threads)
{
    return s_run (place, path, NULL, options, threads);
}

struct local_attempt local_attempt_run_input (struct workplace *place, const char *name,
                                              const struct input *input, const struct options *options)
{
    char path[512];
    snprintf (path, sizeof path, "%s/%s", place->folder, name);
    return s_run (place, path, input, options, 1);
}

struct local_attempt local_attempt_run (struct workplace *place, const char *name,
                                        const struct options *options, size_t threads)
{
    char path[512];
    snprintf (path, sizeof path, "%s/%s", place->folder, name);
    return local_attempt_run_path (place, path, options, threads);
}
