//  utf8.h: where bytes of unknown origin become characters that may be shown: UTF-8 (RFC 3629) and control
//  characters. Called by whatever writes names and sentences. Pure.
#ifndef DMH_MESSAGES_BASE_UTF8_H
#define DMH_MESSAGES_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

//  Bytes of the character at `at` (terminated text, not at its end); 0 when the bytes are no UTF-8.
size_t glyph_bytes (const char *at);

//  The same, and 0 for a control character (C0, DEL, C1) too: what must not reach a terminal.
size_t glyph_shown (const char *at);

//  Writes at most `columns` characters of `text` into out (size bytes, at least 8), '?' for what must not be
//  shown, '~' as the last one where it was cut. Terminated. Returns the number of characters.
size_t glyph_copy (const char *text, size_t columns, char *out, size_t size);

#endif
