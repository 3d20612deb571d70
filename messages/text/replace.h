//  replace.h: one word of a sentence for another.
#ifndef DMH_MESSAGES_TEXT_REPLACE_H
#define DMH_MESSAGES_TEXT_REPLACE_H

#include <stddef.h>

//  Writes `to` where `from` stands first in `text` (size bytes with its terminator); what does not fit is
//  cut. Nothing where it does not stand there, or is empty.
void text_replace (char *text, size_t size, const char *from, const char *to);

#endif
