//  terminal.h: the door to standard output, standard error and what else people read: what a program prints
//  goes through here, so that a name or a sentence from elsewhere can neither move the terminal nor pass for
//  another one.
#ifndef DMH_MESSAGES_TEXT_TERMINAL_H
#define DMH_MESSAGES_TEXT_TERMINAL_H

#include <stdio.h>

//  As fprintf; of each %s what must not be shown is escaped (utf8_piece), lines and tabs of the format stay.
//  Takes %s, %c, %%, and numbers (d, u, f, g) with their flags and widths; a width of %s counts bytes.
void terminal_print (FILE *to, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

//  A path or a line that scripts read: byte for byte, but escaped where `to` is a terminal.
void terminal_data (FILE *to, const char *text);

#endif
