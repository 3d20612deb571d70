//  tokens.h: who may use a gateway that has tokens: a file with a line a token, NAME ROLE SHA-256, which
//  holds no token itself. Two tokens of one name see the same jobs. Pure but for reading the file.
#ifndef DMH_CLIENT_GATEWAY_ACCESS_TOKENS_H
#define DMH_CLIENT_GATEWAY_ACCESS_TOKENS_H

#include "messages/job.h"

//  Each includes those before it; who submits reads, too.
enum token_role { ROLE_READ, ROLE_SUBMIT, ROLE_ADMIN };

enum { TOKEN_BYTES_MIN = 16, TOKEN_BYTES_MAX = 256, TOKENS_MAX = 4096, TOKEN_HANDLE_BYTES = 33 };

struct token {
    char name[OWNER_NAME_BYTES];
    enum token_role role;
    char sha256[HEX_BYTES];
    char handle[TOKEN_HANDLE_BYTES];    //  what stands for it in a session (session.h)
};

typedef struct tokens tokens_t;

//  `secret` makes the handles. NULL with `error` set: DMH_USAGE with the file's line, DMH_INTERNAL.
tokens_t *tokens_read (const char *path, const char *secret, struct error *error);
void tokens_destroy (tokens_t **self_p);    //  takes NULL

//  Whose a token of n bytes is, or that handle; false: it is nobody's.
bool tokens_find (const tokens_t *self, const char *token, size_t n, struct token *out);
bool tokens_find_handle (const tokens_t *self, const char *handle, struct token *out);

//  "read", "submit" or "admin". Borrowed.
const char *token_role_word (enum token_role role);

#endif
