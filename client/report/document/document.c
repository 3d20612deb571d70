//  document.c: see document.h.
#define _GNU_SOURCE
#include "client/report/document/document.h"

#include "client/report/document/writer.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct document {
    FILE *page;
    const struct document_writer *writer;
    const struct document_column *columns;    //  of the table that is open
    size_t column_count, column;              //  the next cell's
    unsigned drawings;
    bool starved;
};

//  The text of a format, yours to free; NULL when out of memory, which is remembered.
static char *s_text (document_t *self, const char *format, va_list values)
{
    char *text = NULL;
    if (vasprintf (&text, format, values) < 0) {
        self->starved = true;
        return NULL;
    }
    return text;
}

document_t *document_new (FILE *page, enum document_format format, const char *title, const char *line)
{
    document_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->page = page;
    self->writer = format == DOCUMENT_HTML ? &HTML_WRITER : &MARKDOWN_WRITER;
    self->writer->begin (page, title, line);
    return self;
}

void document_destroy (document_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

int document_end (document_t **self_p, struct error *error)
{
    document_t *self = *self_p;
    self->writer->end (self->page);
    int rc = self->starved ? error_set (error, DMH_INTERNAL, "out of memory while writing the page") : DMH_OK;
    if (rc == DMH_OK && (fflush (self->page) != 0 || ferror (self->page)))
        rc = error_set (error, DMH_IO, "the page cannot be written: %s", strerror (errno));
    document_destroy (self_p);
    return rc;
}

void document_heading (document_t *self, unsigned level, const char *format, ...)
{
    va_list values;
    va_start (values, format);
    char *text = s_text (self, format, values);
    va_end (values);
    if (text)
        self->writer->heading (self->page, level, text);
    free (text);
}

void document_say (document_t *self, enum document_tone tone, const char *format, ...)
{
    va_list values;
    va_start (values, format);
    char *text = s_text (self, format, values);
    va_end (values);
    if (text)
        self->writer->say (self->page, tone, text);
    free (text);
}

void document_table (document_t *self, const char *caption, const struct document_column *columns,
                     size_t count)
{
    assert (count > 0 && count <= DOCUMENT_COLUMNS_MAX && !self->columns);
    self->columns = columns;
    self->column_count = count;
    self->column = 0;
    self->writer->table (self->page, caption, columns, count);
}

static void s_cell (document_t *self, enum document_tone tone, enum cell_sort sort, const char *text)
{
    assert (self->columns);
    self->writer->cell (self->page, self->columns, self->column, self->column_count, tone, sort, text);
    self->column = (self->column + 1) % self->column_count;
}

void document_cell (document_t *self, enum document_tone tone, const char *format, ...)
{
    va_list values;
    va_start (values, format);
    char *text = s_text (self, format, values);
    va_end (values);
    s_cell (self, tone, CELL_TEXT, text ? text : "");
    free (text);
}

void document_name (document_t *self, const char *name)
{
    s_cell (self, DOCUMENT_PLAIN, CELL_NAME, name);
}

//  The same of ten blocks, as text.
static void s_blocks (document_t *self, const struct drawing_part *parts, size_t count, double whole)
{
    char blocks[10 * sizeof "█"] = "";
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += parts[i].weight;
    for (int at = 0; sum > 0 && at < 10 && at / 10.0 < sum / whole; at++)
        snprintf (blocks + strlen (blocks), sizeof blocks - strlen (blocks), "█");
    s_cell (self, DOCUMENT_PLAIN, CELL_TEXT, blocks);
}

void document_share (document_t *self, const struct drawing_part *parts, size_t count, double whole)
{
    size_t at = self->column;
    if (!self->writer->drawings) {
        s_blocks (self, parts, count, whole);
        return;
    }
    self->writer->cell (self->page, self->columns, at, self->column_count, DOCUMENT_PLAIN, CELL_TEXT, NULL);
    drawing_share (self->page, parts, count, whole);
    self->writer->drawing (self->page, at + 1 == self->column_count);
    self->column = (at + 1) % self->column_count;
}

void document_table_end (document_t *self)
{
    assert (self->columns && self->column == 0);
    self->columns = NULL;
    self->writer->table_end (self->page);
}

void document_group (document_t *self)
{
    self->writer->group (self->page, true);
}

void document_group_end (document_t *self)
{
    self->writer->group (self->page, false);
}

FILE *document_figure (document_t *self, struct drawing_words *words, const char *format, ...)
{
    va_list values;
    va_start (values, format);
    char *caption = s_text (self, format, values);
    va_end (values);
    self->writer->figure (self->page, caption ? caption : "");
    free (caption);
    words->id = ++self->drawings;
    return self->writer->drawings ? self->page : NULL;
}

void document_figure_end (document_t *self)
{
    self->writer->figure_end (self->page);
}
