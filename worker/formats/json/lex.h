//  lex.h: the tokens of JSON as the formats take them: texts, and rules for what is wrong. Hot path.
#ifndef DMH_WORKER_FORMATS_JSON_LEX_H
#define DMH_WORKER_FORMATS_JSON_LEX_H

#include "messages/json/token.h"
#include "worker/text/text.h"

//  json_token_string, unescaped into `scratch`, which has room for all that is left to read. RULE_NONE,
//  RULE_RECORD_NUL, RULE_RECORD_SYNTAX.
static inline enum rule json_text (struct json_cursor *in, struct scratch *scratch, struct text *out)
{
    char *room = scratch->at + scratch->used;
    struct json_span found;
    enum json_fault fault = json_token_string (in, room, &found);
    if (fault != JSON_FAULT_NONE)
        return fault == JSON_FAULT_NUL ? RULE_RECORD_NUL : RULE_RECORD_SYNTAX;
    *out = (struct text){found.at, found.n};
    scratch->used += found.at == room ? found.n : 0;
    return RULE_NONE;
}

//  json_token_scalar.
static inline bool json_scalar (struct json_cursor *in, struct text *out)
{
    struct json_span found;
    bool good = json_token_scalar (in, &found);
    *out = good ? (struct text){found.at, found.n} : (struct text){NULL, 0};
    return good;
}

#endif
