//  date_words.h: months and days of the week by their names and usual abbreviations in English, German,
//  French, Spanish, Portuguese, Italian and Dutch. A table; pure.
#ifndef DMH_WORKER_RULES_DATES_DATE_WORDS_H
#define DMH_WORKER_RULES_DATES_DATE_WORDS_H

#include "worker/text/text.h"

struct date_word {
    const char *word;       //  lower case, letters of ASCII alone: März is marz, and maerz
    signed char month;      //  1 … 12; 0: none
    signed char weekday;    //  1 (Monday) … 7; 0: none
};

//  What the letters that `in` begins with mean, and how many bytes they are (a hyphen before "feira" with
//  them); case and marks over letters are no matter. NULL: nothing.
const struct date_word *date_word_find (struct text in, size_t *n);

#endif
