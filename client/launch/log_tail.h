//  log_tail.h: the last lines of a log, for an error's reader.
#ifndef DMH_CLIENT_LAUNCH_LOG_TAIL_H
#define DMH_CLIENT_LAUNCH_LOG_TAIL_H

#include "client/launch/engine.h"

enum { LOG_TAIL_LINES = 12 };

//  At most LOG_TAIL_LINES whole lines of the file's end; empty where it cannot be read.
void log_tail_read (const char *path, char tail[ENGINE_TAIL_BYTES]);

//  The same of text in memory.
void log_tail_of (const char *text, size_t n, char tail[ENGINE_TAIL_BYTES]);

#endif
