//  hidden.c: see hidden.h. The sets are those of Unicode 15 (PropList.txt, DerivedCoreProperties.txt).
#include "messages/text/hidden.h"

#include <stddef.h>

struct range {
    uint32_t first, last;
};

//  What is not seen and says nothing of the letters beside it.
static const struct range DETACHED[] = {
    {0x00, 0x08},     {0x0e, 0x1f},     {0x7f, 0x84},     {0x86, 0x9f},     {0xad, 0xad},
    {0x34f, 0x34f},   {0x61c, 0x61c},   {0x180e, 0x180e}, {0x200b, 0x200f}, {0x202a, 0x202e},
    {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff0, 0xfff8}};

//  What shapes or fills: selectors of variants, tags, fillers of Hangul, marks of shorthand and music.
static const struct range SHAPING[] = {
    {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180d},   {0x180f, 0x180f},   {0x3164, 0x3164},
    {0xfe00, 0xfe0f}, {0xffa0, 0xffa0}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff}};

static bool s_is_in (const struct range *ranges, size_t count, uint32_t code)
{
    for (size_t i = 0; i < count && code >= ranges[i].first; i++)
        if (code <= ranges[i].last)
            return true;
    return false;
}

#define IS_IN(RANGES, CODE) s_is_in (RANGES, sizeof RANGES / sizeof *RANGES, CODE)

bool code_is_space (uint32_t code)
{
    if (code <= ' ')
        return code == ' ' || (code >= '\t' && code <= '\r');
    return code == 0x85 || code == 0xa0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200a) ||
           code == 0x2028 || code == 0x2029 || code == 0x202f || code == 0x205f || code == 0x3000;
}

bool code_is_hidden (uint32_t code)
{
    if (code > ' ' && code < 0x7f)
        return false;
    return IS_IN (DETACHED, code) || IS_IN (SHAPING, code);
}

bool code_is_detached (uint32_t code)
{
    return IS_IN (DETACHED, code);
}
