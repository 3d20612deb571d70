//  html.c: a document as one page of HTML: its style in it, no script, no other file. A policy in it forbids
//  both, so that a text could not even ask for one.
#include "client/drawing/drawing.h"
#include "client/drawing/markup.h"
#include "client/report/document/writer.h"

static const char STYLE[] =
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;padding:1.5rem 1rem 4rem;max-width:64rem;background:var(--paper);color:var(--ink);"
    "font:1rem/1.5 system-ui,-apple-system,\"Segoe UI\",sans-serif;overflow-wrap:break-word}\n"
    "h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem;overflow-wrap:anywhere}"
    "h2{font-size:1.2rem;margin:2.5rem 0 .5rem;padding-top:.75rem;border-top:1px solid var(--line)}"
    "h3{font-size:1rem;margin:1.5rem 0 .5rem}p{margin:.4rem 0;max-width:46rem}\n"
    ".lead{color:var(--soft);margin-bottom:1rem}.quiet{color:var(--soft)}"
    "p.good,p.warn,p.bad{border-left:.3rem solid;padding-left:.6rem}"
    "p.good{border-color:var(--good)}p.warn{border-color:var(--warn)}p.bad{border-color:var(--bad)}"
    "td.good,td.warn,td.bad{font-weight:600}"
    "td.good{color:var(--good)}td.warn{color:var(--warn)}td.bad{color:var(--bad)}\n"
    ".wide{overflow-x:auto;margin:.5rem 0 1rem}.wide:focus-visible{outline:2px solid var(--bar)}"
    "table{border-collapse:collapse;font-size:.9rem;width:100%}"
    "caption{text-align:left;color:var(--soft);padding:.2rem .5rem .4rem 0}"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem .5rem;border-bottom:1px solid "
    "var(--line);"
    "font-weight:400}thead th{font-weight:600;color:var(--soft);white-space:nowrap}"
    ".number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
    "bdi{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans "
    "Mono\",monospace;font-size:.93em;"
    "display:inline-block;max-width:22rem;overflow-wrap:break-word}\n"
    "figure{margin:.5rem 0;max-width:28rem;padding:.5rem 0;break-inside:avoid}"
    "figcaption{font-size:.9rem;font-weight:600;margin-bottom:.3rem;overflow-wrap:anywhere}"
    ".group{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(18rem,100%),1fr));gap:.75rem}"
    ".group figure{background:var(--panel);border:1px solid "
    "var(--line);border-radius:.4rem;padding:.75rem;margin:0;"
    "max-width:none}.group table{font-size:.8rem}.group "
    "caption{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}.group "
    ".wide{max-height:9rem;overflow-y:auto;margin:.5rem 0 "
    "0}\n"
    "figure img{display:block;width:100%;height:auto;background:#fff}"
    "@media print{body{max-width:none;padding:0;font-size:10pt}h2,h3{break-after:avoid}tr{break-inside:avoid}"
    ".wide,.group .wide{overflow:visible;max-height:none}.group{grid-template-columns:1fr 1fr}"
    "thead{display:table-header-group}@page{margin:15mm}}\n";

static void s_begin (FILE *page, const char *title, const char *line)
{
    markup_print (page,
                  "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                  "<meta http-equiv=\"Content-Security-Policy\" "
                  "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"/>\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                  "<meta name=\"generator\" content=\"dmh report\"/>\n<title>%s</title>\n<style>\n",
                  title);
    fputs (DRAWING_STYLE, page);
    fputs (STYLE, page);
    markup_print (page, "</style>\n</head>\n<body>\n<main>\n<h1>%s</h1>\n<p class=\"lead\">%s</p>\n", title,
                  line);
}

static void s_end (FILE *page)
{
    markup_print (page, "</main>\n</body>\n</html>\n");
}

static void s_heading (FILE *page, unsigned level, const char *text)
{
    markup_print (page, "<h%u>%s</h%u>\n", level, text, level);
}

static const char *s_class (enum document_tone tone)
{
    static const char *const CLASSES[] = {"", "quiet", "good", "warn", "bad"};
    return CLASSES[tone];
}

static void s_say (FILE *page, enum document_tone tone, const char *text)
{
    if (tone == DOCUMENT_PLAIN)
        markup_print (page, "<p>%s</p>\n", text);
    else
        markup_print (page, "<p class=\"%s\">%s</p>\n", s_class (tone), text);
}

static void s_table (FILE *page, const char *caption, const struct document_column *columns, size_t count)
{
    //  What may be scrolled has to be reached by the keyboard.
    markup_print (page,
                  "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"%s\"><table>"
                  "<caption>%s</caption>\n<thead><tr>",
                  caption, caption);
    for (size_t i = 0; i < count; i++)
        markup_print (page,
                      columns[i].number ? "<th scope=\"col\" class=\"number\">%s</th>"
                                        : "<th scope=\"col\">%s</th>",
                      columns[i].title);
    markup_print (page, "</tr></thead>\n<tbody>\n");
}

static void s_open (FILE *page, bool scope, bool number, const char *tone)
{
    fputs (scope ? "<th scope=\"row\"" : "<td", page);
    if (number || *tone)
        markup_print (page, " class=\"%s%s%s\"", number ? "number" : "", number && *tone ? " " : "", tone);
    fputs (">", page);
}

static void s_cell (FILE *page, const struct document_column *columns, size_t at, size_t count,
                    enum document_tone tone, enum cell_sort sort, const char *text)
{
    if (at == 0)
        fputs ("<tr>", page);
    s_open (page, at == 0, columns[at].number, s_class (tone));
    if (!text)
        return;
    markup_print (page, sort == CELL_NAME && *text ? "<bdi>%s</bdi>" : "%s", text);
    fputs (at == 0 ? "</th>" : "</td>", page);
    if (at + 1 == count)
        fputs ("</tr>\n", page);
}

static void s_drawing (FILE *page, bool last)
{
    fputs (last ? "</td></tr>\n" : "</td>", page);
}

static void s_table_end (FILE *page)
{
    markup_print (page, "</tbody></table></div>\n");
}

static void s_group (FILE *page, bool begin)
{
    markup_print (page, begin ? "<div class=\"group\">\n" : "</div>\n");
}

static void s_figure (FILE *page, const char *caption)
{
    markup_print (page, "<figure>\n<figcaption>%s</figcaption>\n", caption);
}

static void s_figure_end (FILE *page)
{
    markup_print (page, "</figure>\n");
}

const struct document_writer HTML_WRITER = {s_begin,   s_end,       s_heading, s_say,    s_table,      s_cell,
                                            s_drawing, s_table_end, s_group,   s_figure, s_figure_end, true};
