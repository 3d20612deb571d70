//  writer.h: what a format of document.h has to be able to write. Texts are as they came: the writer escapes
//  them.
#ifndef DMH_CLIENT_REPORT_DOCUMENT_WRITER_H
#define DMH_CLIENT_REPORT_DOCUMENT_WRITER_H

#include "client/report/document/parts.h"

#include <stddef.h>
#include <stdio.h>

//  What a cell is.
enum cell_sort { CELL_TEXT, CELL_NAME };

struct document_writer {
    void (*begin) (FILE *page, const char *title, const char *line);
    void (*end) (FILE *page);
    void (*heading) (FILE *page, unsigned level, const char *text);
    void (*say) (FILE *page, enum document_tone tone, const char *text);
    void (*table) (FILE *page, const char *caption, const struct document_column *columns, size_t count);
    //  The cell `at` of a row of `count`; `text` is NULL for a drawing.
    void (*cell) (FILE *page, const struct document_column *columns, size_t at, size_t count,
                  enum document_tone tone, enum cell_sort sort, const char *text);
    //  Between which a cell's drawing stands; NULL: there are none.
    void (*drawing) (FILE *page, bool begin);
    void (*table_end) (FILE *page);
    void (*group) (FILE *page, bool begin);
    void (*figure) (FILE *page, const char *caption);
    void (*figure_end) (FILE *page);
    bool drawings;
};

extern const struct document_writer HTML_WRITER, MARKDOWN_WRITER;

#endif
