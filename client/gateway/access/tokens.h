//  tokens.h: who may use a gateway that has tokens: a file with a line a token, NAME ROLE SHA-256, which
//  holds no token itself. Two tokens of one name see the same jobs. Pure but for reading the file.
#ifndef DMH_CLIENT_GATEWAY_ACCESS_TOKENS_H
#define DMH_CLIENT_GATEWAY_ACCESS_TOKENS_H

#include "messages/job.h"

//  Each includes those before it; who submits reads, too.
enum token_role { ROLE_READ, ROLE_SUBMIT, ROLE_ADMIN };

enum { TOKEN_BYTES_MIN = 16, TOKEN_BYTES_MAX = 256, TOKENS_MAX = 4096 };

struct token {
    char name[OWNER_NAME_BYTES];
    enum token_role role;
    char sha256[HEX_BYTES];
};

typedef struct tokens tokens_t;

//  NULL with `error` set: DMH_USAGE with the file's line, DMH_INTERNAL.
tokens_t *tokens_read (const char *path, struct error *error);
void tokens_destroy (tokens_t **self_p);    //  takes NULL

//  Whose a token of n bytes is; NULL: it is nobody's. Borrowed.
const struct token *tokens_find (const tokens_t *self, const char *token, size_t n);

//  "read", "submit" or "admin". Borrowed.
const char *token_role_word (enum token_role role);

//  What a request that comes with a cookie has to say besides, as no page elsewhere knows it. Returns out.
char *token_forgery_check (const char *token, size_t n, char out[HEX_BYTES]);

#endif
