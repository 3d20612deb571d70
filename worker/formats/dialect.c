//  dialect.c: what a file is, from its first bytes. See format.h. What is no text of records ends here with
//  one sentence.
#include "worker/formats/fhir/scan.h"

#include <stdlib.h>

//  Files that are often sent by mistake, by their first bytes. Source: each format's own specification.
static const struct {
    const char *bytes;
    size_t n, at;
    const char *what;
} MAGIC[] = {
    {"\x89PNG\r\n\x1a\n", 8, 0, "a PNG image"},
    {"\xff\xd8\xff", 3, 0, "a JPEG image"},
    {"GIF8", 4, 0, "a GIF image"},
    {"II*\0", 4, 0, "a TIFF image"},
    {"MM\0*", 4, 0, "a TIFF image"},
    {"%PDF-", 5, 0, "a PDF document"},
    {"PK\x03\x04", 4, 0, "a ZIP archive or an Office workbook"},
    {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, 0, "an old Office document"},
    {"\x1f\x8b", 2, 0, "compressed by gzip"},
    {"\x28\xb5\x2f\xfd", 4, 0, "compressed by zstd"},
    {"BZh", 3, 0, "compressed by bzip2"},
    {"\xfd"
     "7zXZ",
     5, 0, "compressed by xz"},
    {"7z\xbc\xaf", 4, 0, "a 7z archive"},
    {"\x7f"
     "ELF",
     4, 0, "a program"},
    {"SQLite format 3", 16, 0, "an SQLite database"},
    {"PAR1", 4, 0, "a Parquet file"},
    {"DICM", 4, 128, "a DICOM object"},
};

static const char *s_magic (const char *bytes, size_t n)
{
    for (size_t i = 0; i < sizeof MAGIC / sizeof *MAGIC; i++)
        if (n >= MAGIC[i].at + MAGIC[i].n && memcmp (bytes + MAGIC[i].at, MAGIC[i].bytes, MAGIC[i].n) == 0)
            return MAGIC[i].what;
    return NULL;
}

//  Text of records has next to no control characters; every second byte NUL is UTF-16.
static const char *s_not_text (const char *bytes, size_t n)
{
    size_t nul = 0, control = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char byte = (unsigned char) bytes[i];
        nul += byte == 0;
        control += byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f';
    }
    if (nul * 3 > n)
        return "text in UTF-16";
    return control * 10 > n ? "not text" : NULL;
}

static int s_say (const char *what, const char *source, struct error *error)
{
    return what ? error_set (error, DMH_BAD_INPUT, "%s is %s; give CSV or JSON as text", source, what)
                : DMH_OK;
}

int dialect_refuse (const char *bytes, size_t n, const char *source, struct error *error)
{
    return s_say (s_magic (bytes, n), source, error);
}

void format_say_byte (struct error *error, uint64_t byte)
{
    error_set (error, error->code, "%s; from byte %llu on nothing was read", error->text,
               (unsigned long long) byte);
}

static bool s_is_json (const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!memchr (" \t\r\n", bytes[i], 4))
            return bytes[i] == '{' || bytes[i] == '[';
    return false;
}

int dialect_find (const char *sample, size_t n, bool whole, const char *source, struct dialect *out,
                  struct error *error)
{
    return dialect_find_as (sample, n, whole, source, NULL, out, error);
}

int dialect_find_as (const char *sample, size_t n, bool whole, const char *source, const struct wish *wish,
                     struct dialect *out, struct error *error)
{
    *out = (struct dialect){.encoding = "UTF-8", .data_line = 1};
    if (wish)
        out->wish = *wish;
    if (n == 0)
        return error_set (error, DMH_BAD_INPUT, "%s is empty", source);
    int rc = dialect_refuse (sample, n, source, error);
    if (rc == DMH_OK)
        rc = s_say (s_not_text (sample, n), source, error);
    if (rc != DMH_OK)
        return rc;
    out->bom = n >= 3 && memcmp (sample, "\xef\xbb\xbf", 3) == 0;
    size_t skip = out->bom ? 3 : 0;
    out->data_offset = skip;
    out->format = !s_is_json (sample + skip, n - skip)     ? &FORMAT_CSV
                  : fhir_is_fhir (sample + skip, n - skip) ? &FORMAT_FHIR
                                                           : &FORMAT_JSON;
    rc = out->format->look (sample + skip, n - skip, whole, source, out, error);
    if (rc != DMH_OK)
        dialect_clear (out);
    return rc;
}

int delimiter_of (const char *word, char *out, const char *source, struct error *error)
{
    static const struct {
        const char *word;
        char delimiter;
    } WORDS[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},  {"\\t", '\t'}, {"pipe", '|'},
                 {"caret", '^'}, {"tilde", '~'},     {"colon", ':'}, {"space", ' '}};
    *out = *word;
    if (*word == 0)
        return DMH_OK;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp (word, WORDS[i].word) == 0) {
            *out = WORDS[i].delimiter;
            return DMH_OK;
        }
    if (word[1] == 0 && (signed char) *word > 0 && !strchr ("\"\r\n", *word))
        return DMH_OK;
    return error_set (error, DMH_BAD_INPUT,
                      "%s: a delimiter is one ASCII character, or comma, semicolon, tab, pipe, caret, tilde, "
                      "colon or space, and neither a quote nor a line end",
                      source);
}

int dialect_choose (struct dialect *self, const char *kind, const char *source, struct error *error)
{
    return self->format->choose ? self->format->choose (self, kind ? kind : "", source, error) : DMH_OK;
}

void dialect_clear (struct dialect *self)
{
    for (size_t i = 0; i < self->name_count; i++)
        free (self->names[i]);
    free (self->names);
    free (self->name_bytes);
    *self = (struct dialect){.format = NULL};
}

struct text *dialect_texts (const struct dialect *self)
{
    struct text *names = calloc (self->name_count + 1, sizeof *names);
    for (size_t i = 0; names && i < self->name_count; i++)
        names[i] = (struct text){self->names[i], self->name_bytes[i]};
    return names;
}

int dialect_add_name (struct dialect *self, struct text name)
{
    if (self->name_count == COLUMNS_MAX)
        return DMH_TOO_LARGE;
    size_t count = self->name_count;
    //  Grows by doubling: at each power of two.
    if ((count & (count - 1)) == 0) {
        size_t room = count ? count * 2 : 1;
        char **names = realloc (self->names, room * sizeof *names);
        if (names)
            self->names = names;
        size_t *bytes = names ? realloc (self->name_bytes, room * sizeof *bytes) : NULL;
        if (!bytes)
            return DMH_INTERNAL;
        self->name_bytes = bytes;
    }
    char *copy = malloc (name.n + 1);
    if (!copy)
        return DMH_INTERNAL;
    if (name.n)
        memcpy (copy, name.at, name.n);
    copy[name.n] = 0;
    self->names[count] = copy;
    self->name_bytes[count] = name.n;
    self->name_count++;
    return DMH_OK;
}

int dialect_await_name (struct dialect *self, struct text name)
{
    for (size_t i = 0; i < self->name_count; i++)
        if (text_equal (name, (struct text){self->names[i], self->name_bytes[i]}))
            return DMH_OK;
    int rc = dialect_add_name (self, name);
    self->awaited += rc == DMH_OK;
    return rc;
}

void dialect_forget_awaited (struct dialect *self)
{
    for (; self->awaited; self->awaited--)
        free (self->names[--self->name_count]);
}
