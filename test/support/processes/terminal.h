//  terminal.h: for tests: a terminal (a pseudo one, whose screen libvterm draws) with a program on it, or
//  with a FILE that the test itself writes to. What is asked of it is what somebody would see there.
#ifndef DMH_TEST_SUPPORT_TERMINAL_H
#define DMH_TEST_SUPPORT_TERMINAL_H

#include "test/support/processes/workplace.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct terminal {
    int master, slave;
    pid_t pid;    //  of the program; 0: none
    unsigned short columns, rows;
    struct VTerm *screen;
    char *sent;    //  all that was written to it, terminated
    size_t sent_bytes;
};

void terminal_open (struct terminal *self, unsigned short columns, unsigned short rows);
void terminal_close (struct terminal *self);

//  Starts a program of $DMH_BUILD in the workplace's folder, as the leader of a session on this terminal;
//  argv ends with NULL, argv [0] is its name.
void terminal_start (struct terminal *self, const struct workplace *place, const char *const argv[]);
//  Reads what it still says, and waits for its end: its exit status, or 128 + the signal.
int terminal_end (struct terminal *self);

//  A FILE on the terminal, yours to close; what was flushed is there after terminal_take.
FILE *terminal_file (struct terminal *self);
void terminal_take (struct terminal *self);

//  Whether the screen shows `text` in one of its lines now; waits until it does, or no longer does. The test
//  fails where that takes more than 20 s.
bool terminal_shows (struct terminal *self, const char *text);
void terminal_await (struct terminal *self, const char *text);
void terminal_await_gone (struct terminal *self, const char *text);

//  The screen as lines without blanks at their ends, and without empty lines below; yours to free.
char *terminal_screen (struct terminal *self);
//  Where the cursor is; the first row and column are 0.
void terminal_cursor (struct terminal *self, int *row, int *column);

//  Another size, which the program is told of; what keys would write ("\x03" is Ctrl-C).
void terminal_resize (struct terminal *self, unsigned short columns, unsigned short rows);
void terminal_type (struct terminal *self, const char *keys);

#endif
