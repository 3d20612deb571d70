//  drawing.h: drawings in SVG that stand in a page of HTML: they need no script, print, and say in words what
//  they show. Numbers and words in, markup out; knows no result and no file, so that any page may use it.
//  Colours are those of DRAWING_STYLE, light and dark.
#ifndef DMH_CLIENT_DRAWING_DRAWING_H
#define DMH_CLIENT_DRAWING_DRAWING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

//  CSS for the page's <style>: the colours by the reader's wish for light or dark, light on paper.
extern const char DRAWING_STYLE[];

//  Which colour.
enum drawing_tone { DRAWING_GOOD, DRAWING_SOFT, DRAWING_WARN, DRAWING_BAD };

//  A part of a whole. `weight`, >= 0, is drawn; `count` is what the words say.
struct drawing_part {
    const char *label, *count;
    double weight;
    enum drawing_tone tone;
};

//  What all drawings have: `id` differs from those of the others in the page; title and description are read
//  aloud.
struct drawing_words {
    unsigned id;
    const char *title, *description;
};

//  Where a whole went: from one bar on the left to each of its parts on the right, [count] of them. A part
//  without weight has no stream, and its words.
void drawing_flow (FILE *page, const struct drawing_words *words, const struct drawing_part *whole,
                   const struct drawing_part *parts, size_t count);

//  A bar of a line's height in a cell of a table, whose words stand beside it: the parts of `whole`; what
//  they leave stays empty. Hidden from readers aloud.
void drawing_share (FILE *page, const struct drawing_part *parts, size_t count, double whole);

//  A bar of a histogram, from low to high.
struct drawing_bar {
    double low, high;
    double height;    //  >= 0
};

struct drawing_tick {
    double at;
    const char *label;
};

struct drawing_histogram {
    const struct drawing_bar *bars;
    size_t bar_count;
    double low, high;    //  of the axis; low < high
    const struct drawing_tick *ticks;
    size_t tick_count;
    bool band;    //  a range that is marked behind the bars: as much of it as the axis has
    double band_low, band_high;
};

//  A picture of n bytes of SVG that came from elsewhere. It stands in the page as an image does: no script in
//  it runs, it asks for no file, and no markup in it becomes the page's.
void drawing_picture (FILE *page, const char *description, const void *svg, size_t n);

void drawing_histogram (FILE *page, const struct drawing_words *words, const struct drawing_histogram *what);

#endif
