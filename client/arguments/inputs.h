//  inputs.h: the INPUTs of a command line as a list of files: absolute, readable, with their names. Reads
//  standard input into a file of its own when a word is "-"; looks into other inputs only where a folder has
//  to be told from what dmh does not read.
#ifndef DMH_CLIENT_ARGUMENTS_INPUTS_H
#define DMH_CLIENT_ARGUMENTS_INPUTS_H

#include "client/arguments/arguments.h"
#include "client/arguments/input_list.h"

//  Finds what the words of `arguments` name, then what its list does. A word is a file, a folder, "-",
//  s3://…, or a pattern where no file has that name. `out` (zeroed) is cleared by input_list_clear in any
//  case. DMH_OK, also where an input cannot be used: its own error says so; DMH_USAGE or DMH_BAD_INPUT of the
//  list; DMH_CANCELLED, `interrupt` became readable; DMH_INTERNAL.
int inputs_find (const struct arguments *arguments, int interrupt, struct input_list *out,
                 struct error *error);

#endif
