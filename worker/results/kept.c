//  kept.c: see kept.h.
#include "worker/results/kept.h"

#include "messages/uri.h"

#include <stdio.h>
#include <string.h>

//  Letters, digits, - and _: no path, and with its attempt no "." or "..".
static bool s_is_id (const char *job)
{
    static const char LETTERS[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
    return *job && strspn (job, LETTERS) == strlen (job);
}

int attempt_folder_named (const char *results, const char *job, uint64_t attempt, const char *uri,
                          char name[ATTEMPT_FOLDER_BYTES], struct error *error)
{
    char path[URI_BYTES], own[URI_BYTES];
    if (!s_is_id (job))
        return error_set (error, DMH_MALFORMED, "a result of a job without a right id is asked for");
    snprintf (name, ATTEMPT_FOLDER_BYTES, "%s.%llu", job, (unsigned long long) attempt);
    int n = snprintf (path, sizeof path, "%s/%s", results, name);
    if (n < 0 || (size_t) n >= sizeof path || uri_from_path (path, own, sizeof own, error) != DMH_OK ||
        strcmp (own, uri) != 0)
        return error_set (error, DMH_NOT_FOUND, "%s is not among the results of this worker", name);
    return DMH_OK;
}
