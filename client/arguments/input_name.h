//  input_name.h: what an input is called: in messages, and as the name of its result's folder. Pure.
#ifndef DMH_CLIENT_ARGUMENTS_INPUT_NAME_H
#define DMH_CLIENT_ARGUMENTS_INPUT_NAME_H

#include "messages/job.h"

//  Copies `name` into out as the protocol wants it: valid UTF-8, no control characters and no '/'; '?' and
//  '_' for those. What does not fit is left out; never empty.
void input_name_plain (const char *name, char out[NAME_BYTES]);

//  The name without its endings ("a.csv.gz" → "a"), as a folder may be called: no '/', never empty, "." or
//  "..".
void input_name_stem (const char *name, char out[NAME_BYTES]);

//  The path as it may stand below a folder: "a//./b" as "a/b", each name as input_name_plain has it, ".." as
//  "__"; never empty. Yours to free; NULL: out of memory.
char *input_name_place (const char *path);

#endif
