//  lex.h: the tokens of JSON (RFC 8259): strings, numbers, literals, white space. Pure; never reads past
//  `end`.
#ifndef DMH_WORKER_FORMATS_JSON_LEX_H
#define DMH_WORKER_FORMATS_JSON_LEX_H

#include "worker/text/text.h"

//  Where a reading stands. A record that has to stand on one line ends at a line feed.
struct json_cursor {
    const char *at, *end;
    bool one_line;
};

static inline void json_skip (struct json_cursor *in)
{
    while (in->at < in->end &&
           (*in->at == ' ' || *in->at == '\t' || *in->at == '\r' || (*in->at == '\n' && !in->one_line)))
        in->at++;
}

//  From an opening quote past the closing one. *out: the text between, where it stands, or unescaped into
//  `scratch`, which has room for all that is left to read. RULE_NONE, RULE_RECORD_NUL (\u0000),
//  RULE_RECORD_SYNTAX: an escape that is none, half a surrogate pair, a control character, no closing quote.
enum rule json_text (struct json_cursor *in, struct scratch *scratch, struct text *out);

//  A number, true or false, with its digits as they stand; null is {NULL, 0}. False for anything else.
bool json_scalar (struct json_cursor *in, struct text *out);

#endif
