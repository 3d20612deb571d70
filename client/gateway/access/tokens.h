//  tokens.h: who may use a gateway that has tokens: a file with a line a token, NAME ROLE SHA-256, which
//  holds no token itself. Two tokens of one name see the same jobs. Any thread.
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

//  `path` and `secret`, which makes the handles, are borrowed. NULL with `error` set: DMH_USAGE (also: it
//  holds no token), with the file's line, DMH_INTERNAL.
tokens_t *tokens_read (const char *path, const char *secret, struct error *error);
void tokens_destroy (tokens_t **self_p);    //  takes NULL

//  Reads the file again; one that is empty now lets in nobody. DMH_OK, else as above, and all stays as it
//  was.
int tokens_reload (tokens_t *self, struct error *error);
size_t tokens_count (tokens_t *self);

//  Whose a token of n bytes is, or that handle; false: it is nobody's.
bool tokens_find (tokens_t *self, const char *token, size_t n, struct token *out);
bool tokens_find_handle (tokens_t *self, const char *handle, struct token *out);
//  Whether one that was found is there yet, with that name and role.
bool tokens_holds (tokens_t *self, const struct token *token);

//  "read", "submit" or "admin". Borrowed.
const char *token_role_word (enum token_role role);

#endif
