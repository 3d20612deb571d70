//  detection.c: see detection.h. What is no text of records ends here with one sentence.
#include "worker/formats/detection.h"

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

static int s_refuse (const char *what, const char *source, struct error *error)
{
    return what ? error_set (error, DMH_BAD_INPUT, "%s is %s; give CSV or JSON as text", source, what)
                : DMH_OK;
}

int dialect_refuse (const char *bytes, size_t n, const char *source, struct error *error)
{
    return s_refuse (s_magic (bytes, n), source, error);
}

int dialect_find (const char *sample, size_t n, bool whole, const char *source,
                  const struct dialect_options *options, struct dialect *out, struct error *error)
{
    *out = (struct dialect){.encoding = "UTF-8", .data_line = 1};
    if (options)
        out->options = *options;
    if (n == 0)
        return error_set (error, DMH_BAD_INPUT, "%s is empty", source);
    int rc = dialect_refuse (sample, n, source, error);
    if (rc == DMH_OK)
        rc = s_refuse (s_not_text (sample, n), source, error);
    if (rc != DMH_OK)
        return rc;
    out->bom = n >= 3 && memcmp (sample, "\xef\xbb\xbf", 3) == 0;
    size_t skip = out->bom ? 3 : 0;
    out->data_offset = skip;
    const struct format *const *format = FORMATS;
    while (format[1] && !(*format)->matches (sample + skip, n - skip))
        format++;
    out->format = *format;
    rc = out->format->sniff (sample + skip, n - skip, whole, source, out, error);
    if (rc != DMH_OK)
        dialect_clear (out);
    return rc;
}

int dialect_choose (struct dialect *self, const char *kind, const char *source, struct error *error)
{
    return self->format->choose ? self->format->choose (self, kind ? kind : "", source, error) : DMH_OK;
}

int dialect_learn (struct dialect *self, struct text name)
{
    return self->format && self->format->learn ? self->format->learn (self, name)
                                               : dialect_add_name (self, name);
}
