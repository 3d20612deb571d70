//  check.c: see check.h.
#include "worker/formats/vcf/checks/check.h"

#include "worker/formats/vcf/checks/samples_check.h"
#include "worker/formats/vcf/checks/values.h"
#include "worker/text/ascii.h"

static bool s_is_missing (struct text in)
{
    return in.n == 1 && in.at[0] == '.';
}

static bool s_has_space (struct text in)
{
    for (size_t i = 0; i < in.n; i++)
        if ((unsigned char) in.at[i] <= ' ')
            return true;
    return false;
}

//  Of a name that has no place in VCF; brackets may stand around a contig of the assembly file.
static bool s_is_contig (struct text in)
{
    if (in.n > 2 && in.at[0] == '<' && in.at[in.n - 1] == '>')
        in = (struct text){in.at + 1, in.n - 2};
    for (size_t i = 0; i < in.n; i++)
        if ((unsigned char) in.at[i] <= ' ' || strchr (",<>", in.at[i]))
            return false;
    return in.n > 0;
}

//  What readers take for a part of the syntax where a contig's name is none that the header has.
static bool s_is_plain (struct text in)
{
    for (size_t i = 0; i < in.n; i++)
        if (strchr (":*()[]{}\"'`\\=", in.at[i]))
            return false;
    return true;
}

static void s_check_chrom (const struct vcf_line *line, struct vcf_findings *out)
{
    const vcf_header_t *header = line->header;
    struct text chrom = line->fixed[LINE_CHROM];
    if (!s_is_contig (chrom)) {
        vcf_findings_fail (out, RULE_VCF_CHROM, "chrom", chrom);
        return;
    }
    int contig = header->contig_count ? vcf_header_contig (header, chrom) : -1;
    if (contig < 0 && !s_is_plain (chrom))
        vcf_findings_warn (out, RULE_VCF_CHROM_SIGNS, "chrom", chrom);
    if (contig < 0 && header->contig_count && chrom.at[0] != '<')
        vcf_findings_warn (out, RULE_VCF_CONTIG, "chrom", chrom);
    //  One behind the last base is the telomere.
    if (contig >= 0 && line->pos > header->contigs[contig].length &&
        line->pos - 1 > header->contigs[contig].length)
        vcf_findings_warn (out, RULE_VCF_POS_END, "pos", line->fixed[LINE_POS]);
}

//  A list with semicolons: no element is empty, holds a space, or comes twice.
static bool s_is_list (struct text in)
{
    if (s_has_space (in) || in.n == 0)
        return false;
    for (size_t at = 0; at <= in.n;) {
        const char *semicolon = at < in.n ? memchr (in.at + at, ';', in.n - at) : NULL;
        size_t end = semicolon ? (size_t) (semicolon - in.at) : in.n;
        if (end == at)
            return false;
        for (size_t other = end + 1; other < in.n;) {
            const char *next = memchr (in.at + other, ';', in.n - other);
            size_t stop = next ? (size_t) (next - in.at) : in.n;
            if (stop - other == end - at && memcmp (in.at + other, in.at + at, end - at) == 0)
                return false;
            other = stop + 1;
        }
        at = end + 1;
    }
    return true;
}

enum { LIST_BYTES_MOST = 4096 };    //  of a longer one the elements are not compared

static void s_check_id (const struct vcf_line *line, struct vcf_findings *out)
{
    struct text id = line->fixed[LINE_ID];
    if (!s_is_missing (id) && id.n <= LIST_BYTES_MOST && !s_is_list (id))
        vcf_findings_warn (out, RULE_VCF_ID, "id", id);
}

static void s_check_filter (const struct vcf_line *line, struct vcf_findings *out)
{
    struct text in = line->fixed[LINE_FILTER], pass = TEXT ("PASS");
    if (s_is_missing (in) || text_equal (in, pass))
        return;
    bool good = in.n > LIST_BYTES_MOST || s_is_list (in);
    for (size_t at = 0; good && at <= in.n;) {
        const char *semicolon = at < in.n ? memchr (in.at + at, ';', in.n - at) : NULL;
        size_t end = semicolon ? (size_t) (semicolon - in.at) : in.n;
        struct text code = {in.at + at, end - at};
        good = !text_equal (code, pass) && !s_is_missing (code) && !text_equal (code, TEXT ("0"));
        if (good && line->header->filter_count && vcf_header_filter (line->header, code) < 0)
            vcf_findings_warn (out, RULE_VCF_FILTER_UNDECLARED, "filter", code);
        at = end + 1;
    }
    if (!good)
        vcf_findings_warn (out, RULE_VCF_FILTER, "filter", in);
}

static void s_check_alleles (const struct vcf_line *line, struct vcf_findings *out)
{
    struct text ref = line->fixed[LINE_REF];
    bool good = true;
    if (!allele_is_reference (ref)) {
        vcf_findings_fail (out, RULE_VCF_REF, "ref", ref);
        return;
    }
    for (size_t i = 0; i < line->alt_count; i++) {
        struct text alt = line->alts[i];
        //  Whether it is good does not depend on the reference, which may be long.
        enum variant_type type = allele_type ((struct text){ref.at, 1}, alt, &good);
        if (!good || (type == VARIANT_NONE && line->alt_count > 1)) {
            vcf_findings_fail (out, RULE_VCF_ALT, "alt", alt.n ? alt : line->fixed[LINE_ALT]);
            return;
        }
        if (text_equal (ref, alt))
            vcf_findings_warn (out, RULE_VCF_ALT_IS_REF, "alt", alt);
        if (type == VARIANT_SYMBOLIC && line->header->alt_count &&
            vcf_header_alt (line->header, (struct text){alt.at + 1, alt.n - 2}) < 0)
            vcf_findings_warn (out, RULE_VCF_ALT_UNDECLARED, "alt", alt);
    }
}

//  [A-Za-z_][0-9A-Za-z_.]*, or 1000G.
static bool s_is_key (struct text id)
{
    if (text_equal (id, TEXT ("1000G")))
        return true;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.at[i];
        if (!is_letter (c) && c != '_' && (i == 0 || (!is_digit (c) && c != '.')))
            return false;
    }
    return id.n > 0;
}

//  Operations as in SAM, each behind its length.
static bool s_is_cigar (struct text in)
{
    bool digits = false, any = false;
    for (size_t i = 0; i < in.n; i++)
        if (is_digit (in.at[i]))
            digits = true;
        else if (in.at[i] == ',' && any && !digits)
            any = false;
        else if (digits && strchr ("MIDNSHPX=", in.at[i])) {
            digits = false;
            any = true;
        } else
            return false;
    return any && !digits;
}

static struct text s_entry (const struct vcf_info *info)
{
    const char *end = info->value.at ? info->value.at + info->value.n : info->id.at + info->id.n;
    return (struct text){info->id.at, (size_t) (end - info->id.at)};
}

static void s_check_end (const struct vcf_line *line, const struct vcf_info *info, struct vcf_findings *out)
{
    uint64_t end = 0;
    for (size_t i = 0; i < info->value.n; i++) {
        if (!is_digit (info->value.at[i]) || end > UINT32_MAX)
            return;
        end = end * 10 + digit_of (info->value.at[i]);
    }
    if (info->value.n && end < line->pos)
        vcf_findings_warn (out, RULE_VCF_END, NULL, s_entry (info));
}

static void s_check_value (const struct vcf_line *line, const struct vcf_info *info, struct vcf_findings *out)
{
    static const enum rule RULES[] = {[VCF_VALUE_TYPE] = RULE_VCF_INFO_TYPE,
                                      [VCF_VALUE_COUNT] = RULE_VCF_INFO_COUNT,
                                      [VCF_VALUE_RANGE] = RULE_VCF_INFO_RANGE};
    const struct vcf_counts counts = {line->alt_count, 0, UINT64_MAX};
    const struct vcf_tag *tag = &line->header->infos[info->tag];
    enum value_fault fault = vcf_value_check (tag, info->value, counts);
    if (fault != VCF_VALUE_GOOD)
        vcf_findings_warn (out, RULES[fault], NULL, s_entry (info));
    else if (tag->type == TYPE_STRING && info->value.n && !s_is_missing (info->value) &&
             text_equal (tag->id, TEXT ("CIGAR")) && !s_is_cigar (info->value))
        vcf_findings_warn (out, RULE_VCF_INFO_TYPE, NULL, s_entry (info));
    else if (text_equal (tag->id, TEXT ("END")))
        s_check_end (line, info, out);
}

//  What an entry says otherwise than one before it has no place in a record.
static void s_check_twice (const struct vcf_line *line, struct vcf_findings *out)
{
    if (line->info_twice == SIZE_MAX)
        return;
    const struct vcf_info *info = &line->infos[line->info_twice], *other = line->infos;
    while (other->tag != info->tag)
        other++;
    bool same = text_equal (s_entry (info), s_entry (other));    //  of more than one nobody looks
    if (same && line->info_repeats == 1)
        vcf_findings_warn (out, RULE_VCF_INFO, NULL, s_entry (info));
    else
        vcf_findings_fail (out, RULE_VCF_INFO_TWICE, NULL, s_entry (info));
}

static void s_check_infos (const struct vcf_line *line, struct vcf_findings *out)
{
    if (line->fixed[LINE_INFO].n == 0)
        vcf_findings_warn (out, RULE_VCF_INFO, NULL, line->fixed[LINE_INFO]);
    for (size_t i = 0; i < line->info_count; i++) {
        const struct vcf_info *info = &line->infos[i];
        const struct vcf_tag *tag = info->tag < 0 ? NULL : &line->header->infos[info->tag];
        if (!tag || !tag->declared) {
            if (!s_is_key (info->id)) {
                vcf_findings_warn (out, RULE_VCF_INFO, NULL,
                                   info->id.n ? s_entry (info) : line->fixed[LINE_INFO]);
                continue;
            }
            vcf_findings_warn (out, RULE_VCF_INFO_UNDECLARED, NULL, info->id);
        }
        if (tag)
            s_check_value (line, info, out);
    }
}

static void s_check_qual (const struct vcf_line *line, struct vcf_findings *out)
{
    struct text qual = line->fixed[LINE_QUAL];
    if (qual.n && qual.at[0] == '-' && vcf_is_float (qual))
        vcf_findings_warn (out, RULE_VCF_QUAL, "qual", qual);
}

void vcf_check (const struct vcf_line *line, struct vcf_findings *out)
{
    s_check_chrom (line, out);
    s_check_id (line, out);
    s_check_alleles (line, out);
    s_check_qual (line, out);
    s_check_filter (line, out);
    s_check_infos (line, out);
    s_check_twice (line, out);
    if (line->header->genotypes)
        vcf_check_samples (line, out);
}
