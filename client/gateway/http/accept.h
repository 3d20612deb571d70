//  accept.h: which of the forms that there are a client wants (RFC 9110, 12.5.1). Pure.
#ifndef DMH_CLIENT_GATEWAY_HTTP_ACCEPT_H
#define DMH_CLIENT_GATEWAY_HTTP_ACCEPT_H

#include <stddef.h>

//  The place in `types` [count] ("text/csv") of the one that the header Accept likes best, the first of
//  several; of `accept` NULL or empty the first. -1: it takes none of them.
int accept_choose (const char *accept, const char *const *types, size_t count);

#endif
