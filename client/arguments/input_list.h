//  input_list.h: the inputs of a command as they are found, in their order, and what was passed over.
#ifndef DMH_CLIENT_ARGUMENTS_INPUT_LIST_H
#define DMH_CLIENT_ARGUMENTS_INPUT_LIST_H

#include <limits.h>

#include "client/arguments/named_input.h"

//  One INPUT. `error.code` other than DMH_OK: it cannot be used, and the sentence says why; `input.name` is
//  there anyway.
struct input_argument {
    char *word;     //  how people know it: as given, or the folder as given and the path below it
    char *place;    //  where its result belongs below -o, endings still there: its name, or its path below
                    //  the folder; relative, without "." and ".."
    struct named_input input;
    const char *kind;    //  of several that are wanted; NULL: as the options say
    struct error error;
};

struct input_list {
    struct input_argument *at;
    size_t count, room;
    char **passed;    //  files of folders that are in no format that dmh reads
    size_t passed_count, passed_room;
    char spool[PATH_MAX];    //  the folder made for standard input, empty when none was; remove it with
                             //  folder_tree_remove
};

//  Adds one of these names, both copied; its place is cleaned as input_name_plain does it, name by name.
//  NULL: out of memory.
struct input_argument *input_list_add (struct input_list *self, const char *word, const char *place);

//  The file at `path` (absolute) with its bytes is what it names; `standard`: it came through standard input.
//  A path that cannot be said is an error of its own. DMH_OK; DMH_INTERNAL: out of memory.
int input_list_use (struct input_argument *self, const char *path, uint64_t bytes, bool standard);

//  Notes a file that was passed over. DMH_OK or DMH_INTERNAL.
int input_list_pass (struct input_list *self, const char *path);

//  Each input once for each of several kinds (`count` > 1), under a name of its own: bundle.json becomes
//  bundle-patient.json, bundle-lab_result.json … DMH_OK or DMH_INTERNAL.
int input_list_spread (struct input_list *self, const char *const *kinds, size_t count, struct error *error);

//  Leaves `spool` where it is.
void input_list_clear (struct input_list *self);

#endif
