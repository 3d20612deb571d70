//  arguments.h: what a command line asks for: the options that run, submit and the small commands share, read
//  and checked before anything is done. Never prints but help.
#ifndef DMH_CLIENT_ARGUMENTS_ARGUMENTS_H
#define DMH_CLIENT_ARGUMENTS_ARGUMENTS_H

#include "client/arguments/option_rows.h"

//  Reads argv [1 …] by the options in `set`, a bit mask of enum arguments_set, and checks each value. DMH_OK,
//  or DMH_USAGE with a sentence. arguments_clear it in any case. With --help nothing is checked.
int arguments_read (struct arguments *self, unsigned set, int argc, char **argv, struct error *error);

//  Prints the options in `set`.
void arguments_help (unsigned set, FILE *to);
void arguments_clear (struct arguments *self);

#endif
