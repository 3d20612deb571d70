//  tone.c: see tone.h.
#include "client/drawing/tone.h"

#include "client/drawing/markup.h"

void tone_begin (FILE *page, const struct drawing_words *words, double width, double height)
{
    markup_print (
        page, "<svg class=\"d\" role=\"img\" viewBox=\"0 0 %.0f %.0f\" aria-labelledby=\"d%u-t d%u-d\">\n",
        width, height, words->id, words->id);
    markup_print (page, "<title id=\"d%u-t\">%s</title>\n<desc id=\"d%u-d\">%s</desc>\n", words->id,
                  words->title, words->id, words->description);
}

void tone_end (FILE *page)
{
    markup_print (page, "</svg>\n");
}

const char *tone_class (enum drawing_tone tone)
{
    static const char *const CLASSES[] = {"d-good", "d-soft", "d-warn", "d-bad"};
    return CLASSES[tone];
}
