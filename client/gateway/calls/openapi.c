//  openapi.c: the description of the API, as it stands in client/gateway/openapi.json.
#include "client/gateway/calls/calls.h"

#include <string.h>

//  The files that are embedded (deploy/embed.sh), ended by a NULL name.
struct gateway_page {
    const char *name, *begin, *end;
};
extern const struct gateway_page gateway_pages[];

void call_show_openapi (struct call *call)
{
    const struct gateway_page *page = gateway_pages;
    while (page->name && strcmp (page->name, "openapi.json") != 0)
        page++;
    if (page->name)
        call_reply (call, MHD_HTTP_OK, "application/json", page->begin, (size_t) (page->end - page->begin));
    call_finish (call);
}
