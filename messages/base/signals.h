//  signals.h: the signals that end a program, as a descriptor beside its sockets.
#ifndef DMH_MESSAGES_BASE_SIGNALS_H
#define DMH_MESSAGES_BASE_SIGNALS_H

//  A descriptor, which does not wait, of SIGTERM and SIGINT. They are blocked in this thread and those that
//  it starts later: called before there are others, so that only the descriptor hears of them. -1 with errno,
//  and nothing is blocked.
int signals_open (void);

//  The same for a program that serves: of SIGHUP, too; and a reader that went away, or a file beyond the
//  limit, is an error of its write and not the program's end.
int signals_open_serving (void);

//  The number of a signal that came; 0: none did.
int signals_take (int descriptor);

#endif
