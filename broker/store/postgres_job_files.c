//  postgres_job_files.c: which jobs name a file, in PostgreSQL. See driver.h.
#include "broker/store/postgres_driver.h"

#include <inttypes.h>

enum { NUMBER_BYTES = 21 };

static struct postgres *s_self (store_t *store)
{
    return (struct postgres *) store;
}

//  All of them in one statement, as a round trip each would hold up everybody.
int postgres_note_files (store_t *store, const char *job, int64_t key, const int64_t *files, size_t count,
                         struct error *error)
{
    char *list = malloc (count * NUMBER_BYTES + 1);
    size_t used = 0;
    if (!list)
        return error_set (error, DMH_UNAVAILABLE, "out of memory for the files of a job");
    for (size_t i = 0; i < count; i++)
        used += (size_t) sprintf (list + used, "%s%" PRId64, i ? " " : "", files[i]);
    struct parameters with = {.count = 0};
    PGresult *result;
    parameters_text (&with, job);
    parameters_text (&with, list);
    parameters_number (&with, (uint64_t) key);
    int rc = postgres_ask (s_self (store), "note_files", &with, "note the files of a job", &result, error);
    PQclear (result);
    free (list);
    return rc;
}

int postgres_file_uses (store_t *store, int64_t file, bool of_key, const struct store_file_use *after,
                        size_t limit, struct store_file_use *out, size_t *count, struct error *error)
{
    struct parameters with = {.count = 0};
    PGresult *result;
    parameters_number (&with, (uint64_t) file);
    parameters_number (&with, (uint64_t) after->key);
    parameters_number (&with, after->sequence);
    parameters_number (&with, limit);
    int rc = postgres_ask (s_self (store), of_key ? "file_uses_key" : "file_uses", &with, "be read", &result,
                           error);
    for (int row = 0; rc == DMH_OK && row < PQntuples (result) && *count < limit; row++) {
        struct store_file_use *one = &out[(*count)++];
        one->key = (int64_t) value_number (result, row, 0);
        one->sequence = value_number (result, row, 1);
        value_text (result, row, 2, one->job, sizeof one->job);
    }
    PQclear (result);
    return rc;
}

int postgres_files_noted (store_t *store, bool *out, struct error *error)
{
    struct parameters with = {.count = 0};
    PGresult *result;
    int rc = postgres_ask (s_self (store), "files_noted", &with, "be read", &result, error);
    *out = rc == DMH_OK && value_number (result, 0, 0) > 0;
    PQclear (result);
    return rc;
}

int postgres_set_files_noted (store_t *store, struct error *error)
{
    struct parameters with = {.count = 0};
    PGresult *result;
    int rc =
        postgres_ask (s_self (store), "set_files_noted", &with, "note the files of its jobs", &result, error);
    PQclear (result);
    return rc;
}
