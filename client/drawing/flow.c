//  flow.c: see drawing.h: where a whole went.
#include "client/drawing/drawing.h"
#include "client/drawing/markup.h"
#include "client/drawing/tone.h"

enum { WIDTH = 340, TOP = 30, ROW = 44, BAR = 14, LEFT_END = BAR, RIGHT = 170, WORDS = RIGHT + BAR + 10 };
static const double THINNEST = 2;

//  Its height, when `whole` fills `height`.
static double s_height (double weight, double whole, double height)
{
    double share = whole > 0 ? weight / whole * height : 0;
    return weight > 0 && share < THINNEST ? THINNEST : share;
}

//  A stream of `thick` from y `from` on the left to y `to` on the right.
static void s_stream (FILE *page, double from, double to, double thick, const char *tone)
{
    const int middle = (LEFT_END + RIGHT) / 2;
    markup_print (page, "<path class=\"%s d-stream\" d=\"M%d %.1fC%d %.1f %d %.1f %d %.1f", tone, LEFT_END,
                  from, middle, from, middle, to, RIGHT, to);
    markup_print (page, "V%.1fC%d %.1f %d %.1f %d %.1fZ\"/>", to + thick, middle, to + thick, middle,
                  from + thick, LEFT_END, from + thick);
    markup_print (page, "<rect class=\"%s\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>\n", tone,
                  RIGHT, to, BAR, thick);
}

void drawing_flow (FILE *page, const struct drawing_words *words, const struct drawing_part *whole,
                   const struct drawing_part *parts, size_t count)
{
    double sum = 0, most = ROW * (double) count * 0.75, from = TOP, to = TOP, filled = 0;
    for (size_t i = 0; i < count; i++)
        sum += parts[i].weight;
    for (size_t i = 0; i < count; i++)
        filled += s_height (parts[i].weight, sum, most);
    double height = TOP + 8;
    for (size_t i = 0; i < count; i++) {
        double thick = s_height (parts[i].weight, sum, most);
        height += thick + 14 > ROW ? thick + 14 : ROW;
    }
    tone_begin (page, words, WIDTH, height);
    markup_print (page, "<text x=\"0\" y=\"16\">%s <tspan class=\"n\">%s</tspan></text>\n", whole->label,
                  whole->count);
    markup_print (page, "<rect class=\"d-whole\" x=\"0\" y=\"%d\" width=\"%d\" height=\"%.1f\"/>\n", TOP, BAR,
                  filled);
    for (size_t i = 0; i < count; i++) {
        double thick = s_height (parts[i].weight, sum, most), row = thick + 14 > ROW ? thick + 14 : ROW;
        if (thick > 0)
            s_stream (page, from, to, thick, tone_class (parts[i].tone));
        double middle = to + (thick > 32 ? thick / 2 - 4 : 12);
        markup_print (page,
                      "<text x=\"%d\" y=\"%.1f\">%s<tspan class=\"n\" x=\"%d\" dy=\"16\">%s</tspan></text>\n",
                      WORDS, middle, parts[i].label, WORDS, parts[i].count);
        from += thick;
        to += row;
    }
    tone_end (page);
}
