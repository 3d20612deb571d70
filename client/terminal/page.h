//  page.h: text for people on a terminal: how wide it is, and words wrapped to that.
#ifndef DMH_CLIENT_TERMINAL_PAGE_H
#define DMH_CLIENT_TERMINAL_PAGE_H

#include <stddef.h>
#include <stdio.h>

//  Columns that n bytes take there: 2 for a wide character, 0 for one that stands on its neighbour; what must
//  not be shown takes those of its escape (utf8_piece).
size_t page_columns (const char *text, size_t n);

//  Writes as much of `text` as takes `columns` into out (size bytes, at least 8), '~' as the last one where
//  it was cut. Terminated. Returns the columns it takes.
size_t page_cut (const char *text, size_t columns, char *out, size_t size);

//  The same with '~' in the middle, so that a name keeps its beginning and its end.
size_t page_cut_middle (const char *text, size_t columns, char *out, size_t size);

//  `text` with line ends in it, so that no line takes more than `columns` (at least 2): at blanks, else
//  behind '/',
//  '-', '_', ',' or '.', else anywhere. Yours to free; NULL when out of memory.
char *page_fold (const char *text, size_t columns);

//  Columns of the terminal behind `to`; without one what COLUMNS says, or 80. 40 … 200.
size_t page_width (FILE *to);

//  Writes `label` and `text` behind it: "    label     text that goes on\n              in lines below", each
//  line at most `width` columns unless a word is longer. `indent` spaces before the label, which takes
//  `room` columns (0: none is written). What must not be shown is escaped (utf8_piece).
void page_wrap (FILE *to, size_t width, size_t indent, const char *label, size_t room, const char *text);

//  The text cut or filled with spaces to `columns` columns, and two spaces.
void page_cell (FILE *to, const char *text, size_t columns);

#endif
