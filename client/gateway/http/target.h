//  target.h: what a request asks for, as it stands in its first line: the path in segments and the query in
//  pairs, percent-decoded once, or refused. Pure.
#ifndef DMH_CLIENT_GATEWAY_HTTP_TARGET_H
#define DMH_CLIENT_GATEWAY_HTTP_TARGET_H

#include "messages/base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum { TARGET_BYTES_MAX = 8192, TARGET_SEGMENTS_MAX = 8, TARGET_PAIRS_MAX = 64 };

struct target {
    char *bytes;    //  what the rest points into; yours to clear
    const char *segments[TARGET_SEGMENTS_MAX];
    size_t segment_count;
    struct {
        const char *name, *value;
    } pairs[TARGET_PAIRS_MAX];
    size_t pair_count;
};

//  Takes `/a/b?c=d` apart; also of a target in absolute form. target_clear it in any case. DMH_OK;
//  DMH_MALFORMED: an escape that is none, a NUL or what is not UTF-8 in it; `//`, `/./`, `/../` or an escaped
//  slash in the path; too many segments or pairs; DMH_TOO_LARGE: longer than TARGET_BYTES_MAX.
int target_read (const char *text, struct target *out, struct error *error);
void target_clear (struct target *self);

//  The first value of that name, where `-` and `_` are the same; NULL: there is none.
const char *target_value (const struct target *self, const char *name);

//  Whether two names of options are the same one.
bool target_is_name (const char *a, const char *b);

#endif
