//  date_words.c: see date_words.h.
#include "worker/rules/dates/date_words.h"

#include "worker/text/ascii.h"

#include <stdlib.h>

enum { WORD_MOST = 12 };

//  In the order of strcmp. `mar` is March, and a Tuesday of French, Spanish and Italian.
static const struct date_word WORDS[] = {
    {"abr", 4, 0},         {"abril", 4, 0},     {"ago", 8, 0},        {"agosto", 8, 0},
    {"aou", 8, 0},         {"aout", 8, 0},      {"apr", 4, 0},        {"april", 4, 0},
    {"aprile", 4, 0},      {"aug", 8, 0},       {"august", 8, 0},     {"augustus", 8, 0},
    {"avr", 4, 0},         {"avril", 4, 0},     {"dec", 12, 0},       {"december", 12, 0},
    {"decembre", 12, 0},   {"dez", 12, 0},      {"dezember", 12, 0},  {"dezembro", 12, 0},
    {"di", 0, 2},          {"dic", 12, 0},      {"diciembre", 12, 0}, {"dienstag", 0, 2},
    {"dim", 0, 7},         {"dimanche", 0, 7},  {"dinsdag", 0, 2},    {"do", 0, 4},
    {"dom", 0, 7},         {"domenica", 0, 7},  {"domingo", 0, 7},    {"donderdag", 0, 4},
    {"donnerstag", 0, 4},  {"ene", 1, 0},       {"enero", 1, 0},      {"feb", 2, 0},
    {"febbraio", 2, 0},    {"feber", 2, 0},     {"febr", 2, 0},       {"febrero", 2, 0},
    {"februar", 2, 0},     {"februari", 2, 0},  {"february", 2, 0},   {"fev", 2, 0},
    {"fevereiro", 2, 0},   {"fevr", 2, 0},      {"fevrier", 2, 0},    {"fr", 0, 5},
    {"freitag", 0, 5},     {"fri", 0, 5},       {"friday", 0, 5},     {"gen", 1, 0},
    {"gennaio", 1, 0},     {"gio", 0, 4},       {"giovedi", 0, 4},    {"giu", 6, 0},
    {"giugno", 6, 0},      {"jaenner", 1, 0},   {"jan", 1, 0},        {"janeiro", 1, 0},
    {"janner", 1, 0},      {"januar", 1, 0},    {"januari", 1, 0},    {"january", 1, 0},
    {"janv", 1, 0},        {"janvier", 1, 0},   {"jeu", 0, 4},        {"jeudi", 0, 4},
    {"jue", 0, 4},         {"jueves", 0, 4},    {"juil", 7, 0},       {"juill", 7, 0},
    {"juillet", 7, 0},     {"juin", 6, 0},      {"jul", 7, 0},        {"julho", 7, 0},
    {"juli", 7, 0},        {"julio", 7, 0},     {"july", 7, 0},       {"jun", 6, 0},
    {"june", 6, 0},        {"junho", 6, 0},     {"juni", 6, 0},       {"junio", 6, 0},
    {"lug", 7, 0},         {"luglio", 7, 0},    {"lun", 0, 1},        {"lundi", 0, 1},
    {"lunedi", 0, 1},      {"lunes", 0, 1},     {"ma", 0, 1},         {"maandag", 0, 1},
    {"maart", 3, 0},       {"maerz", 3, 0},     {"mag", 5, 0},        {"maggio", 5, 0},
    {"mai", 5, 0},         {"maio", 5, 0},      {"mar", 3, 2},        {"march", 3, 0},
    {"marco", 3, 0},       {"mardi", 0, 2},     {"mars", 3, 0},       {"martedi", 0, 2},
    {"martes", 0, 2},      {"marz", 3, 0},      {"marzo", 3, 0},      {"may", 5, 0},
    {"mayo", 5, 0},        {"mei", 5, 0},       {"mer", 0, 3},        {"mercoledi", 0, 3},
    {"mercredi", 0, 3},    {"mi", 0, 3},        {"mie", 0, 3},        {"miercoles", 0, 3},
    {"mittwoch", 0, 3},    {"mo", 0, 1},        {"mon", 0, 1},        {"monday", 0, 1},
    {"montag", 0, 1},      {"mrt", 3, 0},       {"mrz", 3, 0},        {"nov", 11, 0},
    {"november", 11, 0},   {"novembre", 11, 0}, {"novembro", 11, 0},  {"noviembre", 11, 0},
    {"oct", 10, 0},        {"october", 10, 0},  {"octobre", 10, 0},   {"octubre", 10, 0},
    {"okt", 10, 0},        {"oktober", 10, 0},  {"ott", 10, 0},       {"ottobre", 10, 0},
    {"out", 10, 0},        {"outubro", 10, 0},  {"qua", 0, 3},        {"quarta", 0, 3},
    {"quartafeira", 0, 3}, {"qui", 0, 4},       {"quinta", 0, 4},     {"quintafeira", 0, 4},
    {"sa", 0, 6},          {"sab", 0, 6},       {"sabado", 0, 6},     {"sabato", 0, 6},
    {"sam", 0, 6},         {"samedi", 0, 6},    {"samstag", 0, 6},    {"sat", 0, 6},
    {"saturday", 0, 6},    {"seg", 0, 1},       {"segunda", 0, 1},    {"segundafeira", 0, 1},
    {"sep", 9, 0},         {"sept", 9, 0},      {"september", 9, 0},  {"septembre", 9, 0},
    {"septiembre", 9, 0},  {"set", 9, 0},       {"setembro", 9, 0},   {"setiembre", 9, 0},
    {"sett", 9, 0},        {"settembre", 9, 0}, {"sex", 0, 5},        {"sexta", 0, 5},
    {"sextafeira", 0, 5},  {"so", 0, 7},        {"sonnabend", 0, 6},  {"sonntag", 0, 7},
    {"sun", 0, 7},         {"sunday", 0, 7},    {"ter", 0, 2},        {"terca", 0, 2},
    {"tercafeira", 0, 2},  {"thu", 0, 4},       {"thur", 0, 4},       {"thurs", 0, 4},
    {"thursday", 0, 4},    {"tue", 0, 2},       {"tues", 0, 2},       {"tuesday", 0, 2},
    {"ven", 0, 5},         {"vendredi", 0, 5},  {"venerdi", 0, 5},    {"vie", 0, 5},
    {"viernes", 0, 5},     {"vr", 0, 5},        {"vrijdag", 0, 5},    {"wed", 0, 3},
    {"wednesday", 0, 3},   {"wo", 0, 3},        {"woensdag", 0, 3},   {"za", 0, 6},
    {"zaterdag", 0, 6},    {"zo", 0, 7},        {"zondag", 0, 7},
};

//  The letter of ASCII under a mark: U+00C0 … U+00FF in two bytes. 0: none of these languages.
static char s_base (const char *at)
{
    static const char BASES[] = "aaaaaaaceeeeiiii\0nooooo\0ouuuuy\0\0aaaaaaaceeeeiiii\0nooooo\0ouuuuy\0y";
    return BASES[(unsigned char) at[1] & 0x3f];
}

//  Appends what follows, as far as it is letters. false: that is longer than any word, or no such letter.
static bool s_fold (struct text in, size_t *at, char *word, size_t *n)
{
    for (; *at < in.n; (*at)++) {
        unsigned char c = (unsigned char) in.at[*at];
        char letter = is_letter ((char) c) ? to_lower ((char) c) : 0;
        //  A mark of its own over the letter before: U+0300 … U+036F.
        if ((c == 0xcc || c == 0xcd) && *at + 1 < in.n) {
            (*at)++;
            continue;
        }
        if (c == 0xc3 && *at + 1 < in.n)
            letter = s_base (in.at + (*at)++);
        else if (!letter)
            return c < 0x80 || c == 0xc2;
        if (!letter || *n == WORD_MOST)
            return false;
        word[(*n)++] = letter;
    }
    return true;
}

static int s_compare (const void *key, const void *row)
{
    return strcmp (key, ((const struct date_word *) row)->word);
}

const struct date_word *date_word_find (struct text in, size_t *n)
{
    char word[WORD_MOST + 1];
    size_t letters = 0, at = 0;
    if (!s_fold (in, &at, word, &letters) || letters == 0)
        return NULL;
    static const char FEIRA[] = "-feira";
    if (in.n - at >= sizeof FEIRA - 1 && memcmp (in.at + at, FEIRA, sizeof FEIRA - 1) == 0) {
        at++;
        if (!s_fold (in, &at, word, &letters))
            return NULL;
    }
    word[letters] = 0;
    *n = at;
    return bsearch (word, WORDS, sizeof WORDS / sizeof *WORDS, sizeof *WORDS, s_compare);
}
