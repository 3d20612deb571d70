//  pages.h: the files that are embedded into dmh-gateway (deploy/embed.sh): the web page and the description
//  of the API.
#ifndef DMH_CLIENT_GATEWAY_CALLS_PAGES_H
#define DMH_CLIENT_GATEWAY_CALLS_PAGES_H

//  A file by its path below client/: "web/index.html", "gateway/openapi.json".
struct gateway_page {
    const char *name, *begin, *end;
};

//  NULL: there is none of that name.
const struct gateway_page *gateway_page_find (const char *name);

#endif
