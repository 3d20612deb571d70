//  share.c: see drawing.h: the parts of a whole as one bar in a line.
#include "client/drawing/drawing.h"
#include "client/drawing/markup.h"
#include "client/drawing/tone.h"

static const double WIDTH = 100, THINNEST = 1;

void drawing_share (FILE *page, const struct drawing_part *parts, size_t count, double whole)
{
    markup_print (
        page, "<svg class=\"share\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\" aria-hidden=\"true\" "
              "focusable=\"false\"><rect class=\"d-rest\" width=\"100\" height=\"8\"/>");
    double from = 0;
    for (size_t i = 0; i < count && from < WIDTH; i++) {
        double share = whole > 0 ? parts[i].weight / whole * WIDTH : 0;
        if (parts[i].weight <= 0)
            continue;
        share = share < THINNEST ? THINNEST : share;
        share = share > WIDTH - from ? WIDTH - from : share;
        markup_print (page, "<rect class=\"%s\" x=\"%.1f\" width=\"%.1f\" height=\"8\"/>",
                      tone_class (parts[i].tone), from, share);
        from += share;
    }
    markup_print (page, "</svg>");
}
