//  identity_fuzz.c: any bytes as each of the identifiers and codes with a form of their own. What comes out
//  stays as it is when it comes again, and nothing is written beyond the room there is.
#include "worker/rules/identifiers/check_digit.h"
#include "worker/rules/identifiers/contact.h"
#include "worker/rules/identifiers/identifier.h"
#include "worker/rules/identifiers/phone.h"
#include "worker/rules/identifiers/state.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

enum { INPUT_MOST = 256 };

static enum rule s_npi (struct text in, struct text *out, struct scratch *scratch)
{
    (void) scratch;
    return npi_standardize (in, out);
}

static enum rule s_state (struct text in, struct text *out, struct scratch *scratch)
{
    (void) scratch;
    return state_standardize (in, REGION_US, out);
}

static enum rule s_snomed (struct text in, struct text *out, struct scratch *scratch)
{
    (void) scratch;
    return snomed_standardize (in, false, out);
}

typedef enum rule (*standardize_fn) (struct text, struct text *, struct scratch *);

static const standardize_fn STANDARDIZE[] = {ssn_standardize,
                                             s_npi,
                                             nhs_number_standardize,
                                             s_snomed,
                                             icd10cm_standardize,
                                             phone_standardize,
                                             email_standardize,
                                             postal_code_standardize,
                                             s_state,
                                             identifier_standardize};

static void s_check (standardize_fn standardize, struct text in)
{
    char *room = malloc (3 * in.n + 64), *again = malloc (3 * in.n + 64);
    if (!room || !again)
        abort ();
    struct scratch scratch = {room, 0, 3 * in.n + 64}, second = {again, 0, 3 * in.n + 64};
    struct text once = {NULL, 0}, twice = {NULL, 0};
    enum rule rule = standardize (in, &once, &scratch);
    if (RULE[rule].sort != RULE_SORT_INVALID) {
        enum rule stays = standardize (once, &twice, &second);
        bool settled = stays == RULE_NONE || RULE[stays].sort == RULE_SORT_WARNING;
        if (scratch.used > scratch.size || !settled || !text_equal (once, twice) ||
            (rule == RULE_NONE && !text_equal (in, once)))
            abort ();
    }
    free (room);
    free (again);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    struct text in = text_trim ((struct text){(const char *) data, size});
    if (in.n == 0 || in.n > INPUT_MOST)
        return 0;
    for (size_t i = 0; i < sizeof STANDARDIZE / sizeof *STANDARDIZE; i++)
        s_check (STANDARDIZE[i], in);
    struct text out;
    if (snomed_standardize (in, false, &out) == RULE_NONE && snomed_standardize (in, true, &out) != RULE_NONE)
        abort ();
    if (loinc_is_valid (in) && !loinc_has_form (in))
        abort ();
    (void) uid_is_valid (in);
    return 0;
}
