//  visible.h: a text as people see it: without the characters that nobody sees, with plain spaces, and
//  without the guard by which a spreadsheet keeps ="0047" or '0047 from becoming a number. Pure; never
//  allocates.
#ifndef DMH_WORKER_TEXT_VISIBLE_H
#define DMH_WORKER_TEXT_VISIBLE_H

#include "worker/text/text.h"

//  How much of a text is about its looks alone.
enum visible_extent {
    VISIBLE_ENDS,    //  prose: inside, what is not seen joins letters (Persian, Indic scripts), so it stays
    VISIBLE_FINDING,    //  a number, or words in its place: inside, only joiners behind a letter stay
    VISIBLE_WHOLE       //  identifiers, codes, dates: nothing that is not seen tells one from another
};

struct visible {
    struct text text;
    bool guarded, hidden, spaced;    //  what was taken off: a guard, characters; spaces that are plain now
};

//  Whether nothing of `in` (trimmed, not empty) is to be taken off, as far as its bytes tell at once:
//  printing ASCII that begins like no guard. Hot path.
static inline bool visible_is_plain (struct text in)
{
    static const uint64_t EACH = 0x0101010101010101u, HIGH = 0x8080808080808080u;
    uint64_t bad = 0, word = 0;
    if (in.at[0] == '=' || in.at[0] == '\'')
        return false;
    //  Of bytes below 0x80, those from ' ' on get their high bit by + 0x60, and 0x7f alone by + 1.
    if (in.n >= sizeof word) {
        for (size_t at = 0; at + sizeof word < in.n; at += sizeof word) {
            memcpy (&word, in.at + at, sizeof word);
            bad |= word | ~(word + EACH * 0x60) | (word + EACH);
        }
        memcpy (&word, in.at + in.n - sizeof word, sizeof word);
    } else if (in.n >= 4) {
        uint32_t head, tail;
        memcpy (&head, in.at, sizeof head);
        memcpy (&tail, in.at + in.n - sizeof tail, sizeof tail);
        word = (uint64_t) head << 32 | tail;
    } else
        word = EACH * ' ' << 24 | (uint64_t) (unsigned char) in.at[0] << 16 |
               (uint64_t) (unsigned char) in.at[in.n / 2] << 8 | (unsigned char) in.at[in.n - 1];
    bad |= word | ~(word + EACH * 0x60) | (word + EACH);
    return !(bad & HIGH);
}

//  Takes off what is not seen at the ends and spaces (of Unicode) there, of `in` whatever it is. Borrowed
//  from it. A joiner behind a virama shapes the letter before it and stays.
struct text visible_trim (struct text in);

//  The visible text of `in` (not empty) in *out; it is borrowed from `in` or lies in `scratch`, which needs
//  in.n bytes. Its ends are trimmed, guards are off as often as they stand there. With VISIBLE_ENDS the
//  apostrophe alone is a guard only before = + - @ (as 's and 't begin names).
void visible_make (struct text in, enum visible_extent extent, struct scratch *scratch, struct visible *out);

//  The text without any character that is not seen, into `to`, which has room for in.n bytes; spaces stay.
//  Returns its length.
size_t visible_letters (struct text in, char *to);

#endif
