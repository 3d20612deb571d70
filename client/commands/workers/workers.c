//  workers.c: dmh workers: its verbs. Without one it lists.
#include "client/commands/workers/workers.h"

#include "client/connection/follow.h"
#include "messages/base/signals.h"

static const struct {
    const char *word;
    size_t most;    //  words behind it
    int (*run) (const struct arguments *arguments, connection_t *connection, struct error *error);
} VERBS[] = {{"list", 0, workers_list},
             {"launch", 0, workers_launch},
             {"scale", 0, workers_scale},
             {"drain", ANY_NUMBER, workers_drain}};
enum { VERB_COUNT = sizeof VERBS / sizeof *VERBS };

//  Its place in VERBS; VERB_COUNT with `error` set: there is none.
static size_t s_verb (const struct arguments *arguments, struct error *error)
{
    const char *word = arguments->word_count ? arguments->words[0] : VERBS[0].word;
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (!streq (word, VERBS[i].word))
            continue;
        if (arguments->word_count <= 1 || arguments->word_count - 1 <= VERBS[i].most)
            return i;
        error_set (error, DMH_USAGE,
                   "workers %s does not know what to do with “%s”; dmh workers --help says more", word,
                   arguments->words[1]);
        return VERB_COUNT;
    }
    error_set (error, DMH_USAGE,
               "workers knows list, launch --on ENGINE, scale --on ENGINE and drain WORKER… | --all, not "
               "“%s”; dmh workers "
               "--help says more",
               word);
    return VERB_COUNT;
}

int command_workers (struct arguments *arguments)
{
    struct error error = {.code = DMH_OK};
    size_t verb = s_verb (arguments, &error);
    if (verb == VERB_COUNT)
        return command_refuse (&error);
    connection_t *connection = command_connect (arguments, signals_open (), &error);
    int rc = connection ? VERBS[verb].run (arguments, connection, &error) : error.code;
    connection_destroy (&connection);
    zsys_shutdown ();
    return rc == DMH_OK ? EXIT_DONE : command_refuse (&error);
}
