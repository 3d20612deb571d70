//  options_digest.c: see options_digest.h.
#include "messages/options_digest.h"

#include "messages/base/digest.h"

#include <string.h>

//  With its end, so that no value can pass for two. A word that is not given is what it means by itself.
static void s_feed (digest_t *digest, const char *key, const char *value, const char *otherwise)
{
    const char *said = value && *value ? value : otherwise;
    digest_update (digest, key, strlen (key) + 1);
    digest_update (digest, said, strlen (said) + 1);
}

char *options_digest (const struct options *options, char out[HEX_BYTES])
{
    digest_t *digest = digest_new ();
    if (!digest)
        return NULL;
    s_feed (digest, "kind", options->kind, "");
    s_feed (digest, "format", options->format, "csv");
    s_feed (digest, "date_order", options->date_order, "");
    s_feed (digest, "decimal", options->decimal, "");
    s_feed (digest, "audit", options->audit, "summary");
    s_feed (digest, "mapping", options->mapping, "");
    s_feed (digest, "schema", options->schema, "");
    s_feed (digest, "encoding", options->encoding, "");
    s_feed (digest, "delimiter", options->delimiter, "");
    s_feed (digest, "no_header", options->no_header ? "true" : "", "");
    s_feed (digest, "on_conflict", options->on_conflict, "");
    s_feed (digest, "fail_on", options->fail_on, "");
    if (options->reference)
        s_feed (digest, "reference", options->reference, "");
    if (options->contig_style[0])
        s_feed (digest, "contig_style", options->contig_style, "");
    if (options->keep_case)    //  a result without it has the number that it had before there was such
        s_feed (digest, "keep_case", "true", "");
    digest_hex (digest, out);
    digest_destroy (&digest);
    return out;
}
