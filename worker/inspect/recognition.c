//  recognition.c: see recognition.h.
#include "worker/inspect/recognition.h"

#include "worker/pipeline/preparation.h"
#include "worker/rules/schema/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct recognition {
    const struct options *options;
    catalog_t *catalog;
};

recognition_t *recognition_new (const struct options *options, struct error *error)
{
    recognition_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory");
        return NULL;
    }
    self->options = options;
    self->catalog = catalog_new (NULL, error);
    if (!self->catalog)
        recognition_destroy (&self);
    return self;
}

void recognition_destroy (recognition_t **self_p)
{
    recognition_t *self = *self_p;
    if (!self)
        return;
    catalog_destroy (&self->catalog);
    free (self);
    *self_p = NULL;
}

//  Whether name [0, n) ends in a dot and one of `endings`, with something before it; n without it in *left.
static bool s_ends (const char *name, size_t n, const char *const *endings, size_t *left)
{
    for (; *endings; endings++) {
        size_t m = strlen (*endings);
        if (n > m + 1 && name[n - m - 1] == '.' && strncasecmp (name + n - m, *endings, m) == 0) {
            *left = n - m - 1;
            return true;
        }
    }
    return false;
}

static bool s_is_named_so (const char *name, const char *const *endings)
{
    static const char *const PACKED[] = {"gz", "zst", NULL};
    size_t n = strlen (name);
    s_ends (name, n, PACKED, &n);
    return s_ends (name, n, endings, &n);
}

static const char *const TABLES[] = {"csv", "tsv", "tab", "psv", "json", "ndjson", "jsonl", NULL};

static const char *const VARIANTS[] = {"vcf", "bcf", NULL};

bool recognition_is_named (const char *name)
{
    static const char *const SEQUENCES[] = {"fa", "fasta", "fna", "faa", "ffn", "frn", NULL};
    return s_is_named_so (name, TABLES) || s_is_named_so (name, SEQUENCES) || s_is_named_so (name, VARIANTS);
}

//  A file that is named as variants are and begins so, or is compressed, is one that fails rather than one
//  that is passed over when its header is wrong. Cards of people have the same ending.
static bool s_are_variants (const char *path, const char *name)
{
    char begin[16] = "";
    FILE *file = s_is_named_so (name, VARIANTS) ? fopen (path, "rbe") : NULL;
    size_t n = file ? fread (begin, 1, sizeof begin, file) : 0;
    if (file)
        fclose (file);
    return n == sizeof begin && (memcmp (begin, "##fileformat=VCF", n) == 0 ||
                                 memcmp (begin, "\x1f\x8b", 2) == 0 || memcmp (begin, "BCF\2", 4) == 0);
}

bool recognition_knows (recognition_t *self, const char *path)
{
    const char *slash = strrchr (path, '/'), *name = slash ? slash + 1 : path;
    struct preparation job;
    struct error why;
    if (s_is_named_so (name, TABLES) || s_are_variants (path, name))
        return true;
    int rc = preparation_read (&job, name, self->options, self->catalog, NULL, NULL, 0, &why);
    if (rc == DMH_OK)
        rc = preparation_open (&job, path, NULL, &why);
    if (rc == DMH_OK)
        rc = preparation_choose (&job, &why);
    if (rc == DMH_OK)
        rc = preparation_bind (&job, &why);
    preparation_clear (&job);
    return rc == DMH_OK;
}
