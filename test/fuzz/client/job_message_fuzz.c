//  job_message_fuzz.c: any bytes as a message of a queue, and as the URL of one. What is taken has what a job
//  needs, and what is refused has a sentence; the URL that is shown is that of the same host and port, and
//  shows no password.
#include "client/bridge/job_message.h"
#include "client/bridge/queue_url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 8192 };

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static void s_fail (const char *what)
{
    fprintf (stderr, "job_message_fuzz: %s\n", what);
    abort ();
}

static void s_check (const struct job_message *message)
{
    if (!*message->id || !*message->key || !message->count || !job_message_jobs (message))
        s_fail ("a message without id, key or inputs was taken");
    for (size_t i = 0; i < message->count; i++) {
        const struct message_input *input = &message->inputs[i];
        if (!*input->name || strchr (input->name, '/'))
            s_fail ("an input has no name, or one that is a path");
        if (input->path ? *input->path != '/' : strlen (input->sha256) != 64 || !input->bytes)
            s_fail ("an input is nowhere");
    }
}

static void s_read_message (const char *text, size_t n)
{
    struct job_message message, again;
    struct error error = {.code = DMH_OK};
    int rc = job_message_read (text, n, NULL, &message, &error);
    if (rc == DMH_OK) {
        s_check (&message);
        if (job_message_read (text, n, "another", &again, &error) != DMH_OK ||
            strcmp (message.key, again.key) != 0)
            s_fail ("the same message has another key");
        job_message_clear (&again);
    } else if (!*error.text || error.code != rc)
        s_fail ("it is refused without a reason");
    job_message_clear (&message);
}

static void s_read_url (const char *text)
{
    struct queue_url url, again;
    char shown[QUEUE_SHOWN_BYTES];
    struct error error = {.code = DMH_OK};
    if (queue_url_read (text, &url, &error) != DMH_OK) {
        if (!*error.text)
            s_fail ("a URL is refused without a reason");
        return;
    }
    queue_url_show (&url, shown);
    if (queue_url_read (shown, &again, NULL) != DMH_OK || strcmp (again.host, url.host) != 0 ||
        again.port != url.port || again.tls != url.tls || *again.password || *again.user)
        s_fail ("the URL that is shown is another one");
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    if (n > BYTES_MAX)
        return 0;
    char *text = malloc (n + 1);
    if (!text)
        return 0;
    if (n)
        memcpy (text, data, n);
    text[n] = 0;
    s_read_message (text, n);
    s_read_url (text);
    free (text);
    return 0;
}
