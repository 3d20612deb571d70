//  socket_folder.c: see socket_folder.h.
#include "messages/sockets/socket_folder.h"

#include "messages/base/narrow.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *socket_folder_path_of (uid_t user, const char *runtime, char out[SOCKET_FOLDER_BYTES])
{
    if (runtime && *runtime == '/')
        snprintf (out, SOCKET_FOLDER_BYTES, "%s/dmh", runtime);
    else if (user == 0)
        snprintf (out, SOCKET_FOLDER_BYTES, "/run/dmh");
    else
        snprintf (out, SOCKET_FOLDER_BYTES, "/tmp/dmh-%lu", (unsigned long) user);
    return out;
}

char *socket_folder_path (char out[SOCKET_FOLDER_BYTES])
{
    return socket_folder_path_of (geteuid (), getenv ("XDG_RUNTIME_DIR"), out);
}

//  Who may write to the folder above may put another one in the place of ours, but for a folder like /tmp,
//  where each can move only what is its own.
static int s_check_parent (const char *path, struct error *error)
{
    char parent[SOCKET_FOLDER_BYTES];
    struct stat about;
    const char *slash = strrchr (path, '/');
    snprintf (parent, sizeof parent, "%.*s", slash > path ? NARROW (int, slash - path) : 1, path);
    if (stat (parent, &about) != 0)
        return error_set (error, DMH_NOT_FOUND, "there is no folder %s: %s", parent, strerror (errno));
    bool others = (about.st_mode & (S_IWGRP | S_IWOTH)) && !(about.st_mode & S_ISVTX);
    if ((about.st_uid == 0 || about.st_uid == geteuid ()) && !others)
        return DMH_OK;
    return error_set (error, DMH_USAGE,
                      "%s is a folder in which another user may put what they like, so no socket there is "
                      "trusted; set XDG_RUNTIME_DIR to a folder of your own, or name the endpoint",
                      parent);
}

int socket_folder_check (const char *path, struct error *error)
{
    static const char REMEDY[] = "remove it, or set XDG_RUNTIME_DIR to another folder of your own";
    struct stat about;
    int rc = s_check_parent (path, error);
    if (rc != DMH_OK)
        return rc;
    if (lstat (path, &about) != 0)
        return errno == ENOENT ? error_set (error, DMH_NOT_FOUND, "there is no folder %s", path)
                               : error_set (error, DMH_USAGE, "%s cannot be looked at: %s; %s", path,
                                            strerror (errno), REMEDY);
    if (!S_ISDIR (about.st_mode))
        return error_set (error, DMH_USAGE, "%s is %s and no folder, so no socket there is trusted; %s", path,
                          S_ISLNK (about.st_mode) ? "a link" : "a file", REMEDY);
    if (about.st_uid != geteuid ())
        return error_set (error, DMH_USAGE,
                          "%s belongs to another user (uid %lu), so no socket there is trusted; %s, or name "
                          "the endpoint of the broker that is meant",
                          path, (unsigned long) about.st_uid, REMEDY);
    if ((about.st_mode & 0777) != 0700)
        return error_set (error, DMH_USAGE,
                          "%s has the mode %04o, so others may reach what is in it; say chmod 700 %s", path,
                          (unsigned) (about.st_mode & 0777), path);
    return DMH_OK;
}

int socket_folder_make (const char *path, struct error *error)
{
    if (mkdir (path, 0700) != 0 && errno != EEXIST)
        return error_set (error, DMH_IO,
                          "the folder %s for the broker's sockets cannot be made: %s; set XDG_RUNTIME_DIR to "
                          "a folder of your own, or name the endpoint",
                          path, strerror (errno));
    return socket_folder_check (path, error);
}

char *socket_folder_endpoint (const char *path, const char *name, char *out, size_t size)
{
    snprintf (out, size, "ipc://%s/%s", path, name);
    return out;
}
