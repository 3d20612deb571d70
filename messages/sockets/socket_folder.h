//  socket_folder.h: the folder of 0700 in which a user's broker has its Unix sockets, and where its clients
//  and workers look for them without being told: $XDG_RUNTIME_DIR/dmh, else /run/dmh for root and
//  /tmp/dmh-UID for others. Nobody connects to a socket in it, and nobody binds one, before it was checked:
//  whoever owns the folder is the broker.
#ifndef DMH_MESSAGES_SOCKETS_SOCKET_FOLDER_H
#define DMH_MESSAGES_SOCKETS_SOCKET_FOLDER_H

#include <stddef.h>
#include <sys/types.h>

#include "messages/base/error.h"

enum { SOCKET_FOLDER_BYTES = 4096 };

//  Where it is to be for this process, whether it is there or not. A relative XDG_RUNTIME_DIR is none, as the
//  XDG Base Directory Specification has it. Returns out.
char *socket_folder_path (char out[SOCKET_FOLDER_BYTES]);
//  The same for a user and a value of XDG_RUNTIME_DIR (NULL: it is not set).
char *socket_folder_path_of (uid_t user, const char *runtime, char out[SOCKET_FOLDER_BYTES]);

//  Whether it is a folder and no link, this user's own, 0700, in a place where no other user can put another
//  one in its stead. DMH_OK; DMH_NOT_FOUND: it is not there; DMH_USAGE: it is not to be trusted, and the
//  sentence says what to do.
int socket_folder_check (const char *path, struct error *error);

//  Makes it (its parent has to be there) unless it is there, and checks it. As socket_folder_check, and
//  DMH_IO.
int socket_folder_make (const char *path, struct error *error);

//  The endpoint of a socket in it: "front", "back" … Its length is the binder's to check. Returns out.
char *socket_folder_endpoint (const char *path, const char *name, char *out, size_t size);

#endif
