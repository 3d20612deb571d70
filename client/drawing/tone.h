//  tone.h: what each drawing begins and ends with, and its colours by name. For the drawings alone.
#ifndef DMH_CLIENT_DRAWING_TONE_H
#define DMH_CLIENT_DRAWING_TONE_H

#include "client/drawing/drawing.h"

//  Opens an <svg> of that size, in its own units, with its words.
void tone_begin (FILE *page, const struct drawing_words *words, double width, double height);
void tone_end (FILE *page);

//  The class of DRAWING_STYLE. Borrowed.
const char *tone_class (enum drawing_tone tone);

#endif
