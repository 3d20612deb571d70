//  unit_fuzz.c: any bytes as a unit. A known unit comes out as UCUM and stays so; conversions are finite or
//  refused.
#include "worker/rules/units/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

//  The project's table, read once from the folder that the tests run in.
static const unit_table_t *s_table (void)
{
    static unit_table_t *table;
    static char json[1 << 18];
    if (table)
        return table;
    FILE *file = fopen ("worker/schemas/units.json", "rb");
    if (!file)
        abort ();
    size_t n = fread (json, 1, sizeof json, file);
    fclose (file);
    table = unit_table_new (json, n, NULL);
    if (!table)
        abort ();
    return table;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
    static const char *const TESTS[] = {"2345-7", "17861-6", "4548-4", "8310-5", "6301-6",
                                        "1742-6", "48065-7", "2951-2", "6690-2", "9318-7"};
    const unit_table_t *table = s_table ();
    struct text in = {(const char *) data, size}, once, twice;
    char bytes[256];
    struct scratch scratch = {bytes, 0, sizeof bytes};
    if (size == 0)
        return 0;
    enum rule rule = unit_standardize (table, in, &once, &scratch);
    bool known = rule != RULE_UNIT_INVALID;
    if (known != unit_is_ucum (once) || (rule == RULE_NONE) != (known && text_equal (in, once)))
        abort ();
    if (known && (unit_standardize (table, once, &twice, NULL) != RULE_NONE || !text_equal (once, twice)))
        abort ();
    for (size_t i = 0; i < sizeof TESTS / sizeof *TESTS; i++) {
        double factor = NAN, offset = NAN;
        const struct unit_test *test = unit_test_find (table, text_of (TESTS[i]));
        bool there = unit_conversion (table, test, once, &factor, &offset);
        if (there != (isfinite (factor) && isfinite (offset)) || (there && (factor <= 0 || !known)))
            abort ();
    }
    return 0;
}
