//  byte_range.h: which bytes of a file a request wants (RFC 9110, 14), and whether it has them already. Pure.
#ifndef DMH_CLIENT_GATEWAY_HTTP_BYTE_RANGE_H
#define DMH_CLIENT_GATEWAY_HTTP_BYTE_RANGE_H

#include <stdbool.h>
#include <stdint.h>

enum byte_range_kind { RANGE_WHOLE, RANGE_PART, RANGE_NONE };

//  Of a file of `bytes` bytes; `range`: the header Range or NULL. RANGE_PART: *first and *count are set;
//  RANGE_NONE: it lies beyond the file's end; what is no range of bytes, or several, is the whole.
enum byte_range_kind byte_range_read (const char *range, uint64_t bytes, uint64_t *first, uint64_t *count);

//  Whether a list of entity tags (If-None-Match, If-Range) has that strong one, which stands in its quotes.
bool byte_range_has_tag (const char *list, const char *tag);

#endif
