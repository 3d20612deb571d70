//  phone.c: a telephone number that is written as its own country dials it, where the record says which
//  country that is. Called by record.c once a record's fields are there; knows no number's owner.
#include "worker/rules/identifiers/identifier.h"
#include "worker/rules/record/record.h"
#include "worker/text/ascii.h"

//  ITU-T E.164 and its list of national numbering plans: calling code, the trunk prefix 0 or none, and how
//  many digits a number has behind it.
struct dialling {
    const char *names[4];    //  folded (text_fold)
    const char *code;
    bool trunk;
    int least, most;
};

static const struct dialling DIALLING[] = {{{"de", "deu", "germany", "deutschland"}, "49", true, 7, 11},
                                           {{"at", "aut", "austria", "österreich"}, "43", true, 7, 13},
                                           {{"ch", "che", "switzerland", "schweiz"}, "41", true, 9, 9},
                                           {{"fr", "fra", "france", "frankreich"}, "33", true, 9, 9},
                                           {{"gb", "gbr", "unitedkingdom", "uk"}, "44", true, 9, 10},
                                           {{"ie", "irl", "ireland", NULL}, "353", true, 7, 9},
                                           {{"nl", "nld", "netherlands", "nederland"}, "31", true, 9, 9},
                                           {{"be", "bel", "belgium", NULL}, "32", true, 8, 9},
                                           {{"se", "swe", "sweden", NULL}, "46", true, 7, 9},
                                           {{"au", "aus", "australia", NULL}, "61", true, 9, 9},
                                           {{"nz", "nzl", "newzealand", NULL}, "64", true, 8, 10},
                                           {{"in", "ind", "india", NULL}, "91", true, 10, 10},
                                           {{"jp", "jpn", "japan", NULL}, "81", true, 9, 10},
                                           {{"za", "zaf", "southafrica", NULL}, "27", true, 9, 9},
                                           {{"es", "esp", "spain", "españa"}, "34", false, 9, 9},
                                           {{"pt", "prt", "portugal", NULL}, "351", false, 9, 9},
                                           {{"dk", "dnk", "denmark", NULL}, "45", false, 8, 8},
                                           {{"no", "nor", "norway", NULL}, "47", false, 8, 8},
                                           {{"pl", "pol", "poland", "polska"}, "48", false, 9, 9},
                                           {{"mx", "mex", "mexico", "méxico"}, "52", false, 10, 10}};

enum { COUNTRY_BYTES = 64, E164_MOST = 15 };

static const struct dialling *s_find (struct text country)
{
    char folded[COUNTRY_BYTES];
    size_t n = text_fold (country, folded, sizeof folded);
    for (size_t i = 0; n && i < sizeof DIALLING / sizeof *DIALLING; i++)
        for (size_t k = 0; k < 4 && DIALLING[i].names[k]; k++)
            if (strlen (DIALLING[i].names[k]) == n && memcmp (DIALLING[i].names[k], folded, n) == 0)
                return &DIALLING[i];
    return NULL;
}

//  The digits alone, at most E164_MOST + 2 (00 in front); 0 when there are more.
static size_t s_digits (struct text in, char out[E164_MOST + 2])
{
    size_t n = 0;
    for (size_t at = 0; at < in.n; at++)
        if (is_digit (in.at[at])) {
            if (n == E164_MOST + 2)
                return 0;
            out[n++] = in.at[at];
        }
    return n;
}

bool phone_dial (struct text in, struct text country, struct text *out, struct scratch *scratch)
{
    const struct dialling *found = in.n && in.at[0] != '+' ? s_find (country) : NULL;
    if (!found || scratch->size - scratch->used < E164_MOST + 2)
        return false;
    *out = in;
    char digits[E164_MOST + 2] = {0};
    size_t n = s_digits (in, digits), skip = 0, code = strlen (found->code);
    if (n > 2 + code && memcmp (digits, "00", 2) == 0 && memcmp (digits + 2, found->code, code) == 0)
        skip = 2 + code;
    else if (found->trunk && n && digits[0] == '0')
        skip = 1;
    else if (found->trunk)
        return true;    //  a local number: nobody says which town's
    size_t rest = n - skip;
    if (rest < (size_t) found->least || rest > (size_t) found->most || digits[skip] == '0')
        return true;
    char *to = scratch->at + scratch->used;
    to[0] = '+';
    memcpy (to + 1, found->code, code);
    memcpy (to + 1 + code, digits + skip, rest);
    *out = (struct text){to, 1 + code + rest};
    scratch->used += out->n;
    return true;
}

//  What was said of the field is forgotten: it was thought to be a number of North America.
static void s_unsay (struct record *self, int field)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->finding_count; i++)
        if (self->findings[i].field != field || self->findings[i].rule != RULE_PHONE_FORMAT)
            self->findings[kept++] = self->findings[i];
    self->finding_count = kept;
}

void record_dial (struct record *self, const struct plan *plan)
{
    struct text source = text_trim (self->sources[plan->phone]), out;
    if (self->values[plan->phone].n == 0 || plan->steps[plan->phone].mapped ||
        !phone_dial (source, self->values[plan->country], &out, &self->scratch))
        return;
    s_unsay (self, plan->phone);
    self->values[plan->phone] = out;
    if (!text_equal (out, source))
        record_note (self, plan->phone, RULE_PHONE_FORMAT, self->sources[plan->phone], out);
}
