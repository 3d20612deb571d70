//  token.h: the tokens of JSON (RFC 8259): strings, numbers, literals, white space. Pure; never reads
//  past `end`. For documents (value.h) and for records that are streamed alike.
#ifndef DMH_MESSAGES_JSON_TOKEN_H
#define DMH_MESSAGES_JSON_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

//  Where a reading stands. A record that has to stand on one line ends at a line feed.
struct json_cursor {
    const char *at, *end;
    bool one_line;
};

struct json_span {
    const char *at;    //  not terminated
    size_t n;
};

enum json_fault {
    JSON_FAULT_NONE,
    JSON_FAULT_NUL,      //  \u0000
    JSON_FAULT_SYNTAX    //  what no token is
};

static inline void json_skip (struct json_cursor *in)
{
    while (in->at < in->end &&
           (*in->at == ' ' || *in->at == '\t' || *in->at == '\r' || (*in->at == '\n' && !in->one_line)))
        in->at++;
}

//  From an opening quote past the closing one. *out: the text between, where it stands, or unescaped into
//  `room`, which has as many bytes as are left to read. A syntax fault is an escape that is none, half a
//  surrogate pair, a control character, no closing quote; in->at is then where it stands. UTF-8 is the
//  caller's to check.
enum json_fault json_token_string (struct json_cursor *in, char *room, struct json_span *out);

//  A number, true or false, with its digits as they stand; null is {NULL, 0}. False for anything else.
bool json_token_scalar (struct json_cursor *in, struct json_span *out);

#endif
