//  sexed_range.c: see sexed_range.h.
#include "worker/rules/numbers/sexed_range.h"

#include "worker/text/ascii.h"

enum { LABELS_MAX = 4, WORD_BYTES = 16, NAME_BYTES = 48 };

static const struct {
    struct text word;
    enum sex sex;
} WORDS[] = {
    {TEXT ("m"), SEX_MALE},
    {TEXT ("male"), SEX_MALE},
    {TEXT ("males"), SEX_MALE},
    {TEXT ("man"), SEX_MALE},
    {TEXT ("men"), SEX_MALE},
    {TEXT ("boys"), SEX_MALE},
    {TEXT ("mann"), SEX_MALE},
    {TEXT ("m\xc3\xa4nner"), SEX_MALE},
    {TEXT ("m\xc3\xa4nnlich"), SEX_MALE},
    {TEXT ("herren"), SEX_MALE},
    {TEXT ("h"), SEX_MALE},
    {TEXT ("homme"), SEX_MALE},
    {TEXT ("hommes"), SEX_MALE},
    {TEXT ("masculin"), SEX_MALE},
    {TEXT ("hombre"), SEX_MALE},
    {TEXT ("hombres"), SEX_MALE},
    {TEXT ("homens"), SEX_MALE},
    {TEXT ("masculino"), SEX_MALE},
    {TEXT ("maschio"), SEX_MALE},
    {TEXT ("maschi"), SEX_MALE},
    {TEXT ("uomini"), SEX_MALE},
    {TEXT ("mannen"), SEX_MALE},
    {TEXT ("mannelijk"), SEX_MALE},
    {TEXT ("\xe2\x99\x82"), SEX_MALE},
    {TEXT ("f"), SEX_FEMALE},
    {TEXT ("female"), SEX_FEMALE},
    {TEXT ("females"), SEX_FEMALE},
    {TEXT ("woman"), SEX_FEMALE},
    {TEXT ("women"), SEX_FEMALE},
    {TEXT ("girls"), SEX_FEMALE},
    {TEXT ("w"), SEX_FEMALE},
    {TEXT ("frau"), SEX_FEMALE},
    {TEXT ("frauen"), SEX_FEMALE},
    {TEXT ("damen"), SEX_FEMALE},
    {TEXT ("weiblich"), SEX_FEMALE},
    {TEXT ("femme"), SEX_FEMALE},
    {TEXT ("femmes"), SEX_FEMALE},
    {TEXT ("f\xc3\xa9minin"), SEX_FEMALE},
    {TEXT ("mujer"), SEX_FEMALE},
    {TEXT ("mujeres"), SEX_FEMALE},
    {TEXT ("mulheres"), SEX_FEMALE},
    {TEXT ("femenino"), SEX_FEMALE},
    {TEXT ("feminino"), SEX_FEMALE},
    {TEXT ("femmina"), SEX_FEMALE},
    {TEXT ("femmine"), SEX_FEMALE},
    {TEXT ("donne"), SEX_FEMALE},
    {TEXT ("v"), SEX_FEMALE},
    {TEXT ("vrouw"), SEX_FEMALE},
    {TEXT ("vrouwen"), SEX_FEMALE},
    {TEXT ("vrouwelijk"), SEX_FEMALE},
    {TEXT ("\xe2\x99\x80"), SEX_FEMALE},
};

static const struct text COLUMNS[] = {
    TEXT ("sex"),
    TEXT ("gender"),
    TEXT ("patientsex"),
    TEXT ("patientgender"),
    TEXT ("ptsex"),
    TEXT ("ptgender"),
    TEXT ("patsex"),
    TEXT ("sexcode"),
    TEXT ("gendercode"),
    TEXT ("birthsex"),
    TEXT ("legalsex"),
    TEXT ("sexatbirth"),
    TEXT ("geschlecht"),
    TEXT ("sexe"),
    TEXT ("sexo"),
    TEXT ("sesso"),
    TEXT ("geslacht"),
    TEXT ("g\xc3\xa9nero"),
    TEXT ("genero"),
    TEXT ("pid8"),
    TEXT ("administrativegender"),
    TEXT ("administrativesex"),
};

enum sex sex_of (struct text in)
{
    char lower[WORD_BYTES];
    if (in.n == 0 || in.n > WORD_BYTES)
        return SEX_UNKNOWN;
    for (size_t i = 0; i < in.n; i++)
        lower[i] = to_lower (in.at[i]);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (text_equal ((struct text){lower, in.n}, WORDS[i].word))
            return WORDS[i].sex;
    return SEX_UNKNOWN;
}

bool sex_is_column (struct text name)
{
    char fold[NAME_BYTES];
    if (name.n > NAME_BYTES)
        return false;
    size_t n = text_fold (name, fold, sizeof fold);
    for (size_t i = 0; i < sizeof COLUMNS / sizeof *COLUMNS; i++)
        if (text_equal ((struct text){fold, n}, COLUMNS[i]))
            return true;
    return false;
}

//  A word for a sex, with the sign that sets it off: "M:", "(f)", "women".
struct label {
    size_t at, end;    //  of the text
    enum sex sex;
    char letter;    //  of a word of one letter
};

static bool s_is_word (char c)
{
    return is_letter (c) || (unsigned char) c >= 0x80;
}

//  The label at or behind `at`. A letter alone is one only where a colon or brackets say so, or at the text's
//  beginning: the m of 1-2 m is a metre.
static bool s_label (struct text in, size_t at, struct label *out)
{
    while (at < in.n) {
        if (!s_is_word (in.at[at])) {
            at++;
            continue;
        }
        size_t end = at;
        while (end < in.n && s_is_word (in.at[end]))
            end++;
        enum sex sex = sex_of ((struct text){in.at + at, end - at});
        size_t next = end;
        while (next < in.n && in.at[next] == ' ')
            next++;
        char sign = next < in.n ? in.at[next] : '\0';
        bool bracket = at > 0 && in.at[at - 1] == '(' && sign == ')';
        bool set = sign == ':' || sign == '=' || bracket;
        if (sex != SEX_UNKNOWN && (set || end - at > 1 || at == 0)) {
            *out = (struct label){at - bracket, set ? next + 1 : end, sex,
                                  end - at == 1 ? to_lower (in.at[at]) : '\0'};
            return true;
        }
        at = end;
    }
    return false;
}

static bool s_has_digit (struct text in)
{
    for (size_t at = 0; at < in.n; at++)
        if (is_digit (in.at[at]))
            return true;
    return false;
}

//  Without what separates one range from the next.
static struct text s_strip (struct text in)
{
    static const char BETWEEN[] = " ,;/|:=";
    while (in.n && strchr (BETWEEN, *in.at))
        in = (struct text){in.at + 1, in.n - 1};
    while (in.n && strchr (BETWEEN, in.at[in.n - 1]))
        in.n--;
    return in;
}

bool sexed_range_choose (struct text *in, enum sex sex)
{
    struct label labels[LABELS_MAX];
    size_t count = 0, at = 0;
    while (count < LABELS_MAX && s_label (*in, at, &labels[count]))
        at = labels[count++].end;
    if (count == 0)
        return true;
    bool spanish = false;    //  hombre and mujer: M is the woman's
    for (size_t i = 0; i < count; i++)
        spanish = spanish || labels[i].letter == 'h';
    bool behind = s_has_digit ((struct text){in->at, labels[0].at});
    for (size_t i = 0; i < count; i++) {
        enum sex of = spanish && labels[i].letter == 'm' ? SEX_FEMALE : labels[i].sex;
        if (of != sex)
            continue;
        size_t begin = !behind ? labels[i].end : i ? labels[i - 1].end : 0;
        size_t end = behind ? labels[i].at : i + 1 < count ? labels[i + 1].at : in->n;
        *in = s_strip ((struct text){in->at + begin, end - begin});
        return in->n > 0;
    }
    return false;
}
