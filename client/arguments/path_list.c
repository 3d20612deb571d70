//  path_list.c: see path_list.h.
#define _GNU_SOURCE
#include "client/arguments/path_list.h"

#include "messages/base/buffer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { AT_ONCE = 65536, LIST_BYTES_MAX = 1 << 30 };

//  Waits for what can be read. false: the user wants to stop.
static bool s_wait (int file, int interrupt)
{
    struct pollfd items[] = {{file, POLLIN, 0}, {interrupt, POLLIN, 0}};
    while (poll (items, interrupt >= 0 ? 2 : 1, -1) < 0 && errno == EINTR)
        ;
    return !(interrupt >= 0 && items[1].revents);
}

static int s_read (int file, const char *path, int interrupt, struct buffer *text, struct error *error)
{
    for (ssize_t n = 1; n != 0;) {
        if (text->used > LIST_BYTES_MAX)
            return error_set (error, DMH_TOO_LARGE, "the list %s has more than 1 GiB; give it in parts",
                              path);
        if (buffer_reserve (text, AT_ONCE) != 0)
            return error_set (error, DMH_INTERNAL, "out of memory while reading the list %s", path);
        if (!s_wait (file, interrupt))
            return error_set (error, DMH_CANCELLED, "interrupted");
        n = read (file, text->at + text->used, text->size - text->used - 1);
        if (n < 0 && errno != EINTR)
            return error_set (error, DMH_USAGE, "the list %s cannot be read: %s", path, strerror (errno));
        text->used += n > 0 ? (size_t) n : 0;
    }
    text->at[text->used] = 0;
    return DMH_OK;
}

//  Takes the text apart where it ends its paths. false: out of memory.
static bool s_split (struct path_list *self, size_t n)
{
    bool nul = memchr (self->text, 0, n) != NULL;
    size_t room = 0;
    for (char *at = self->text, *stop = self->text + n, *end; at < stop; at = end + 1) {
        end = memchr (at, nul ? 0 : '\n', (size_t) (stop - at));
        end = end ? end : stop;
        *end = 0;
        if (!nul && end > at && end[-1] == '\r')
            end[-1] = 0;
        if (!*at)
            continue;
        if (self->count == room) {
            room = room ? 2 * room : 64;
            char **paths = reallocarray (self->at, room, sizeof *paths);
            if (!paths)
                return false;
            self->at = paths;
        }
        self->at[self->count++] = at;
    }
    return true;
}

int path_list_read (struct path_list *self, const char *path, int interrupt, struct error *error)
{
    struct buffer text = {.at = NULL};
    bool standard = strcmp (path, "-") == 0;
    const char *name = standard ? "on standard input" : path;
    int file = standard ? 0 : open (path, O_RDONLY | O_CLOEXEC);
    *self = (struct path_list){.at = NULL};
    if (file < 0)
        return error_set (error, DMH_USAGE, "the list %s cannot be read: %s", path, strerror (errno));
    int rc = s_read (file, name, interrupt, &text, error);
    if (!standard)
        close (file);
    self->text = text.at;
    if (rc == DMH_OK && !s_split (self, text.used))
        rc = error_set (error, DMH_INTERNAL, "out of memory while reading the list %s", name);
    if (rc == DMH_OK && self->count == 0)
        rc = error_set (error, DMH_BAD_INPUT, "the list %s is empty: there is nothing to do", name);
    if (rc != DMH_OK)
        path_list_clear (self);
    return rc;
}

void path_list_clear (struct path_list *self)
{
    free (self->at);
    free (self->text);
    *self = (struct path_list){.at = NULL};
}
