//  markup.h: the door to a page of HTML, or a drawing in SVG: the format is markup of ours, and each text
//  that is put into it becomes text and nothing else.
#ifndef DMH_CLIENT_DRAWING_MARKUP_H
#define DMH_CLIENT_DRAWING_MARKUP_H

#include <stdio.h>

//  As fprintf, see escaped_format.h; of each %s the characters of markup are written as references, and what
//  must not be shown (control characters, marks of direction, bytes that are no UTF-8) as its escape
//  (utf8_piece). So it may stand between tags and in a quoted attribute.
void markup_print (FILE *page, const char *format, ...) __attribute__ ((format (printf, 2, 3)));

#endif
