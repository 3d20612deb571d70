//  document.c: see document.h.
#include "messages/s3/document.h"

#include "messages/base/error.h"
#include "messages/base/narrow.h"

#include <expat.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

struct document {
    XML_Parser parser;
    s3_document_fn *fn;
    void *context;
    char path[S3_DOCUMENT_PATH_BYTES];
    size_t depth;
    bool leaf, wrong;    //  no element has ended yet in the one that is open
    char text[S3_DOCUMENT_TEXT_BYTES];
    size_t used;
};

static void s_stop (struct document *self)
{
    self->wrong = true;
    XML_StopParser (self->parser, XML_FALSE);
}

//  expat joins the namespace and the name with a space.
static const char *s_local (const char *name)
{
    const char *space = strrchr (name, ' ');
    return space ? space + 1 : name;
}

static void XMLCALL s_begin (void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct document *self = data;
    size_t n = strlen (self->path);
    (void) attributes;
    int more = snprintf (self->path + n, sizeof self->path - n, "%s%s", n ? "/" : "", s_local (name));
    if (++self->depth > S3_DOCUMENT_DEPTH || more < 0 || (size_t) more >= sizeof self->path - n)
        s_stop (self);
    self->leaf = true;
    self->used = 0;
}

static void XMLCALL s_end (void *data, const XML_Char *name)
{
    struct document *self = data;
    (void) name;
    if (self->wrong)
        return;
    self->text[self->used] = 0;
    if (!self->fn (self->context, self->path, self->leaf ? self->text : NULL))
        s_stop (self);
    char *slash = strrchr (self->path, '/');
    *(slash ? slash : self->path) = 0;
    self->depth--;
    self->leaf = false;
    self->used = 0;
}

static void XMLCALL s_text (void *data, const XML_Char *text, int n)
{
    struct document *self = data;
    if (!self->leaf || self->wrong)
        return;
    if ((size_t) n >= sizeof self->text - self->used) {
        s_stop (self);
        return;
    }
    memcpy (self->text + self->used, text, (size_t) n);
    self->used += (size_t) n;
}

static void XMLCALL s_doctype (void *data, const XML_Char *name, const XML_Char *system, const XML_Char *id,
                               int internal)
{
    (void) name, (void) system, (void) id, (void) internal;
    s_stop (data);
}

int s3_document_read (const char *bytes, size_t n, s3_document_fn *fn, void *context)
{
    struct document self = {.fn = fn, .context = context, .parser = XML_ParserCreateNS (NULL, ' ')};
    if (!self.parser)
        return DMH_INTERNAL;
    XML_SetUserData (self.parser, &self);
    XML_SetElementHandler (self.parser, s_begin, s_end);
    XML_SetCharacterDataHandler (self.parser, s_text);
    XML_SetStartDoctypeDeclHandler (self.parser, s_doctype);
    bool good = n <= INT_MAX && XML_Parse (self.parser, bytes, NARROW (int, n), XML_TRUE) == XML_STATUS_OK;
    XML_ParserFree (self.parser);
    return good && !self.wrong ? DMH_OK : DMH_MALFORMED;
}
