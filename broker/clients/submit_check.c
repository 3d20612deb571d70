//  submit_check.c: see submit_check.h.
#define _GNU_SOURCE
#include "broker/clients/submit_check.h"

#include "broker/jobs/split.h"
#include "messages/base/narrow.h"
#include "messages/batch.h"
#include "messages/s3/name.h"
#include "messages/uri.h"

#include <czmq.h>

enum {
    THREADS_MAX = 1024,
    BLOCK_BYTES_LEAST = 4096,
    BLOCK_BYTES_MOST = 4 * 1024 * 1024,
    RECORD_BYTES_MOST = 256 * 1024 * 1024
};

static bool s_is_hex (const char *text, size_t digits)
{
    return strlen (text) == digits && strspn (text, "0123456789abcdef") == digits;
}

static bool s_is_word (const char *text)
{
    return strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == strlen (text);
}

//  A name is data for reports and folders, never a path; controls, also U+0080 to U+009F, would forge lines
//  on a terminal.
static bool s_is_name (const char *text)
{
    for (const char *at = text; *at; at++)
        if ((unsigned char) *at < 0x20 || *at == 0x7f || *at == '/' ||
            ((unsigned char) *at == 0xc2 && (unsigned char) at[1] >= 0x80 && (unsigned char) at[1] < 0xa0))
            return false;
    return *text && strcmp (text, ".") != 0 && strcmp (text, "..") != 0;
}

//  Names with one '/' between them: nothing that leads out of a folder. Empty: the input's name.
static bool s_is_place (const char *place)
{
    char name[PLACE_BYTES];
    for (const char *at = place, *end; *place; at = end + 1) {
        end = strchrnul (at, '/');
        snprintf (name, sizeof name, "%.*s", NARROW (int, end - at), at);
        if (!s_is_name (name))
            return false;
        if (!*end)
            break;
    }
    return true;
}

static int s_check_input (const struct input *input, size_t place, struct error *error)
{
    char path[URI_BYTES];
    struct error why = {.code = DMH_OK};
    bool stored = uri_is_stored (input->uri);
    bool of_jobs = streq (input->uri, FOLLOWED_URI);
    bool object = s3_name_is (input->uri);
    struct s3_name object_name;
    if (!stored && !of_jobs && !object && strncmp (input->uri, "file:///", 8) != 0)
        return error_set (error, DMH_MALFORMED,
                          "the uri of input %zu is neither file:///… nor s3://… nor sha256:…", place);
    if (object && (s3_name_of_uri (input->uri, &object_name, &why) != DMH_OK || !*object_name.key))
        return error_set (error, DMH_MALFORMED, "the uri of input %zu is no s3://BUCKET/KEY, percent-encoded",
                          place);
    if (stored && (!s_is_hex (input->uri + strlen ("sha256:"), HEX_BYTES - 1) ||
                   !streq (input->uri + strlen ("sha256:"), input->sha256)))
        return error_set (
            error, DMH_MALFORMED,
            "input %zu lies with the broker, so its uri and its sha256 say the same 64 hex digits", place);
    if (!stored && !of_jobs && !object && uri_to_path (input->uri, path, sizeof path, &why) != DMH_OK)
        return error_set (error, DMH_MALFORMED, "the uri of input %zu is not right: %s", place, why.text);
    if (!s_is_name (input->name))
        return error_set (error, DMH_MALFORMED,
                          "the name of input %zu is empty, . or .., or holds / or a control character",
                          place);
    if (!s_is_place (input->place))
        return error_set (error, DMH_MALFORMED,
                          "the place of input %zu is no path below a folder, or holds a control character",
                          place);
    if (*input->origin && !streq (input->origin, ORIGIN_STDIN) &&
        uri_to_path (input->origin, path, sizeof path, &why) != DMH_OK)
        return error_set (error, DMH_MALFORMED, "the origin of input %zu is neither file:///… nor -", place);
    if (*input->sha256 && !s_is_hex (input->sha256, HEX_BYTES - 1))
        return error_set (error, DMH_MALFORMED, "the sha256 of input %zu is not 64 hex digits in lower case",
                          place);
    return DMH_OK;
}

static int s_check_options (const struct options *options, struct error *error)
{
    if (!s_is_word (options->kind) || !s_is_word (options->format) || !s_is_word (options->date_order) ||
        !s_is_word (options->decimal) || !s_is_word (options->audit) || !s_is_word (options->task))
        return error_set (error, DMH_MALFORMED,
                          "kind, format, date_order, decimal, audit and task are words of the letters a to "
                          "z, digits, _ and -");
    if (task_is_of_split (options->task))
        return error_set (error, DMH_MALFORMED,
                          "the tasks cut, survey, part and write are given by the broker, to the parts of a "
                          "file of more than split_bytes");
    if (*options->mapping_name && !s_is_name (options->mapping_name))
        return error_set (error, DMH_MALFORMED, "mapping_name is a path, or holds a control character");
    if (*options->schema_name && !s_is_name (options->schema_name))
        return error_set (error, DMH_MALFORMED, "schema_name is a path, or holds a control character");
    if (options->reference && options->reference[0] != '/')
        return error_set (error, DMH_MALFORMED, "reference is no absolute path");
    if (options->mapping_folder && options->mapping_folder[0] != '/')
        return error_set (error, DMH_MALFORMED, "mapping_folder is no absolute path");
    for (size_t i = 0; i < options->tables_count; i++)
        if (!s_is_hex (options->tables[i].sha256, HEX_BYTES - 1))
            return error_set (error, DMH_MALFORMED, "a table's sha256 is not 64 hex digits in lower case");
    if (options->threads > THREADS_MAX)
        return error_set (error, DMH_MALFORMED, "threads has to be 0 to %d", THREADS_MAX);
    if (options->block_bytes &&
        (options->block_bytes < BLOCK_BYTES_LEAST || options->block_bytes > BLOCK_BYTES_MOST))
        return error_set (error, DMH_MALFORMED, "block_bytes has to be 0 or %d to %d", BLOCK_BYTES_LEAST,
                          BLOCK_BYTES_MOST);
    if (options->record_bytes &&
        (options->record_bytes < BLOCK_BYTES_LEAST || options->record_bytes > RECORD_BYTES_MOST))
        return error_set (error, DMH_MALFORMED, "record_bytes has to be 0 or %d to %d", BLOCK_BYTES_LEAST,
                          RECORD_BYTES_MOST);
    if (options->time_limit > LIMIT_SECONDS_MOST || options->stall_seconds > LIMIT_SECONDS_MOST)
        return error_set (error, DMH_MALFORMED, "time_limit and stall_seconds have to be 0 to %d",
                          LIMIT_SECONDS_MOST);
    return DMH_OK;
}

//  Circles cannot be: a job follows what was submitted before it, or stands before it.
static int s_check_follow (const struct submit *submit, const struct follow_entry *entry, struct error *error)
{
    if (entry->input >= submit->inputs_count)
        return error_set (error, DMH_MALFORMED, "follows names input %llu of %zu",
                          (unsigned long long) entry->input, submit->inputs_count);
    if (*entry->job && entry->count == 0)
        return DMH_OK;
    if (*entry->job || entry->count == 0 || entry->count > FOLLOWED_MAX)
        return error_set (error, DMH_MALFORMED,
                          "an entry of follows names a job, or 1 to %d positions of its submission",
                          FOLLOWED_MAX);
    if (entry->at > submit->at + entry->input || submit->at + entry->input - entry->at < entry->count)
        return error_set (error, DMH_MALFORMED,
                          "input %llu would follow itself or one behind it, which makes a circle; a job "
                          "follows jobs that stand before it",
                          (unsigned long long) entry->input);
    return DMH_OK;
}

//  What an input is that is the results of others.
static int s_check_follows (const struct submit *submit, struct error *error)
{
    bool follows[INPUTS_MAX] = {false};
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < submit->follows_count; i++) {
        rc = s_check_follow (submit, &submit->follows[i], error);
        if (rc == DMH_OK)
            follows[submit->follows[i].input] = true;
    }
    for (size_t i = 0; rc == DMH_OK && i < submit->inputs_count; i++)
        if (streq (submit->inputs[i].uri, FOLLOWED_URI) && !follows[i])
            rc =
                error_set (error, DMH_MALFORMED, "input %zu is the results of jobs, and follows none", i + 1);
    return rc;
}

static int s_check_batch (const struct submit *submit, struct error *error)
{
    if (submit->total == 0 && (submit->at || *submit->batch))
        return error_set (error, DMH_MALFORMED, "a batch needs its total, of how many jobs it is");
    if (submit->total == 0)
        return DMH_OK;
    if (submit->total > BATCH_JOBS_MAX)
        return error_set (error, DMH_TOO_LARGE, "a batch is of at most %d jobs; submit it in several",
                          BATCH_JOBS_MAX);
    if (submit->at > submit->total || submit->total - submit->at < submit->inputs_count)
        return error_set (error, DMH_MALFORMED, "a batch of %llu jobs has no positions %llu to %llu",
                          (unsigned long long) submit->total, (unsigned long long) submit->at,
                          (unsigned long long) (submit->at + submit->inputs_count - 1));
    if (*submit->batch && !s_is_name (submit->batch))
        return error_set (error, DMH_MALFORMED,
                          "the name of a batch is . or .., or holds / or a control character");
    if (batch_names_an_id (submit->batch))
        return error_set (
            error, DMH_MALFORMED,
            "a batch cannot be named %s, which is written as an id is: whoever asks for it would "
            "be told of another one; name it otherwise",
            submit->batch);
    return DMH_OK;
}

int submit_check (const struct submit *submit, struct error *error)
{
    if (!*submit->submit_key)
        return error_set (error, DMH_MALFORMED, "a submission needs a submit_key");
    if (split_is_key (submit->submit_key))
        return error_set (error, DMH_MALFORMED, "a submit_key that begins with ~ is the broker's own");
    if (submit->inputs_count == 0)
        return error_set (error, DMH_MALFORMED, "a submission needs at least one input");
    if (*submit->correlation && !s_is_hex (submit->correlation, CORRELATION_BYTES - 1))
        return error_set (error, DMH_MALFORMED, "a correlation is 32 hex digits in lower case");
    int rc = s_check_options (&submit->options, error);
    for (size_t i = 0; rc == DMH_OK && i < submit->inputs_count; i++)
        rc = s_check_input (&submit->inputs[i], i + 1, error);
    if (rc == DMH_OK)
        rc = s_check_batch (submit, error);
    return rc == DMH_OK ? s_check_follows (submit, error) : rc;
}
