//  document.h: a page for people while it is written, part by part, in one of the formats that there are.
//  Every text that is put into it is text and nothing else, whatever it holds. The page stands alone: it asks
//  for no other file. Out of memory sticks, and shows in document_end.
#ifndef DMH_CLIENT_REPORT_DOCUMENT_DOCUMENT_H
#define DMH_CLIENT_REPORT_DOCUMENT_DOCUMENT_H

#include "client/drawing/drawing.h"
#include "client/report/document/parts.h"
#include "messages/base/error.h"

typedef struct document document_t;

enum document_format { DOCUMENT_HTML, DOCUMENT_MARKDOWN };

//  Borrows `page`. Writes what stands above everything: the title, and a line below it. NULL when out of
//  memory.
document_t *document_new (FILE *page, enum document_format format, const char *title, const char *line);
//  The end of the page. DMH_OK; DMH_INTERNAL; DMH_IO. Destroys it.
int document_end (document_t **self_p, struct error *error);
void document_destroy (document_t **self_p);

//  Formats take what escaped_format.h says.
#define DOCUMENT_FORMAT(AT) __attribute__ ((format (printf, AT, AT + 1)))
void document_heading (document_t *self, unsigned level, const char *format, ...)
    DOCUMENT_FORMAT (3);    //  2, 3
void document_say (document_t *self, enum document_tone tone, const char *format, ...) DOCUMENT_FORMAT (3);

//  A table; its cells follow row by row, as many as columns each, until document_table_end. `columns` [count]
//  are borrowed until then; at most DOCUMENT_COLUMNS_MAX.
enum { DOCUMENT_COLUMNS_MAX = 10 };
void document_table (document_t *self, const char *caption, const struct document_column *columns,
                     size_t count);
void document_cell (document_t *self, enum document_tone tone, const char *format, ...) DOCUMENT_FORMAT (3);
//  A name from elsewhere: of a field, a file, a column; or a value.
void document_name (document_t *self, const char *name);
//  A drawing of parts (drawing_share); empty where there are no drawings.
void document_share (document_t *self, const struct drawing_part *parts, size_t count, double whole);
void document_table_end (document_t *self);

//  Figures that stand side by side, where there is room, come between group and group_end.
void document_group (document_t *self);
void document_group_end (document_t *self);
//  A figure: what is written to the file that it returns is its drawing; NULL: there are no drawings here.
//  *words receives an id that no other drawing of the page has. document_figure_end in any case; tables may
//  come before it.
FILE *document_figure (document_t *self, struct drawing_words *words, const char *format, ...)
    DOCUMENT_FORMAT (3);
void document_figure_end (document_t *self);

#endif
