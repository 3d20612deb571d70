//  definition.c: see definition.h.
#include "worker/formats/vcf/meta/definition.h"

#include "worker/text/ascii.h"

bool definition_number (struct text in, unsigned minor, struct definition *out)
{
    static const struct {
        const char *word;
        enum value_number number;
        unsigned since;
    } WORDS[] = {
        {"A", NUMBER_ALTERNATE, 1},     {"R", NUMBER_ALLELE, 2},          {"G", NUMBER_GENOTYPE, 1},
        {".", NUMBER_ANY, 1},           {"P", NUMBER_PLOIDY, 4},          {"LA", NUMBER_LOCAL_ALTERNATE, 5},
        {"LR", NUMBER_LOCAL_ALLELE, 5}, {"LG", NUMBER_LOCAL_GENOTYPE, 5}, {"M", NUMBER_METHYLATION, 5}};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (text_equal (in, text_of (WORDS[i].word))) {
            out->number = WORDS[i].number;
            return minor >= WORDS[i].since;
        }
    out->number = NUMBER_FIXED;
    out->count = 0;
    for (size_t i = 0; i < in.n; i++) {
        if (!is_digit (in.at[i]) || out->count > UINT32_MAX)
            return false;
        out->count = out->count * 10 + digit_of (in.at[i]);
    }
    return in.n > 0;
}

bool definition_type (struct text in, struct definition *out)
{
    static const char *const TYPES[] = {"Integer", "Float", "Flag", "Character", "String"};
    for (int i = 0; i < 5; i++)
        if (text_equal (in, text_of (TYPES[i])))
            out->type = (enum value_type) (TYPE_INTEGER + i);
    return out->type != TYPE_NONE && !(out->type == TYPE_FLAG && out->of == DEFINITION_FORMAT);
}
