//  owners.h: whose a stored file is: beside it, as SHA256.owners, the keys of those who have sent it whole or
//  for whom that was done, one a line. A file that has no list was left with a broker without keys, or one
//  that knew no owners; it is nobody's, and so is one whose list has an empty line. The folder is a
//  descriptor. Knows no socket.
#ifndef DMH_BROKER_FILES_OWNERS_H
#define DMH_BROKER_FILES_OWNERS_H

#include <stdbool.h>
#include <stddef.h>

#define OWNERS_SUFFIX ".owners"

enum { OWNERS_ADDED_MAX = 2 };    //  at once

//  Whether `user` (a key in Z85; empty: nobody) may have the file. false also when the list cannot be read.
bool owners_include (int folder, const char *sha256, const char *user);

//  Adds them (at most OWNERS_ADDED_MAX; NULL ones are passed over), all or none, and syncs the list but not
//  the folder; a list without any of them is not written. 0; -1 with errno: the list is as it was.
int owners_add (int folder, const char *sha256, const char *const users[], size_t count);

//  Takes `user` off the list; *left: somebody is still on it. A list of which nobody is left stays as it is,
//  for the file to go first. 0; -1 with errno: the list is as it was.
int owners_leave (int folder, const char *sha256, const char *user, bool *left);

//  Writes the list anew as it is, where there is one. 0; -1 with errno: it is as it was.
int owners_renew (int folder, const char *sha256);

//  Throws away the lists of files that are not there, as a process that died between two steps leaves them.
void owners_tidy (int folder);

bool owners_exist (int folder, const char *sha256);
void owners_remove (int folder, const char *sha256);

#endif
