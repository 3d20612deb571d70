//  load_target.c: see load_target.h.
#include "client/load/load_target.h"

#include "messages/base/narrow.h"

#include <libpq-fe.h>
#include <string.h>

enum { SCHEMA_BYTES_MOST = 63 };    //  of a name in PostgreSQL

static const char ADVICE[] =
    "a password is no part of a command line, which others can read; put it into ~/.pgpass or PGPASSFILE";

//  Between the scheme and the host, by the text alone: libpq's words about a URI may show parts of it.
static bool s_has_password (const char *rest)
{
    size_t authority = strcspn (rest, "/?#");
    const char *at = memchr (rest, '@', authority), *colon = memchr (rest, ':', authority);
    return at && colon && colon < at;
}

static bool s_is_secret (const PQconninfoOption *option)
{
    return option->val && *option->val &&
           (strcmp (option->keyword, "password") == 0 || strcmp (option->keyword, "sslpassword") == 0);
}

static int s_check_url (const char *url, struct error *error)
{
    static const char *const SCHEMES[] = {"postgresql://", "postgres://"};
    const char *rest = NULL;
    char *why = NULL;
    for (size_t i = 0; i < sizeof SCHEMES / sizeof *SCHEMES; i++)
        if (strncmp (url, SCHEMES[i], strlen (SCHEMES[i])) == 0)
            rest = url + strlen (SCHEMES[i]);
    if (!rest)
        return error_set (error, DMH_USAGE, "--load takes postgresql://USER@HOST/DATABASE");
    if (s_has_password (rest) || strstr (rest, "password="))
        return error_set (error, DMH_USAGE, "--load: %s", ADVICE);
    PQconninfoOption *options = PQconninfoParse (url, &why);
    if (!options) {
        error_set (error, DMH_USAGE, "--load takes postgresql://USER@HOST/DATABASE: %.*s",
                   NARROW (int, why ? strcspn (why, "\n") : 0), why ? why : "");
        PQfreemem (why);
        return DMH_USAGE;
    }
    bool secret = false;
    for (const PQconninfoOption *option = options; option->keyword; option++)
        secret = secret || s_is_secret (option);
    PQconninfoFree (options);
    return secret ? error_set (error, DMH_USAGE, "--load: %s", ADVICE) : DMH_OK;
}

int load_target_check (const struct arguments *arguments, bool here, struct error *error)
{
    const char *url = arguments->load, *schema = arguments->load_schema;
    if (!url && !schema)
        return DMH_OK;
    if (!url)
        return error_set (error, DMH_USAGE, "--load-schema goes with --load postgresql://USER@HOST/DATABASE");
    if (!schema || !*schema)
        return error_set (error, DMH_USAGE,
                          "--load needs --load-schema NAME, which is made where it is not there");
    if (strlen (schema) > SCHEMA_BYTES_MOST)
        return error_set (error, DMH_USAGE, "--load-schema takes at most %d letters", SCHEMA_BYTES_MOST);
    const char *format = arguments->options.format;
    if (strcmp (format, "fhir") == 0 || strcmp (format, "fasta") == 0)
        return error_set (error, DMH_USAGE,
                          "--load takes records that are a table, and resources of FHIR and letters of FASTA "
                          "are none; give --format "
                          "csv, ndjson or sqlite");
    if (!here)
        return error_set (error, DMH_USAGE, "--load loads the results that come here: add --wait and -o DIR");
    return s_check_url (url, error);
}
