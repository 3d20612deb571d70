//  page.h: text for people on a terminal: how wide it is, and words wrapped to that. Called by inspect and
//  schema.
#ifndef DMH_CLIENT_TERMINAL_PAGE_H
#define DMH_CLIENT_TERMINAL_PAGE_H

#include <stddef.h>
#include <stdio.h>

//  Columns of the terminal behind `to`; without one what COLUMNS says, or 80. 40 … 200.
size_t page_width (FILE *to);

//  Writes `label` and `text` behind it: "    label     text that goes on\n              in lines below", each
//  line at most `width` characters unless a word is longer. `indent` spaces before the label, which takes
//  `room` columns (0: none is written). What must not be shown is '?' (base/utf8.h).
void page_wrap (FILE *to, size_t width, size_t indent, const char *label, size_t room, const char *text);

//  The text cut or filled with spaces to `columns` characters, and two spaces.
void page_cell (FILE *to, const char *text, size_t columns);
//  The same, at the right end.
void page_cell_right (FILE *to, const char *text, size_t columns);

#endif
