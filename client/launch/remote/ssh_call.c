//  ssh_call.c: see ssh_call.h.
#include "client/launch/remote/ssh_call.h"
#include "messages/base/narrow.h"

#include "messages/base/narrow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRIPT_MS = 60000, BYTES_MS = 600000, WORDS = 16, TEXT_BYTES = 4096, NOT_REACHED = 255 };

//  Copies of words, as a program's may be changed by it.
struct words {
    char *at[WORDS];
    size_t count, used;
    char text[TEXT_BYTES];
};

static void s_put (struct words *self, const char *word)
{
    size_t n = strlen (word) + 1;
    if (self->count + 1 >= WORDS || n > sizeof self->text - self->used)
        return;
    self->at[self->count] = self->text + self->used;
    memcpy (self->at[self->count++], word, n);
    self->used += n;
    self->at[self->count] = NULL;
}

static int s_call (const char *config, const char *host, const char *command, struct child *child,
                   struct error *error)
{
    static const char *const ALWAYS[] = {"ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"};
    struct words words = {.count = 0};
    char word[200];
    for (size_t i = 0; i < sizeof ALWAYS / sizeof *ALWAYS; i++)
        s_put (&words, ALWAYS[i]);
    if (config && *config) {
        s_put (&words, "-F");
        s_put (&words, config);
    }
    s_put (&words, "--");
    s_put (&words, host);
    s_put (&words, command);
    child->words = words.at;
    int rc = child_run (child, error);
    child->words = NULL;
    if (rc != DMH_OK)
        return rc;
    if (child->status == NOT_REACHED)
        return error_set (error, DMH_UNAVAILABLE, "%s cannot be reached by ssh without a question: %s", host,
                          child_word (child, word));
    if (child->status != 0)
        return error_set (error, DMH_IO, "%s: %s", host, child_word (child, word));
    return DMH_OK;
}

int ssh_call_script (const char *config, const char *host, const struct shell_text *script, char *said,
                     struct error *error)
{
    int rc = shell_text_check (script, error);
    struct child *child = rc == DMH_OK ? calloc (1, sizeof *child) : NULL;
    if (rc == DMH_OK && !child)
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    if (rc != DMH_OK)
        return rc;
    child->input = script->text.at;
    child->input_bytes = script->text.used;
    child->patience_ms = SCRIPT_MS;
    rc = s_call (config, host, "sh", child, error);
    memcpy (said, child->said, CHILD_SAID_BYTES);
    free (child);
    return rc;
}

int ssh_call_bytes (const char *config, const char *host, const char *command, const void *bytes, size_t n,
                    struct error *error)
{
    struct child *child = calloc (1, sizeof *child);
    if (!child)
        return error_set (error, DMH_INTERNAL, "out of memory");
    child->input = bytes;
    child->input_bytes = n;
    child->patience_ms = BYTES_MS;
    int rc = s_call (config, host, command, child, error);
    free (child);
    return rc;
}

bool ssh_call_answer (const char *said, const char *name, char *out, size_t size)
{
    char begin[64];
    int n = snprintf (begin, sizeof begin, "dmh:%s ", name);
    for (const char *at = said; at && *at; at = strchr (at, '\n') ? strchr (at, '\n') + 1 : NULL) {
        if (strncmp (at, begin, (size_t) n) != 0)
            continue;
        size_t length = strcspn (at + n, "\r\n");
        snprintf (out, size, "%.*s", NARROW (int, length < size ? length : size - 1), at + n);
        return true;
    }
    return false;
}
