//  sqlite_open.h: a SQLite file made ready to be the job store: locked for this broker, its tables up to
//  date.
#ifndef DMH_SQLITE_OPEN_H
#define DMH_SQLITE_OPEN_H

#include "messages/base/error.h"

#include <sqlite3.h>

//  `path`: of the file, made with its folders when missing, or ":memory:". NULL with `error` set as
//  store_open says. sqlite3_close gives it back, and the lock with it.
sqlite3 *sqlite_open (const char *path, struct error *error);

#endif
