//  hidden.h: which characters are spaces, and which nobody sees. Pure; knows no texts.
#ifndef DMH_MESSAGES_TEXT_HIDDEN_H
#define DMH_MESSAGES_TEXT_HIDDEN_H

#include <stdbool.h>
#include <stdint.h>

//  Unicode's White_Space.
bool code_is_space (uint32_t code);

//  Default_Ignorable_Code_Point, and the control characters that are no space.
bool code_is_hidden (uint32_t code);

//  Of those, the ones that shape no letter beside them: no selector of a variant, no filler, no tag.
bool code_is_detached (uint32_t code);

#endif
