//  bytes.h: looking at many bytes at once (SSE2 where there is, plain C elsewhere). Pure; never reads past n.
#ifndef DMH_WORKER_TEXT_BYTES_H
#define DMH_WORKER_TEXT_BYTES_H

#include "worker/text/text.h"

//  Positions of delimiter, '"', CR and LF in order into out (room for n, which is less than 4
//  GiB); returns how many. *plain: what
//  bytes_is_plain says.
size_t bytes_specials (const char *bytes, size_t n, char delimiter, uint32_t *out, bool *plain);

//  Whether every byte is ASCII and none is NUL.
bool bytes_is_plain (const char *bytes, size_t n);

//  RULE_NONE for well-formed UTF-8 without NUL (Unicode 15, table 3-7), RULE_RECORD_NUL,
//  RULE_RECORD_ENCODING.
enum rule bytes_encoding (struct text in);

//  Where the first byte stands that belongs to no well-formed sequence; in.n when there is none.
size_t bytes_stray (struct text in);

//  Line ends: LF, CR LF and lone CR are one each.
uint64_t bytes_lines (const char *bytes, size_t n);

#endif
