//  markdown.c: a document in Markdown (CommonMark, and the tables of GitHub), for a review, a ticket or a
//  terminal. There are no drawings: their tables stand alone.
#include "client/report/document/writer.h"
#include "messages/text/utf8.h"

#include <string.h>

//  Every character that could begin a mark of Markdown or HTML stands behind a backslash; a dot, a colon and
//  an at sign where a reader would make a link.
static void s_text (FILE *page, const char *text)
{
    while (*text) {
        char piece[UTF8_PIECE_BYTES];
        bool link = strncmp (text, "://", 3) == 0 || strncasecmp (text, "www.", 4) == 0 || *text == '@' ||
                    strncasecmp (text, "mailto:", 7) == 0 || strncasecmp (text, "xmpp:", 5) == 0;
        text += utf8_piece (text, piece);
        if (!piece[1] && strchr ("\\`*_{}[]<>|~#&$", *piece))
            fputc ('\\', page);
        fputs (piece, page);
        if (link)
            fputs ("<!-- -->", page);
    }
}

//  A name that needs no escape is shown as code.
static void s_name (FILE *page, const char *name)
{
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./ ";
    size_t n = strlen (name);
    bool plain = n && name[strspn (name, PLAIN)] == 0 && name[0] != ' ' && name[n - 1] != ' ';
    if (plain)
        fprintf (page, "`%s`", name);
    else
        s_text (page, name);
}

static void s_begin (FILE *page, const char *title, const char *line)
{
    fputs ("# ", page);
    s_text (page, title);
    fputs ("\n\n", page);
    s_text (page, line);
    fputs ("\n", page);
}

static void s_end (FILE *page)
{
    (void) page;
}

static void s_heading (FILE *page, unsigned level, const char *text)
{
    fputs (level == 2 ? "\n## " : "\n### ", page);
    s_text (page, text);
    fputs ("\n", page);
}

static void s_say (FILE *page, enum document_tone tone, const char *text)
{
    fputs (tone == DOCUMENT_BAD || tone == DOCUMENT_WARN ? "\n**" : "\n", page);
    s_text (page, text);
    fputs (tone == DOCUMENT_BAD || tone == DOCUMENT_WARN ? "**\n" : "\n", page);
}

static void s_table (FILE *page, const char *caption, const struct document_column *columns, size_t count)
{
    fputs ("\n", page);
    s_text (page, caption);
    fputs ("\n\n|", page);
    for (size_t i = 0; i < count; i++) {
        fputs (" ", page);
        s_text (page, columns[i].title);
        fputs (" |", page);
    }
    fputs ("\n|", page);
    for (size_t i = 0; i < count; i++)
        fputs (columns[i].number ? " ---: |" : " --- |", page);
    fputs ("\n", page);
}

static void s_cell (FILE *page, const struct document_column *columns, size_t at, size_t count,
                    enum document_tone tone, enum cell_sort sort, const char *text)
{
    bool strong = (tone == DOCUMENT_BAD || tone == DOCUMENT_WARN) && *text;
    (void) columns;
    fputs (at == 0 ? "| " : " ", page);
    fputs (strong ? "**" : "", page);
    if (sort == CELL_NAME)
        s_name (page, text);
    else
        s_text (page, text);
    fputs (strong ? "** |" : " |", page);
    if (at + 1 == count)
        fputs ("\n", page);
}

static void s_drawing (FILE *page, bool last)
{
    (void) page;
    (void) last;
}

static void s_table_end (FILE *page)
{
    (void) page;
}

static void s_group (FILE *page, bool begin)
{
    (void) page;
    (void) begin;
}

static void s_figure (FILE *page, const char *caption)
{
    fputs ("\n**", page);
    s_text (page, caption);
    fputs ("**\n", page);
}

static void s_figure_end (FILE *page)
{
    (void) page;
}

const struct document_writer MARKDOWN_WRITER = {s_begin, s_end,    s_heading,    s_say,
                                                s_table, s_cell,   s_drawing,    s_table_end,
                                                s_group, s_figure, s_figure_end, false};
