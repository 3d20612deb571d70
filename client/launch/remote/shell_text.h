//  shell_text.h: a script for sh that is put together: text, and words in quotes. It may hold a key, so it is
//  overwritten when it goes.
#ifndef DMH_CLIENT_LAUNCH_REMOTE_SHELL_TEXT_H
#define DMH_CLIENT_LAUNCH_REMOTE_SHELL_TEXT_H

#include <stdbool.h>

#include "messages/base/buffer.h"
#include "messages/base/error.h"

struct shell_text {
    struct buffer text;    //  terminated; nothing before the first piece
    bool failed;           //  out of memory; what is added afterwards is lost
};

void shell_text_add (struct shell_text *self, const char *text);
//  As one word, whatever it holds: 'it'\''s', with a space before it.
void shell_text_word (struct shell_text *self, const char *word);
//  "name='value'" and a line end.
void shell_text_set (struct shell_text *self, const char *name, const char *value);

//  DMH_OK, or DMH_INTERNAL out of memory.
int shell_text_check (const struct shell_text *self, struct error *error);
void shell_text_clear (struct shell_text *self);

#endif
