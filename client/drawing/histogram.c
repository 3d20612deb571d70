//  histogram.c: see drawing.h: bars over an axis.
#include "client/drawing/drawing.h"
#include "client/drawing/markup.h"
#include "client/drawing/tone.h"

enum { WIDTH = 320, HEIGHT = 138, LEFT = 6, RIGHT = WIDTH - 6, TOP = 6, GROUND = 112 };
static const double THINNEST = 1.5;

static double s_x (const struct drawing_histogram *what, double at)
{
    double share = (at - what->low) / (what->high - what->low);
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return LEFT + share * (RIGHT - LEFT);
}

static void s_rect (FILE *page, const char *class, double x, double y, double right, double bottom)
{
    markup_print (page, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>", class, x,
                  y, right - x, bottom - y);
}

//  An end of the band, where it lies inside the axis.
static void s_edge (FILE *page, const struct drawing_histogram *what, double at)
{
    if (at >= what->low && at <= what->high)
        markup_print (page, "<path class=\"d-edge\" d=\"M%.1f %dV%d\"/>", s_x (what, at), TOP, GROUND);
}

static void s_band (FILE *page, const struct drawing_histogram *what)
{
    double low = s_x (what, what->band_low), high = s_x (what, what->band_high);
    if (high > low)
        s_rect (page, "d-band", low, TOP, high, GROUND);
    s_edge (page, what, what->band_low);
    s_edge (page, what, what->band_high);
    markup_print (page, "\n");
}

static void s_bars (FILE *page, const struct drawing_histogram *what)
{
    double most = 0;
    for (size_t i = 0; i < what->bar_count; i++)
        most = what->bars[i].height > most ? what->bars[i].height : most;
    for (size_t i = 0; i < what->bar_count; i++) {
        const struct drawing_bar *bar = &what->bars[i];
        double height = most > 0 ? bar->height / most * (GROUND - TOP - 6) : 0;
        if (bar->height <= 0)
            continue;
        height = height < THINNEST ? THINNEST : height;
        double low = s_x (what, bar->low), high = s_x (what, bar->high);
        s_rect (page, "d-bar", low, GROUND - height, high - low > 3 ? high - 1 : high, GROUND);
    }
    markup_print (page, "\n");
}

static void s_ticks (FILE *page, const struct drawing_histogram *what)
{
    markup_print (page, "<path class=\"d-axis\" d=\"M%d %d.5H%d\"/>\n", LEFT, GROUND, RIGHT);
    for (size_t i = 0; i < what->tick_count; i++) {
        double x = s_x (what, what->ticks[i].at);
        const char *anchor = x < LEFT + 24 ? "start" : x > RIGHT - 24 ? "end" : "middle";
        markup_print (page, "<path class=\"d-axis\" d=\"M%.1f %dv4\"/>", x, GROUND);
        markup_print (page, "<text class=\"s\" x=\"%.1f\" y=\"%d\" text-anchor=\"%s\">%s</text>\n", x,
                      GROUND + 17, anchor, what->ticks[i].label);
    }
}

void drawing_histogram (FILE *page, const struct drawing_words *words, const struct drawing_histogram *what)
{
    tone_begin (page, words, WIDTH, HEIGHT);
    if (what->band)
        s_band (page, what);
    s_bars (page, what);
    s_ticks (page, what);
    tone_end (page);
}
