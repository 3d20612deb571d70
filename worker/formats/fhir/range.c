//  range.c: see range.h. Each range gets a rank by what it says of whom it is for; what cannot be decided
//  does not fit.
#define _GNU_SOURCE
#include "worker/formats/fhir/range.h"

#include "worker/formats/fhir/age.h"
#include "worker/text/ascii.h"

//  More than any other: for whom, by completed units only, that it says normal.
enum { RANK_NEVER = 0, RANK_ANY = 1, RANK_NORMAL = 1, RANK_EXACT = 2, RANK_SAYS = 4 };

static struct text s_text (const tree_t *tree, uint32_t node, const char *key)
{
    const struct tree_node *at = tree_at (tree, tree_member (tree, node, text_of (key)));
    return at->sort == TREE_SCALAR ? at->value : (struct text){NULL, 0};
}

bool fhir_range_is_somebodys (const tree_t *tree, uint32_t first)
{
    for (; first; first = tree_next (tree, first))
        if (tree_member (tree, first, TEXT ("age")) || tree_member (tree, first, TEXT ("appliesTo")))
            return true;
    return false;
}

//  Whether a range's type says that it is what is normal: HL7's code, or the word.
static bool s_says_normal (const tree_t *tree, uint32_t type)
{
    static const char *const WORDS[] = {"normal", "Normal", "Normal Range", "normal range", "Normal range"};
    uint32_t coding = tree_first (tree, type, TEXT ("coding"));
    bool coded = coding != TREE_NONE;
    for (; coding; coding = tree_next (tree, coding))
        if (text_equal (s_text (tree, coding, "code"), TEXT ("normal")))
            return true;
    for (size_t i = 0; !coded && i < sizeof WORDS / sizeof *WORDS; i++)
        if (text_equal (s_text (tree, type, "text"), text_of (WORDS[i])))
            return true;
    return false;
}

//  What codes and words of groups mean: m, f; 0: something else.
static char s_sex (struct text in, bool code)
{
    //  HL7's administrative gender in both versions, SNOMED CT.
    static const struct {
        const char *word;
        char sex;
    } CODES[] = {{"male", 'm'}, {"female", 'f'},    {"M", 'm'},
                 {"F", 'f'},    {"248153007", 'm'}, {"248152002", 'f'}};
    static const struct {
        const char *word;
        char sex;
    } WORDS[] = {{"male", 'm'},     {"males", 'm'},    {"men", 'm'},    {"man", 'm'},   {"m", 'm'},
                 {"female", 'f'},   {"females", 'f'},  {"women", 'f'},  {"woman", 'f'}, {"f", 'f'},
                 {"männlich", 'm'}, {"weiblich", 'f'}, {"männer", 'm'}, {"frauen", 'f'}};
    char low[24];
    for (size_t i = 0; code && i < sizeof CODES / sizeof *CODES; i++)
        if (text_equal (in, text_of (CODES[i].word)))
            return CODES[i].sex;
    if (code || in.n >= sizeof low)
        return 0;
    for (size_t i = 0; i < in.n; i++)
        low[i] = to_lower (in.at[i]);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (text_equal ((struct text){low, in.n}, text_of (WORDS[i].word)))
            return WORDS[i].sex;
    return 0;
}

//  Whether letters of this system say a sex: M is married in another one.
static bool s_is_gender (struct text system)
{
    return system.n == 0 || memmem (system.at, system.n, "ender", 5) ||
           memmem (system.at, system.n, "0001", 4);
}

//  The sex that a CodeableConcept names by its codes, else by its text.
static char s_concept_sex (const tree_t *tree, uint32_t concept)
{
    uint32_t coding = tree_first (tree, concept, TEXT ("coding"));
    bool coded = coding != TREE_NONE;
    char sex = 0;
    for (; coding; coding = tree_next (tree, coding)) {
        struct text code = s_text (tree, coding, "code");
        if (code.n == 1 && !s_is_gender (s_text (tree, coding, "system")))
            continue;
        char of = code.n ? s_sex (code, true) : s_sex (s_text (tree, coding, "display"), false);
        if (of && sex && of != sex)
            return 0;
        sex = of ? of : sex;
    }
    return coded ? sex : s_sex (s_text (tree, concept, "text"), false);
}

//  Whether the person is of all groups; *said counts them.
static bool s_is_of_groups (const tree_t *tree, uint32_t range, const struct person *person, int *said)
{
    for (uint32_t at = tree_first (tree, range, TEXT ("appliesTo")); at; at = tree_next (tree, at)) {
        char sex = s_concept_sex (tree, at);
        if (!sex || !person || person->sex != sex)
            return false;
        *said = 1;
    }
    return true;
}

static struct age_limit s_limit (const tree_t *tree, uint32_t age, const char *key)
{
    uint32_t quantity = tree_member (tree, age, text_of (key));
    struct text code = s_text (tree, quantity, "code");
    if (s_text (tree, quantity, "comparator").n)
        return (struct age_limit){TEXT ("?"), TEXT ("")};
    return (struct age_limit){s_text (tree, quantity, "value"),
                              code.n ? code : s_text (tree, quantity, "unit")};
}

static int s_rank (const tree_t *tree, uint32_t range, const struct person *person, struct text time)
{
    uint32_t type = tree_member (tree, range, TEXT ("type")), age = tree_member (tree, range, TEXT ("age"));
    int said = 0, rank = RANK_ANY + RANK_EXACT;
    if (tree_at (tree, range)->sort != TREE_OBJECT || (type && !s_says_normal (tree, type)) ||
        !s_is_of_groups (tree, range, person, &said))
        return RANK_NEVER;
    if (age) {
        struct age_limit low = s_limit (tree, age, "low"), high = s_limit (tree, age, "high");
        enum age_fit fit = person ? age_fit (text_of (person->birth), time, &low, &high) : AGE_UNKNOWN;
        if (fit < AGE_LOOSELY)
            return RANK_NEVER;
        rank -= fit == AGE_LOOSELY ? RANK_EXACT : 0;
        said++;
    }
    return rank + said * RANK_SAYS + (type ? RANK_NORMAL : 0);
}

static bool s_is_same_limit (const tree_t *tree, uint32_t one, uint32_t other, const char *key)
{
    static const char *const PARTS[] = {"value", "code", "unit", "comparator"};
    uint32_t limit[2] = {tree_member (tree, one, text_of (key)), tree_member (tree, other, text_of (key))};
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        if (!text_equal (s_text (tree, limit[0], PARTS[i]), s_text (tree, limit[1], PARTS[i])))
            return false;
    return true;
}

//  Two that say the same are one.
static bool s_is_same_range (const tree_t *tree, uint32_t one, uint32_t other)
{
    return s_is_same_limit (tree, one, other, "low") && s_is_same_limit (tree, one, other, "high") &&
           text_equal (s_text (tree, one, "text"), s_text (tree, other, "text"));
}

//  What is below the node was taken.
static void s_use (tree_t *tree, uint32_t node)
{
    tree_use (tree, node);
    for (uint32_t at = node ? tree_at (tree, node)->first : TREE_NONE; at; at = tree_at (tree, at)->next)
        s_use (tree, at);
}

uint32_t fhir_range_choose (tree_t *tree, uint32_t first, const struct person *person, struct text time)
{
    uint32_t best = TREE_NONE;
    bool several = false;
    int most = RANK_NEVER;
    for (uint32_t at = first; at; at = tree_next (tree, at)) {
        int rank = s_rank (tree, at, person, time);
        if (rank == RANK_NEVER || rank < most)
            continue;
        several = rank == most && (several || !s_is_same_range (tree, best, at));
        best = rank > most ? at : best;
        most = rank;
    }
    if (several)
        return TREE_NONE;
    if (best) {
        s_use (tree, tree_member (tree, best, TEXT ("age")));
        s_use (tree, tree_member (tree, best, TEXT ("appliesTo")));
    }
    return best;
}
