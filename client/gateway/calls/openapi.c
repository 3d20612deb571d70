//  openapi.c: the description of the API, as it stands in client/gateway/openapi.json.
#include "client/gateway/calls/calls.h"
#include "client/gateway/calls/pages.h"

void call_show_openapi (struct call *call)
{
    const struct gateway_page *page = gateway_page_find ("gateway/openapi.json");
    if (page)
        call_reply (call, MHD_HTTP_OK, "application/json", page->begin, (size_t) (page->end - page->begin));
    call_finish (call);
}
