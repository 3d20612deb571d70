//  origin.h: whether a request comes from where it may: no page elsewhere, and no name that was made to lead
//  here (DNS rebinding), reaches a gateway. Pure.
#ifndef DMH_CLIENT_GATEWAY_HTTP_ORIGIN_H
#define DMH_CLIENT_GATEWAY_HTTP_ORIGIN_H

#include "messages/base/error.h"

#include <stdbool.h>

//  `host`: the header Host; `names`: by what names the gateway is known, with commas (NULL: addresses and
//  names of this host alone). DMH_OK; DMH_MALFORMED: there is none; DMH_UNAUTHORIZED: it is another's.
int origin_check_host (const char *host, const char *names, struct error *error);

//  `origin` and `site`: the headers Origin and Sec-Fetch-Site, or NULL. `tls`: the gateway itself speaks TLS,
//  so that its pages are of https alone; without it a proxy may do that, and they are of http or https.
//  DMH_OK; DMH_UNAUTHORIZED: a page of another origin asks for it.
int origin_check (const char *origin, const char *site, const char *host, bool tls, struct error *error);

#endif
