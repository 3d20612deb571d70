//  samples_check.c: see samples_check.h.
#include "worker/formats/vcf/checks/samples_check.h"

#include "worker/formats/vcf/checks/values.h"
#include "worker/text/ascii.h"

enum { KEYS_COMPARED = 256 };

size_t vcf_genotype_ploidy (struct text in, uint64_t alts)
{
    const char *at = in.at, *end = in.at + in.n;
    size_t ploidy = 0;
    if (at < end && (*at == '|' || *at == '/'))    //  4.4: whether the first allele is phased
        at++;
    for (;;) {
        uint64_t allele = 0;
        if (at == end)
            return 0;
        if (*at == '.')
            at++;
        else {
            const char *begin = at;
            for (; at < end && is_digit (*at); at++)
                allele = allele > alts ? allele : allele * 10 + digit_of (*at);
            if (at == begin || allele > alts)
                return 0;
        }
        ploidy++;
        if (at == end)
            return ploidy;
        if (*at != '/' && *at != '|')
            return 0;
        at++;
    }
}

static bool s_is_key (struct text id)
{
    for (size_t i = 0; i < id.n; i++) {
        char c = id.at[i];
        if (!is_letter (c) && c != '_' && (i == 0 || (!is_digit (c) && c != '.')))
            return false;
    }
    return id.n > 0;
}

//  Where a key of FORMAT stands in the line.
static struct text s_in_line (const struct vcf_line *line, size_t k)
{
    struct text key = line->key_ids[k];
    return (struct text){line->format.at + (key.at - line->format_text), key.n};
}

static void s_check_keys (const struct vcf_line *line, struct vcf_findings *out)
{
    for (size_t k = 0; k < line->key_count; k++) {
        struct text key = line->key_ids[k];
        if (!s_is_key (key))
            vcf_findings_fail (out, RULE_VCF_FORMAT, NULL, line->format);
        for (size_t other = 0; other < k && k < KEYS_COMPARED; other++)
            if (text_equal (line->key_ids[other], key))
                vcf_findings_fail (out, RULE_VCF_FORMAT, NULL, line->format);
        if (k && text_equal (key, TEXT ("GT")))
            vcf_findings_warn (out, RULE_VCF_GT_NOT_FIRST, NULL, line->format);
        if (line->keys[k] < 0 || !line->header->formats[line->keys[k]].declared)
            vcf_findings_warn (out, RULE_VCF_FORMAT_UNDECLARED, NULL, s_in_line (line, k));
    }
    if (line->key_count >= KEYS_COMPARED)
        vcf_findings_fail (out, RULE_VCF_FORMAT, NULL, line->format);
}

//  Where the key stands; SIZE_MAX: nowhere.
static size_t s_key (const struct vcf_line *line, struct text id)
{
    for (size_t k = 0; k < line->key_count; k++)
        if (text_equal (line->key_ids[k], id))
            return k;
    return SIZE_MAX;
}

static uint64_t s_locals (struct text laa)
{
    uint64_t count = 1;
    if (laa.n == 0 || (laa.n == 1 && laa.at[0] == '.'))
        return 0;
    for (size_t i = 0; i < laa.n; i++)
        count += laa.at[i] == ',';
    return count;
}

//  What the keys of a line come to, each to be told once.
struct told {
    bool genotype, type[KEYS_COMPARED], count[KEYS_COMPARED], range[KEYS_COMPARED];
};

static void s_check_value (const struct vcf_line *line, size_t k, struct text value, struct vcf_counts counts,
                           struct told *told, struct vcf_findings *out)
{
    enum value_fault fault = vcf_value_check (&line->header->formats[line->keys[k]], value, counts);
    bool *once = fault == VCF_VALUE_TYPE ? told->type : fault == VCF_VALUE_COUNT ? told->count : told->range;
    if (fault == VCF_VALUE_GOOD || once[k])
        return;
    once[k] = true;
    vcf_findings_warn (out,
                       fault == VCF_VALUE_TYPE    ? RULE_VCF_FORMAT_TYPE
                       : fault == VCF_VALUE_COUNT ? RULE_VCF_FORMAT_COUNT
                                                  : RULE_VCF_FORMAT_RANGE,
                       NULL, value);
}

void vcf_check_samples (const struct vcf_line *line, struct vcf_findings *out)
{
    struct told told = {.type = {false}};
    s_check_keys (line, out);
    if (out->fault.rule != RULE_NONE)
        return;
    size_t keys = line->key_count, gt = s_key (line, TEXT ("GT")), laa = s_key (line, TEXT ("LAA"));
    for (size_t s = 0; s < line->header->sample_count; s++) {
        const struct text *values = line->values + s * keys;
        struct vcf_counts counts = {line->alt_count, 0, UINT64_MAX};
        if (gt != SIZE_MAX && values[gt].at) {
            counts.ploidy = vcf_genotype_ploidy (values[gt], line->alt_count);
            if (counts.ploidy == 0 && line->alt_count == 0) {    //  nothing of it is told otherwise then
                counts.ploidy = vcf_genotype_ploidy (values[gt], UINT32_MAX);
                if (counts.ploidy && !told.genotype)
                    vcf_findings_warn (out, RULE_VCF_GENOTYPE_RANGE, NULL, values[gt]);
                told.genotype = true;
            }
            if (counts.ploidy == 0) {
                vcf_findings_fail (out, RULE_VCF_GENOTYPE, NULL, values[gt].n ? values[gt] : line->format);
                return;
            }
            //  One missing value is said of any number of copies.
            if (values[gt].n == 1 && values[gt].at[0] == '.')
                counts.ploidy = 0;
        }
        if (laa != SIZE_MAX)
            counts.locals = s_locals (values[laa]);
        for (size_t k = 0; k < keys; k++)
            if (k != gt && k != laa && values[k].n && line->keys[k] >= 0)
                s_check_value (line, k, values[k], counts, &told, out);
    }
}
