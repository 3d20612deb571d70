//  set_aside.c: see set_aside.h.
#include "client/verification/set_aside.h"

#include "client/result/reading/table_file.h"
#include "messages/base/buffer.h"
#include "messages/base/narrow.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

struct set_aside {
    table_file_t *rows;
    struct buffer text;
    uint64_t record, line;
    bool broken;
};

set_aside_t *set_aside_new (const char *folder, struct error *error)
{
    set_aside_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while reading rejects.csv");
        return NULL;
    }
    self->rows = table_file_new (folder, "rejects.csv", error);
    if (!self->rows)
        set_aside_destroy (&self);
    return self;
}

void set_aside_destroy (set_aside_t **self_p)
{
    set_aside_t *self = *self_p;
    if (!self)
        return;
    table_file_destroy (&self->rows);
    free (self->text.at);
    free (self);
    *self_p = NULL;
}

static const char *s_field (const set_aside_t *self, const char *name, size_t *n)
{
    return table_file_field (self->rows, table_file_column (self->rows, name), n);
}

//  The text, without its base64.
static int s_decode (set_aside_t *self, struct error *error)
{
    size_t n;
    const char *raw = s_field (self, "raw", &n);
    bool coded = strcmp (s_field (self, "raw_encoding", NULL), "base64") == 0;
    self->text.used = 0;
    if (n > INT32_MAX || buffer_reserve (&self->text, n + 1) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory while reading rejects.csv");
    if (!coded) {
        memcpy (self->text.at, raw, n);
        self->text.used = n;
        return DMH_OK;
    }
    size_t pad = n > 1 && raw[n - 1] == '=' ? 1 + (raw[n - 2] == '=') : 0;
    int got = EVP_DecodeBlock ((unsigned char *) self->text.at, (const unsigned char *) raw, NARROW (int, n));
    self->text.used = got < 0 || (size_t) got < pad ? 0 : (size_t) got - pad;
    return DMH_OK;
}

int set_aside_next (set_aside_t *self, struct error *error)
{
    int rc = table_file_next (self->rows, error);
    self->record = rc == 1 ? strtoull (s_field (self, "record", NULL), NULL, 10) : 0;
    self->line = rc == 1 ? strtoull (s_field (self, "line", NULL), NULL, 10) : 0;
    if (rc != 1)
        return rc;
    const char *rule = s_field (self, "rule", NULL);
    self->broken = (strncmp (rule, "record.", 7) == 0 && strcmp (rule, "record.conflict") != 0) ||
                   strncmp (rule, "vcf.", 4) == 0;
    return s_decode (self, error);
}

uint64_t set_aside_record (const set_aside_t *self)
{
    return self->record;
}

uint64_t set_aside_line (const set_aside_t *self)
{
    return self->line;
}

bool set_aside_is_broken (const set_aside_t *self)
{
    return self->broken;
}

const char *set_aside_text (const set_aside_t *self, size_t *n)
{
    *n = self->text.used;
    return self->text.at ? self->text.at : "";
}
