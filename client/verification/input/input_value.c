//  input_value.c: see input_value.h.
#include "client/verification/input/input_value.h"

#include <string.h>

//  White_Space of Unicode (PropList.txt) in UTF-8, and what nobody sees either: Default_Ignorable_Code_Point
//  of DerivedCoreProperties.txt as far as texts have it.
static const char *const SPACES[] = {" ",
                                     "\t",
                                     "\n",
                                     "\r",
                                     "\v",
                                     "\f",
                                     "\xc2\x85",
                                     "\xc2\xa0",
                                     "\xe1\x9a\x80",
                                     "\xe2\x80\x80",
                                     "\xe2\x80\x81",
                                     "\xe2\x80\x82",
                                     "\xe2\x80\x83",
                                     "\xe2\x80\x84",
                                     "\xe2\x80\x85",
                                     "\xe2\x80\x86",
                                     "\xe2\x80\x87",
                                     "\xe2\x80\x88",
                                     "\xe2\x80\x89",
                                     "\xe2\x80\x8a",
                                     "\xe2\x80\xa8",
                                     "\xe2\x80\xa9",
                                     "\xe2\x80\xaf",
                                     "\xe2\x81\x9f",
                                     "\xe3\x80\x80",
                                     "\xc2\xad",
                                     "\xe2\x80\x8b",
                                     "\xe2\x80\x8c",
                                     "\xe2\x80\x8d",
                                     "\xe2\x80\x8e",
                                     "\xe2\x80\x8f",
                                     "\xe2\x80\xaa",
                                     "\xe2\x80\xab",
                                     "\xe2\x80\xac",
                                     "\xe2\x80\xad",
                                     "\xe2\x80\xae",
                                     "\xe2\x81\xa0",
                                     "\xe2\x81\xa6",
                                     "\xe2\x81\xa7",
                                     "\xe2\x81\xa8",
                                     "\xe2\x81\xa9",
                                     "\xef\xbb\xbf"};

//  The bytes of the space that the text begins with, or ends with; 0: none.
static size_t s_space (const char *text, size_t n, bool at_end)
{
    for (size_t i = 0; i < sizeof SPACES / sizeof *SPACES; i++) {
        size_t width = strlen (SPACES[i]);
        if (width <= n && memcmp (at_end ? text + n - width : text, SPACES[i], width) == 0)
            return width;
    }
    return 0;
}

struct input_value input_value_trim (struct input_value value)
{
    size_t width;
    while (value.n && (width = s_space (value.text, value.n, false))) {
        value.text += width;
        value.n -= width;
    }
    while (value.n && (width = s_space (value.text, value.n, true)))
        value.n -= width;
    return value;
}

bool input_value_same (struct input_value a, struct input_value b)
{
    a = input_value_trim (a);
    b = input_value_trim (b);
    return a.n == b.n && (a.n == 0 || memcmp (a.text, b.text, a.n) == 0);
}
