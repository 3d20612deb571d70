//  pages.c: the web page and its parts, as they stand in client/web/. It asks the API as any client does;
//  what it may load, run and reach is this gateway alone, which Content-Security-Policy says.
#include "client/gateway/calls/pages.h"

#include "client/drawing/drawing.h"
#include "client/gateway/calls/calls.h"
#include "client/gateway/http/byte_range.h"
#include "messages/base/digest.h"

#include <stdio.h>
#include <string.h>

enum { TAG_BYTES = DIGEST_HEX_BYTES + 2, PATH_BYTES = 128 };

//  Ended by a NULL name.
extern const struct gateway_page gateway_pages[];

//  Nothing inline, nothing from elsewhere, and no text that becomes markup (Trusted Types).
static const char POLICY[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'";

const struct gateway_page *gateway_page_find (const char *name)
{
    const struct gateway_page *page = gateway_pages;
    while (page->name && strcmp (page->name, name) != 0)
        page++;
    return page->name ? page : NULL;
}

static const char *s_type (const char *name)
{
    static const char *const TYPES[][2] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"},
    };
    const char *ending = strrchr (name, '.');
    for (size_t i = 0; ending && i < sizeof TYPES / sizeof *TYPES; i++)
        if (strcmp (ending, TYPES[i][0]) == 0)
            return TYPES[i][1];
    return "application/octet-stream";
}

//  A text that is the same until the next version: it is asked for again, and sent where it has changed.
static void s_reply (struct call *call, const char *type, const char *text, size_t n)
{
    char tag[TAG_BYTES], hex[DIGEST_HEX_BYTES];
    const char *known = call_request_header (call, MHD_HTTP_HEADER_IF_NONE_MATCH);
    snprintf (tag, sizeof tag, "\"%s\"", digest_of (text, n, hex));
    if (known && (byte_range_has_tag (known, tag) || strcmp (known, "*") == 0))
        call_reply (call, MHD_HTTP_NOT_MODIFIED, NULL, "", 0);
    else
        call_reply (call, MHD_HTTP_OK, type, text, n);
    call_header (call, MHD_HTTP_HEADER_ETAG, tag);
    call_header (call, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache");
}

static void s_show (struct call *call, const char *name)
{
    const struct gateway_page *page = gateway_page_find (name);
    if (page)
        s_reply (call, s_type (name), page->begin, (size_t) (page->end - page->begin));
    else
        call_problem (call, MHD_HTTP_NOT_FOUND, error_word (DMH_NOT_FOUND), "the page has no such part");
}

void call_show_page (struct call *call)
{
    s_show (call, "web/index.html");
    call_header (call, "Content-Security-Policy", POLICY);
    call_finish (call);
}

void call_show_page_part (struct call *call)
{
    char name[PATH_BYTES];
    bool in_folder = call->target.segment_count == 3;
    snprintf (name, sizeof name, "web/%s%s%s", call->parts[0], in_folder ? "/" : "",
              in_folder ? call->parts[1] : "");
    s_show (call, name);
    call_finish (call);
}

void call_show_drawing_style (struct call *call)
{
    s_reply (call, s_type (".css"), DRAWING_STYLE, strlen (DRAWING_STYLE));
    call_finish (call);
}
