//  arguments.h: what a command line asks for: the options that run, submit and the small commands share, read
//  and checked before anything is done. Never prints but help.
#ifndef DMH_CLIENT_ARGUMENTS_ARGUMENTS_H
#define DMH_CLIENT_ARGUMENTS_ARGUMENTS_H

#include "client/arguments/option_rows.h"

enum { OWNERS_BYTES = 96 };

//  The commands that have that option, as words of a sentence.
typedef void arguments_owners_fn (const char *option, char out[OWNERS_BYTES]);

//  Reads argv [1 …] by the options in `set`, a bit mask of enum arguments_set, and checks each value. DMH_OK,
//  or DMH_USAGE with a sentence, which says by `owners` whose an option of others is. arguments_clear it in
//  any case. With --help and --version nothing is checked.
int arguments_read (struct arguments *self, unsigned set, arguments_owners_fn *owners, int argc, char **argv,
                    struct error *error);

//  Checks what says how a job is to be done (ARGUMENTS_JOB and ARGUMENTS_WORK, and the name of a batch),
//  reads no file, and takes it over into `options`; with `schema` any kind may be named. DMH_OK, DMH_USAGE.
int arguments_check_job (struct arguments *self, struct error *error);

//  Whether an option is in `set`.
bool arguments_has (unsigned set, const char *option);

//  Prints the options in `set`, for people and as settings_list has it.
void arguments_help (unsigned set, FILE *to);
void arguments_list (unsigned set, FILE *to);
void arguments_clear (struct arguments *self);

#endif
