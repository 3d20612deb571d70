//  ascii.h: what a byte is in ASCII, whatever the locale.
#ifndef DMH_WORKER_TEXT_ASCII_H
#define DMH_WORKER_TEXT_ASCII_H

#include <stdbool.h>

static inline unsigned digit_of (char c)
{
    return (unsigned) (unsigned char) c - '0';
}

static inline bool is_digit (char c)
{
    return digit_of (c) <= 9;
}

static inline char to_lower (char c)
{
    return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
}

static inline char to_upper (char c)
{
    return c >= 'a' && c <= 'z' ? (char) (c - ('a' - 'A')) : c;
}

static inline bool is_letter (char c)
{
    char lower = to_lower (c);
    return lower >= 'a' && lower <= 'z';
}

static inline bool is_ascii (const char *text)
{
    while (*text && !(*text & 0x80))
        text++;
    return !*text;
}

#endif
