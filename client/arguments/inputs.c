//  inputs.c: see inputs.h.
#define _GNU_SOURCE
#include "client/arguments/inputs.h"

#include "client/arguments/input_folder.h"
#include "client/arguments/input_spool.h"
#include "client/arguments/object_inputs.h"
#include "client/arguments/path_list.h"
#include "messages/s3/name.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

//  What is made on the way.
struct search {
    const struct arguments *arguments;
    int interrupt;
    struct input_folder folder;
    struct input_list *list;
    struct error *error;
};

static int s_memory (const struct search *self)
{
    return error_set (self->error, DMH_INTERNAL, "out of memory while looking for the inputs");
}

static const char *s_name (const char *word)
{
    const char *slash = strrchr (word, '/');
    return slash && slash[1] ? slash + 1 : word;
}

static struct input_argument *s_add (const struct search *self, const char *word, const char *place)
{
    struct input_argument *added = input_list_add (self->list, word, place);
    if (!added)
        s_memory (self);
    return added;
}

//  A file that is there.
static int s_use (const struct search *self, const struct stat *about, const char *path, bool standard,
                  struct input_argument *out)
{
    const char *word = out->word;
    if (!S_ISREG (about->st_mode))
        error_set (&out->error, DMH_BAD_INPUT,
                   "%s is no regular file; give - and send it through standard input", word);
    else if (access (path, R_OK) != 0)
        error_set (&out->error, DMH_BAD_INPUT, "%s cannot be read: %s", word, strerror (errno));
    else if (input_list_use (out, path, (uint64_t) about->st_size, standard) != DMH_OK)
        return s_memory (self);
    return DMH_OK;
}

//  `word` names what is at `path`; `below`: where its result belongs, and of a folder those of its files;
//  NULL: a file's own name, a folder's paths below it.
static int s_find (const struct search *self, const char *word, const char *path, const char *below)
{
    char real[PATH_MAX];
    struct stat about;
    bool there = realpath (path, real) && stat (real, &about) == 0;
    int why = errno;
    if (there && S_ISDIR (about.st_mode) && self->arguments->folders)
        return input_folder_read (&self->folder, word, real, below ? below : "", self->list, self->error);
    struct input_argument *added = s_add (self, word, below ? below : s_name (word));
    if (!added)
        return DMH_INTERNAL;
    if (!there)
        error_set (&added->error, DMH_BAD_INPUT, "%s cannot be read: %s", word, strerror (why));
    else if (S_ISDIR (about.st_mode))
        error_set (&added->error, DMH_BAD_INPUT, "%s is a folder; give the files in it", word);
    else
        return s_use (self, &about, real, false, added);
    return DMH_OK;
}

static int s_take_standard_input (const struct search *self)
{
    char path[PATH_MAX];
    struct stat about;
    struct input_argument *added = s_add (self, "-", "stdin");
    if (!added)
        return DMH_INTERNAL;
    const char *list = self->arguments->files_from;
    if (*self->list->spool)
        error_set (&added->error, DMH_BAD_INPUT, "- is given twice; standard input can be read once");
    else if (list && strcmp (list, "-") == 0)
        return error_set (self->error, DMH_USAGE,
                          "standard input is one of the inputs and cannot be the list of --files-from too");
    else if (input_spool_read (self->list->spool, path, self->arguments->stdin_bytes, self->interrupt,
                               &added->error) == DMH_OK) {
        if (stat (path, &about) != 0)
            error_set (&added->error, DMH_IO, "%s cannot be read: %s", path, strerror (errno));
        else if (s_use (self, &about, path, true, added) != DMH_OK)
            return DMH_INTERNAL;
    }
    if (added->error.code == DMH_CANCELLED)
        *self->error = added->error;
    return added->error.code == DMH_CANCELLED ? DMH_CANCELLED : DMH_OK;
}

static int s_by_bytes (const void *a, const void *b)
{
    return strcmp (*(char *const *) a, *(char *const *) b);
}

//  A pattern that the shell has left as it is.
static int s_match (const struct search *self, const char *pattern)
{
    glob_t found = {.gl_pathc = 0};
    int rc = DMH_OK, answer = glob (pattern, GLOB_NOSORT, NULL, &found);
    if (answer == GLOB_NOMATCH) {
        struct input_argument *added = s_add (self, pattern, "pattern");
        rc = added ? DMH_OK : DMH_INTERNAL;
        if (added)
            error_set (&added->error, DMH_BAD_INPUT, "no file matches %s", pattern);
    } else if (answer != 0)
        rc = answer == GLOB_NOSPACE ? s_memory (self)
                                    : error_set (self->error, DMH_BAD_INPUT, "%s cannot be looked for: %s",
                                                 pattern, strerror (errno));
    if (answer == 0)
        qsort (found.gl_pathv, found.gl_pathc, sizeof *found.gl_pathv, s_by_bytes);
    for (size_t i = 0; answer == 0 && rc == DMH_OK && i < found.gl_pathc; i++)
        rc = s_find (self, found.gl_pathv[i], found.gl_pathv[i], NULL);
    globfree (&found);
    return rc;
}

static int s_find_word (const struct search *self, const char *word)
{
    struct stat about;
    if (strcmp (word, "-") == 0)
        return s_take_standard_input (self);
    if (!*word) {
        struct input_argument *added = s_add (self, "", "input");
        if (added)
            error_set (&added->error, DMH_BAD_INPUT,
                       "an input's name is empty; give a path, or - for standard input");
        return added ? DMH_OK : DMH_INTERNAL;
    }
    if (s3_name_is (word))
        return object_inputs_find (self->arguments, word, self->interrupt, self->list, self->error);
    bool pattern = strpbrk (word, "*?[") && lstat (word, &about) != 0 && errno == ENOENT;
    return pattern ? s_match (self, word) : s_find (self, word, word, NULL);
}

//  The path below --base: what stands in the list, or of an absolute path its rest behind the folder. NULL:
//  it is not below it.
static const char *s_below (const char *base, const char *path)
{
    size_t n = strlen (base);
    while (n > 1 && base[n - 1] == '/')
        n--;
    if (*path != '/') {
        bool leaves = strncmp (path, "../", 3) == 0 || strstr (path, "/../") || strcmp (path, "..") == 0;
        return leaves ? NULL : path;
    }
    if (strncmp (path, base, n) != 0 || (n > 1 && path[n] && path[n] != '/'))
        return NULL;
    path += n;
    return path + strspn (path, "/");
}

static int s_find_listed (const struct search *self, const char *path)
{
    if (s3_name_is (path))
        return object_inputs_find (self->arguments, path, self->interrupt, self->list, self->error);
    const char *base = self->arguments->base, *below = base ? s_below (base, path) : NULL;
    char *joined = NULL;
    if (!base)
        return s_find (self, path, path, NULL);
    if (!below) {
        struct input_argument *added = s_add (self, path, s_name (path));
        if (added)
            error_set (&added->error, DMH_BAD_INPUT,
                       "%s is not below %s, which --base names; its result would have no place", path, base);
        return added ? DMH_OK : DMH_INTERNAL;
    }
    if (*path != '/' && asprintf (&joined, "%s/%s", base, path) < 0)
        return s_memory (self);
    int rc = s_find (self, joined ? joined : path, joined ? joined : path, below);
    free (joined);
    return rc;
}

static int s_find_list (const struct search *self)
{
    struct path_list paths;
    int rc = path_list_read (&paths, self->arguments->files_from, self->interrupt, self->error);
    if (rc != DMH_OK)
        return rc;
    for (size_t i = 0; rc == DMH_OK && i < paths.count; i++)
        rc = s_find_listed (self, paths.at[i]);
    path_list_clear (&paths);
    return rc;
}

int inputs_find (const struct arguments *arguments, int interrupt, struct input_list *out,
                 struct error *error)
{
    struct search search = {.arguments = arguments, .interrupt = interrupt, .list = out, .error = error};
    struct input_folder *folder = &search.folder;
    const char *list = arguments->files_from;
    folder->recursive = arguments->recursive;
    folder->options = &arguments->options;
    folder->interrupt = interrupt;
    input_folder_leave_out (folder, arguments->folder);
    input_folder_leave_out (folder, arguments->mapping);
    input_folder_leave_out (folder, arguments->schema);
    input_folder_leave_out (folder, arguments->sign_key);
    input_folder_leave_out (folder, list && strcmp (list, "-") != 0 ? list : NULL);
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < arguments->word_count; i++)
        rc = s_find_word (&search, arguments->words[i]);
    if (rc == DMH_OK && list)
        rc = s_find_list (&search);
    return rc == DMH_OK && arguments->sizes ? object_inputs_ask_sizes (out, interrupt, error) : rc;
}
