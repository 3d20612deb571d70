//  input_folder.c: see input_folder.h.
#define _GNU_SOURCE
#include "client/arguments/input_folder.h"

#include "client/arguments/own_results.h"
#include "worker/inspect/recognition.h"

#include <errno.h>
#include <fts.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

//  One walk.
struct walk {
    const struct input_folder *folder;
    const char *word, *path, *place;
    struct input_list *list;
    recognition_t *recognition;
    size_t subfolders;    //  that were passed over
};

void input_folder_leave_out (struct input_folder *self, const char *path)
{
    struct stat about;
    if (path && self->left_out_count < LEFT_OUT_MAX && stat (path, &about) == 0)
        self->left_out[self->left_out_count++] = (struct left_out){about.st_dev, about.st_ino};
}

static bool s_is_left_out (const struct input_folder *self, const struct stat *about)
{
    for (size_t i = 0; i < self->left_out_count; i++)
        if (self->left_out[i].device == about->st_dev && self->left_out[i].inode == about->st_ino)
            return true;
    return false;
}

//  "word/below", where word may end in slashes already. NULL: out of memory.
static char *s_join (const char *word, const char *below)
{
    char *joined;
    size_t n = strlen (word);
    bool slash = n > 0 && word[n - 1] != '/' && *below;
    return asprintf (&joined, "%s%s%s", word, slash ? "/" : "", below) < 0 ? NULL : joined;
}

//  NULL: out of memory.
static struct input_argument *s_add (const struct walk *self, const char *below)
{
    char *word = s_join (self->word, below), *place = s_join (self->place, below);
    struct input_argument *added = word && place ? input_list_add (self->list, word, place) : NULL;
    free (word);
    free (place);
    return added;
}

static int s_refuse (const struct walk *self, const char *below, int number)
{
    struct input_argument *added = s_add (self, below);
    if (!added)
        return DMH_INTERNAL;
    error_set (&added->error, DMH_BAD_INPUT, "%s cannot be read: %s", added->word, strerror (number));
    return DMH_OK;
}

static int s_pass (const struct walk *self, const char *below)
{
    char *word = s_join (self->word, below);
    int rc = word ? input_list_pass (self->list, word) : DMH_INTERNAL;
    free (word);
    return rc;
}

static int s_take_file (const struct walk *self, const FTSENT *entry, const char *below)
{
    if (s_is_left_out (self->folder, entry->fts_statp) || own_index_is (entry->fts_path))
        return DMH_OK;
    if (access (entry->fts_path, R_OK) != 0)
        return s_refuse (self, below, errno);
    if (!recognition_knows (self->recognition, entry->fts_path))
        return s_pass (self, below);
    struct input_argument *added = s_add (self, below);
    if (!added)
        return DMH_INTERNAL;
    return input_list_use (added, entry->fts_path, (uint64_t) entry->fts_statp->st_size, false);
}

//  Whether what is below this folder is none of this walk's.
static bool s_is_barred (struct walk *self, const FTSENT *entry)
{
    if (*entry->fts_name == '.' || s_is_left_out (self->folder, entry->fts_statp) ||
        own_result_is (entry->fts_path))
        return true;
    self->subfolders += !self->folder->recursive;
    return !self->folder->recursive;
}

static int s_take (struct walk *self, FTS *walk, FTSENT *entry)
{
    size_t above = strlen (self->path);
    const char *below = entry->fts_path + above + (entry->fts_path[above] == '/');
    bool hidden = entry->fts_level > 0 && *entry->fts_name == '.';
    switch (entry->fts_info) {
    case FTS_D:
        if (entry->fts_level > 0 && s_is_barred (self, entry))
            fts_set (walk, entry, FTS_SKIP);
        return DMH_OK;
    case FTS_F:
        return hidden ? DMH_OK : s_take_file (self, entry, below);
    case FTS_DNR:
    case FTS_ERR:
    case FTS_NS:
        return hidden ? DMH_OK : s_refuse (self, below, entry->fts_errno);
    case FTS_DEFAULT:    //  a FIFO, a socket, a device
        return hidden ? DMH_OK : s_pass (self, below);
    default:    //  a link; a folder that is left
        return DMH_OK;
    }
}

static bool s_is_interrupted (const struct input_folder *self)
{
    struct pollfd item = {self->interrupt, POLLIN, 0};
    return self->interrupt >= 0 && poll (&item, 1, 0) > 0;
}

static int s_by_word (const void *a, const void *b)
{
    return strcmp (((const struct input_argument *) a)->word, ((const struct input_argument *) b)->word);
}

static int s_by_path (const void *a, const void *b)
{
    return strcmp (*(char *const *) a, *(char *const *) b);
}

//  A folder that gives nothing is a mistake of who gave it.
static int s_say_empty (const struct walk *self, size_t passed)
{
    struct input_argument *added = input_list_add (self->list, self->word, "folder");
    if (!added)
        return DMH_INTERNAL;
    const char *advice = self->subfolders ? "; --recursive looks below it, too" : "";
    if (own_result_is (self->path))
        error_set (&added->error, DMH_BAD_INPUT,
                   "%s is a result or a data set of dmh; give the folder of the inputs", self->word);
    else if (passed)
        error_set (&added->error, DMH_BAD_INPUT,
                   "%s holds no file in a format that dmh reads, and %zu in others (--verbose names them)%s",
                   self->word, passed, advice);
    else
        error_set (&added->error, DMH_BAD_INPUT, "%s holds no file to read%s", self->word, advice);
    return DMH_OK;
}

static int s_walk (struct walk *self, FTS *fts)
{
    size_t first = self->list->count, passed = self->list->passed_count, seen = 0;
    int rc = DMH_OK;
    while (rc == DMH_OK) {
        errno = 0;
        FTSENT *entry = fts_read (fts);
        if (!entry)
            break;
        rc = s_take (self, fts, entry);
        if (rc == DMH_OK && seen++ % 64 == 0 && s_is_interrupted (self->folder))
            rc = DMH_CANCELLED;
    }
    size_t count = self->list->count - first, more = self->list->passed_count - passed;
    if (rc != DMH_OK)
        return rc;
    if (count)
        qsort (self->list->at + first, count, sizeof *self->list->at, s_by_word);
    if (more)
        qsort (self->list->passed + passed, more, sizeof *self->list->passed, s_by_path);
    return count ? DMH_OK : s_say_empty (self, more);
}

int input_folder_read (const struct input_folder *self, const char *word, const char *path, const char *place,
                       struct input_list *list, struct error *error)
{
    char *const paths[] = {(char *) (uintptr_t) path, NULL};
    struct walk walk = {.folder = self, .word = word, .path = path, .place = place, .list = list};
    walk.recognition = recognition_new (self->options, error);
    if (!walk.recognition)
        return error->code;
    if (own_result_is (path)) {
        recognition_destroy (&walk.recognition);
        return s_say_empty (&walk, 0) == DMH_OK ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    }
    FTS *fts = fts_open (paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    int rc = fts ? s_walk (&walk, fts) : DMH_INTERNAL;
    if (fts)
        fts_close (fts);
    recognition_destroy (&walk.recognition);
    if (rc == DMH_CANCELLED)
        return error_set (error, rc, "interrupted");
    return rc == DMH_OK ? rc : error_set (error, rc, "out of memory while reading the folder %s", word);
}
