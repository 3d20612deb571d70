//  quantity.c: see quantity.h.
#include "messages/text/quantity.h"

#include <stdio.h>

char *quantity (uint64_t count, const char *noun, char out[QUANTITY_BYTES])
{
    snprintf (out, QUANTITY_BYTES, "%llu %s%s", (unsigned long long) count, noun, count == 1 ? "" : "s");
    return out;
}
