//  choice.c: see choice.h. Each candidate gets a rank, the least is taken, of equals the first.
#include "worker/formats/fhir/choice.h"

#include "worker/formats/fhir/range.h"
#include "worker/text/ascii.h"

enum { RANK_NEVER = INT32_MAX, RANK_LAST = 1 << 20, RANK_ENDED = 1 << 18, RANK_PREFERENCE = 1 << 8 };

struct use {
    const char *word;    //  NULL: no use is said
    int rank;            //  RANK_LAST: behind all that are none of these
};

static const struct use NAME_USES[] = {{"official", 0},
                                       {"usual", 1},
                                       {NULL, 2},
                                       {"temp", 3},
                                       {"anonymous", RANK_LAST},
                                       {"nickname", RANK_LAST + 1},
                                       {"old", RANK_LAST + 2},
                                       {"maiden", RANK_NEVER}};
static const struct use PLACE_USES[] = {{"home", 0}, {"mobile", 1},  {NULL, 2},         {"work", 3},
                                        {"temp", 4}, {"billing", 5}, {"old", RANK_LAST}};

static const struct {
    const char *word, *member;
    const struct use *uses;
    size_t use_count;
} CHOICES[FHIR_CHOICES] = {
    [FHIR_WHOLE] = {"", "", NULL, 0},
    [FHIR_NAME] = {"@name", "name", NAME_USES, sizeof NAME_USES / sizeof *NAME_USES},
    [FHIR_ADDRESS] = {"@address", "address", PLACE_USES, sizeof PLACE_USES / sizeof *PLACE_USES},
    [FHIR_PHONE] = {"@phone", "telecom", PLACE_USES, sizeof PLACE_USES / sizeof *PLACE_USES},
    [FHIR_EMAIL] = {"@email", "telecom", PLACE_USES, sizeof PLACE_USES / sizeof *PLACE_USES},
    [FHIR_RANGE] = {"@range", FHIR_RANGES, NULL, 0},
};

enum fhir_choice fhir_choice_find (struct text word)
{
    for (int choice = FHIR_WHOLE + 1; choice < FHIR_CHOICES; choice++)
        if (text_equal (word, text_of (CHOICES[choice].word)))
            return (enum fhir_choice) choice;
    return FHIR_WHOLE;
}

static struct text s_text (const tree_t *tree, uint32_t node, const char *key)
{
    const struct tree_node *at = tree_at (tree, tree_member (tree, node, text_of (key)));
    return at->sort == TREE_SCALAR ? at->value : (struct text){NULL, 0};
}

//  How the time compares with the day, as far as it is told.
static int s_compare (struct text time, const char *today)
{
    return memcmp (time.at, today, time.n < 10 ? time.n : 10);
}

static bool s_is_current (const tree_t *tree, uint32_t node, const char *today)
{
    uint32_t period = tree_member (tree, node, TEXT ("period"));
    struct text start = s_text (tree, period, "start"), end = s_text (tree, period, "end");
    return (start.n == 0 || s_compare (start, today) <= 0) && (end.n == 0 || s_compare (end, today) >= 0);
}

static int s_use_rank (enum fhir_choice choice, struct text use)
{
    int none = 0;
    for (size_t i = 0; i < CHOICES[choice].use_count; i++) {
        const struct use *known = &CHOICES[choice].uses[i];
        if (known->word ? text_equal (use, text_of (known->word)) : use.n == 0)
            return known->rank;
        none = known->word ? none : known->rank;
    }
    return none;    //  a word that R4 does not have says nothing
}

//  ContactPoint.rank: 1 is preferred most.
static int s_preference (const tree_t *tree, uint32_t node)
{
    enum { NONE = 500 };
    struct text rank = s_text (tree, node, "rank");
    int value = 0;
    for (size_t i = 0; i < rank.n && i < 3; i++)
        value = is_digit (rank.at[i]) ? value * 10 + (int) digit_of (rank.at[i]) : NONE;
    return rank.n && value < NONE ? value : NONE;
}

//  Whether there is something in it that a field takes, besides text.
static bool s_has_parts (const tree_t *tree, uint32_t node, enum fhir_choice choice)
{
    static const char *const PARTS[FHIR_CHOICES][8] = {
        [FHIR_NAME] = {"family", "given", NULL},
        [FHIR_ADDRESS] = {"line", "city", "state", "postalCode", "country", "district", NULL},
    };
    for (const char *const *part = PARTS[choice]; *part; part++)
        if (tree_member (tree, node, text_of (*part)))
            return true;
    return *PARTS[choice] == NULL;
}

static int s_rank (const tree_t *tree, uint32_t node, enum fhir_choice choice, const char *today)
{
    bool contact = choice == FHIR_PHONE || choice == FHIR_EMAIL;
    int rank = s_use_rank (choice, s_text (tree, node, "use"));
    if (rank == RANK_NEVER || tree_at (tree, node)->sort != TREE_OBJECT)
        return RANK_NEVER;
    if (contact) {
        struct text system = s_text (tree, node, "system");
        bool sms = choice == FHIR_PHONE && text_equal (system, TEXT ("sms"));
        if ((!sms && !text_equal (system, choice == FHIR_PHONE ? TEXT ("phone") : TEXT ("email"))) ||
            s_text (tree, node, "value").n == 0)
            return RANK_NEVER;
        rank += s_preference (tree, node) * RANK_PREFERENCE + sms * (RANK_PREFERENCE / 2);
    }
    rank += s_is_current (tree, node, today) ? 0 : RANK_ENDED;
    return rank + (s_has_parts (tree, node, choice) ? 0 : RANK_ENDED / 2);
}

//  What said that it is the one was taken, too.
static void s_use (tree_t *tree, uint32_t node)
{
    static const char *const TOLD_BY[] = {"use", "system", "rank"};
    for (size_t i = 0; node && i < sizeof TOLD_BY / sizeof *TOLD_BY; i++)
        tree_text (tree, node, text_of (TOLD_BY[i]));
    uint32_t period = tree_member (tree, node, TEXT ("period"));
    tree_text (tree, period, TEXT ("start"));
    tree_text (tree, period, TEXT ("end"));
}

uint32_t fhir_choose (tree_t *tree, uint32_t node, enum fhir_choice choice, const char *today)
{
    uint32_t first = tree_first (tree, node, text_of (CHOICES[choice].member)), best = TREE_NONE;
    if (choice == FHIR_WHOLE)
        return node;
    if (choice == FHIR_RANGE)
        return fhir_range_choose (tree, first, NULL, (struct text){NULL, 0});
    for (int least = RANK_NEVER; first; first = tree_next (tree, first)) {
        int rank = s_rank (tree, first, choice, today);
        if (rank < least) {
            least = rank;
            best = first;
        }
    }
    s_use (tree, best);
    return best;
}
