//  hidden_test.c: which characters are spaces, which nobody sees, and which of those say nothing of the
//  letters beside them: by the lists of Unicode 15 (White_Space of PropList, Default_Ignorable_Code_Point of
//  DerivedCoreProperties) and the controls.
#include "messages/text/hidden.h"

#include <criterion/criterion.h>

//  First and last of each run.
static const struct {
    uint32_t first, last;
} SPACES[] = {{0x09, 0x0d},     {0x20, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680},
              {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000}},
  DETACHED[] = {{0x00, 0x08},     {0x0e, 0x1f},     {0x7f, 0x84},     {0x86, 0x9f},     {0xad, 0xad},
                {0x34f, 0x34f},   {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200f}, {0x202a, 0x202e},
                {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff0, 0xfff8}},
  SHAPING[] = {{0x115f, 0x1160},   {0x17b4, 0x17b5},  {0x180b, 0x180d}, {0x180f, 0x180f},
               {0x3164, 0x3164},   {0xfe00, 0xfe0f},  {0xffa0, 0xffa0}, {0x1bca0, 0x1bca3},
               {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}};

#define IS_IN(RUNS, CODE)                                                                                    \
    ({                                                                                                       \
        bool found = false;                                                                                  \
        for (size_t r = 0; r < sizeof RUNS / sizeof *RUNS; r++)                                              \
            found = found || ((CODE) >= RUNS[r].first && (CODE) <= RUNS[r].last);                            \
        found;                                                                                               \
    })

Test (hidden, every_code_point_is_what_unicode_says)
{
    unsigned wrong = 0;
    for (uint32_t code = 0; code <= 0x10ffff; code++) {
        bool detached = IS_IN (DETACHED, code), hidden = detached || IS_IN (SHAPING, code);
        if (code_is_space (code) == IS_IN (SPACES, code) && code_is_hidden (code) == hidden &&
            code_is_detached (code) == detached)
            continue;
        if (wrong++ < 5)
            cr_expect (false, "U+%04X", code);
    }
    cr_expect_eq (wrong, 0);
}
