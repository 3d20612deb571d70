//  emit.h: writes fields as CSV (RFC 4180) or JSON. Pure, no allocation: the caller gives room.
#ifndef DMH_EMIT_H
#define DMH_EMIT_H

#include "../rules/text.h"

//  Writes one CSV field, quoted where it has to be (comma, quote, CR, LF, or a space at an end). Room: 2 *
//  in.n + 2. Returns the end of what was written. Hot path.
char *emit_csv (char *to, struct text in);

//  Writes a JSON string with its quotes (RFC 8259; control characters escaped, invalid UTF-8 bytes as
//  U+FFFD). Room: 6 * in.n + 2. Hot path.
char *emit_json (char *to, struct text in);

#endif
