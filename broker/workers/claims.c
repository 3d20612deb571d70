//  claims.c: see claims.h.
#include "broker/workers/claims.h"

#include "messages/s3/name.h"
#include "messages/text/utf8.h"
#include "messages/uri.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SLOTS_MAX = 1024 };

static bool s_is_shown (const char *text)
{
    for (size_t n; *text; text += n)
        if ((n = utf8_shown (text)) == 0)
            return false;
    return true;
}

static bool s_is_word (const char *text)
{
    return strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen (text);
}

int claims_ready (const struct ready *ready, struct error *error)
{
    if (!*ready->worker || ready->slots == 0 || ready->slots > SLOTS_MAX)
        return error_set (error, DMH_MALFORMED, "READY needs a worker id and 1 to %d slots", SLOTS_MAX);
    if (!s_is_shown (ready->worker) || !s_is_shown (ready->host) || !s_is_shown (ready->version))
        return error_set (error, DMH_MALFORMED, "worker, host or version of READY holds a control character");
    return DMH_OK;
}

//  By subtraction, as a sum may wrap.
static bool s_adds_up (const struct counts *counts)
{
    const uint64_t parts[] = {counts->written, counts->duplicates, counts->conflicts, counts->rejected};
    uint64_t left = counts->read;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (parts[i] > left)
            return false;
        left -= parts[i];
    }
    return left == 0;
}

static bool s_ends_with_attempt (const char *path, const struct result *result)
{
    char name[ID_BYTES + 24];
    snprintf (name, sizeof name, "%s.%" PRIu64, result->job, result->attempt);
    const char *last = strrchr (path, '/');
    return strcmp (last ? last + 1 : path, name) == 0;
}

//  The folder of an attempt is named by it, wherever it lies; so no other folder can be given out for one.
//  What the input came as, the outputs go as, unless they go to an object store.
static bool s_is_place (const struct result *result, const struct input *input)
{
    char path[URI_BYTES];
    bool of_jobs = strcmp (input->uri, FOLLOWED_URI) == 0;    //  they may lie here and there
    struct s3_name object;
    if (s3_name_is (result->uri))
        return s3_name_of_uri (result->uri, &object, NULL) == DMH_OK && s_is_shown (object.key) &&
               s_ends_with_attempt (object.key, result);
    if (uri_is_stored (result->uri) && of_jobs)
        return strcmp (result->uri, "sha256:") == 0;
    if (uri_is_stored (result->uri) || uri_is_stored (input->uri))
        return strcmp (result->uri, "sha256:") == 0 && uri_is_stored (input->uri);
    if (uri_to_path (result->uri, path, sizeof path, NULL) != DMH_OK || !s_is_shown (path))
        return false;
    return strchr (path, '/') && s_ends_with_attempt (path, result) && !strstr (path, "/../");
}

//  Those of a job that joins lie in folders, one a kind.
static bool s_is_output (const struct output *output, bool of_jobs)
{
    return output_name_is_plain (output->name) && (of_jobs || !strchr (output->name, '/')) &&
           s_is_shown (output->name) && strlen (output->sha256) == HEX_BYTES - 1 &&
           strspn (output->sha256, "0123456789abcdef") == HEX_BYTES - 1;
}

static bool s_are_outputs (const struct output *outputs, size_t count, bool of_jobs)
{
    for (size_t i = 0; i < count; i++) {
        if (!s_is_output (&outputs[i], of_jobs))
            return false;
        for (size_t k = 0; k < i; k++)
            if (strcmp (outputs[i].name, outputs[k].name) == 0)
                return false;
    }
    return true;
}

int claims_result (const struct result *result, const struct input *input, struct error *error)
{
    if (!s_adds_up (&result->counts))
        return error_set (
            error, DMH_INTERNAL,
            "its worker's counts do not add up: records read are not those written, repeated, in "
            "conflict and rejected together");
    if (!s_is_place (result, input))
        return error_set (error, DMH_INTERNAL,
                          "its worker names a place for the result that is none of this attempt");
    if (!s_are_outputs (result->outputs, result->outputs_count, strcmp (input->uri, FOLLOWED_URI) == 0))
        return error_set (error, DMH_INTERNAL,
                          "its worker's outputs are no plain file names, each once and with a SHA-256");
    if (!s_is_shown (result->kind) || !s_is_word (result->code))
        return error_set (error, DMH_INTERNAL, "its worker's words for kind or code are none");
    return DMH_OK;
}

void claims_clean (char text[SENTENCE_BYTES])
{
    char shown[SENTENCE_BYTES];
    utf8_escape (text, shown, sizeof shown);
    memcpy (text, shown, sizeof shown);
}

void claims_clean_code (char code[WORD_BYTES])
{
    if (!s_is_word (code))
        snprintf (code, WORD_BYTES, "%s", error_word (DMH_INTERNAL));
}
