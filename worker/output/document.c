//  document.c: see document.h.
#include "worker/output/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <yajl/yajl_gen.h>

enum { DEPTH_MAX = 16 };

struct document {
    yajl_gen gen;
    bool array[DEPTH_MAX];
    size_t depth;
    bool failed;
};

document_t *document_new (void)
{
    document_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->gen = yajl_gen_alloc (NULL);
    if (!self->gen) {
        document_destroy (&self);
        return NULL;
    }
    yajl_gen_config (self->gen, yajl_gen_beautify, 1);
    yajl_gen_config (self->gen, yajl_gen_indent_string, "  ");
    return self;
}

void document_destroy (document_t **self_p)
{
    document_t *self = *self_p;
    if (!self)
        return;
    if (self->gen)
        yajl_gen_free (self->gen);
    free (self);
    *self_p = NULL;
}

static void s_took (document_t *self, yajl_gen_status status)
{
    self->failed = self->failed || status != yajl_gen_status_ok;
}

static void s_string (document_t *self, const char *text)
{
    s_took (self, yajl_gen_string (self->gen, (const unsigned char *) text, strlen (text)));
}

static void s_key (document_t *self, const char *key)
{
    if (key)
        s_string (self, key);
}

static void s_open (document_t *self, bool array)
{
    if (self->depth == DEPTH_MAX) {
        self->failed = true;
        return;
    }
    self->array[self->depth++] = array;
}

void document_object (document_t *self, const char *key)
{
    s_key (self, key);
    s_took (self, yajl_gen_map_open (self->gen));
    s_open (self, false);
}

void document_array (document_t *self, const char *key)
{
    s_key (self, key);
    s_took (self, yajl_gen_array_open (self->gen));
    s_open (self, true);
}

void document_close (document_t *self)
{
    if (self->depth == 0)
        return;
    bool array = self->array[--self->depth];
    s_took (self, array ? yajl_gen_array_close (self->gen) : yajl_gen_map_close (self->gen));
}

void document_string (document_t *self, const char *key, const char *value)
{
    s_key (self, key);
    if (value)
        s_string (self, value);
    else
        s_took (self, yajl_gen_null (self->gen));
}

void document_number (document_t *self, const char *key, uint64_t value)
{
    document_real (self, key, (double) value, 0);
}

void document_real (document_t *self, const char *key, double value, int decimals)
{
    char digits[64];
    int n = snprintf (digits, sizeof digits, "%.*f", decimals, value);
    s_key (self, key);
    s_took (self, yajl_gen_number (self->gen, digits, (size_t) n));
}

void document_boolean (document_t *self, const char *key, bool value)
{
    s_key (self, key);
    s_took (self, yajl_gen_bool (self->gen, value));
}

int document_finish (document_t *self, output_file_t *file, struct error *error)
{
    const unsigned char *text;
    size_t n;
    if (self->failed || self->depth || yajl_gen_get_buf (self->gen, &text, &n) != yajl_gen_status_ok)
        return error_set (error, DMH_INTERNAL, "the report cannot be put together");
    output_write (file, (const char *) text, n);
    return DMH_OK;
}
