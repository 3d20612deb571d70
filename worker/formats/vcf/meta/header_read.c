//  header_read.c: see header_read.h.
#include "worker/formats/vcf/meta/header_read.h"

#include "messages/base/narrow.h"
#include "worker/formats/vcf/meta/definition_read.h"
#include "worker/formats/vcf/meta/reserved.h"
#include "worker/text/ascii.h"

enum { MINOR_LEAST = 1, MINOR_MOST = 5, FIXED_COLUMNS = 8 };

//  What is read from, and how far.
struct reading {
    vcf_header_t *header;
    const char *source;
    struct error *error;
    uint64_t line;    //  from 1
};

static int s_problem (struct reading *self, enum rule rule, struct text text)
{
    return vcf_header_add_problem (self->header, (struct vcf_problem){rule, self->line, text});
}

static int s_define_tag (vcf_header_t *header, const struct definition *definition)
{
    const struct reserved *reserved = reserved_find (definition->of, definition->id, header->minor);
    const struct vcf_tag tag = {.id = definition->id,
                                .of = definition->of,
                                .number = definition->number,
                                .count = definition->count,
                                .type = definition->type,
                                .positive = reserved && reserved->positive,
                                .declared = true,
                                .column = VCF_NO_COLUMN};
    return vcf_header_add_tag (header, &tag);
}

//  The first definition of an id stands.
static int s_define (struct reading *self, const struct definition *definition, struct text line)
{
    vcf_header_t *header = self->header;
    struct text id = definition->id;
    switch (definition->of) {
    case DEFINITION_INFO:
        return vcf_header_info (header, id) >= 0 ? s_problem (self, RULE_VCF_META_TWICE, line)
                                                 : s_define_tag (header, definition);
    case DEFINITION_FORMAT:
        return vcf_header_format (header, id) >= 0 ? s_problem (self, RULE_VCF_META_TWICE, line)
                                                   : s_define_tag (header, definition);
    case DEFINITION_FILTER:
        return vcf_header_filter (header, id) >= 0 ? s_problem (self, RULE_VCF_META_TWICE, line)
                                                   : vcf_header_add_filter (header, id);
    case DEFINITION_ALT:
        return vcf_header_alt (header, id) >= 0 ? s_problem (self, RULE_VCF_META_TWICE, line)
                                                : vcf_header_add_alt (header, id);
    case DEFINITION_CONTIG:
        return vcf_header_contig (header, id) >= 0
                   ? s_problem (self, RULE_VCF_META_TWICE, line)
                   : vcf_header_add_contig (header, (struct vcf_contig){id, definition->length});
    default:
        return 0;
    }
}

static enum rule s_rule_of (enum definition_problem problem)
{
    static const enum rule RULES[] = {[DEFINITION_BROKEN] = RULE_VCF_META_BROKEN,
                                      [DEFINITION_KEY_TWICE] = RULE_VCF_META_BROKEN,
                                      [DEFINITION_NO_ID] = RULE_VCF_META_ID,
                                      [DEFINITION_BAD_ID] = RULE_VCF_META_ID,
                                      [DEFINITION_BAD_NUMBER] = RULE_VCF_META_NUMBER,
                                      [DEFINITION_BAD_TYPE] = RULE_VCF_META_TYPE,
                                      [DEFINITION_FLAG_NUMBER] = RULE_VCF_META_NUMBER,
                                      [DEFINITION_NO_DESCRIPTION] = RULE_VCF_META_DESCRIPTION,
                                      [DEFINITION_UNQUOTED] = RULE_VCF_META_QUOTES,
                                      [DEFINITION_ORDER] = RULE_VCF_META_ORDER,
                                      [DEFINITION_BAD_VALUE] = RULE_VCF_META_VALUE,
                                      [DEFINITION_RESERVED] = RULE_VCF_META_RESERVED};
    return problem < sizeof RULES / sizeof *RULES ? RULES[problem] : RULE_NONE;
}

//  A line that begins with ##.
static int s_read_meta (struct reading *self, struct text line)
{
    vcf_header_t *header = self->header;
    struct definition definition;
    enum definition_problem problem = definition_read (line, header->minor, &definition);
    enum rule rule = s_rule_of (problem);
    if (vcf_header_add_line (header, line) != 0)
        return -1;
    if (rule != RULE_NONE && s_problem (self, rule, line) != 0)
        return -1;
    //  What is good of a tag is used all the same.
    return definition.of != DEFINITION_OTHER && definition.id.n ? s_define (self, &definition, line) : 0;
}

static int s_refuse (struct reading *self, const char *why)
{
    return error_set (self->error, DMH_BAD_INPUT, "%s: line %llu of its VCF header %s", self->source,
                      (unsigned long long) self->line, why);
}

//  “##fileformat=VCFv4.3”.
static int s_read_version (struct reading *self, struct text line)
{
    const struct text LABEL = TEXT ("##fileformat=VCFv4.");
    if (line.n < LABEL.n || memcmp (line.at, LABEL.at, LABEL.n) != 0 || line.n != LABEL.n + 1 ||
        digit_of (line.at[LABEL.n]) < MINOR_LEAST || digit_of (line.at[LABEL.n]) > MINOR_MOST)
        return s_refuse (self, "is not ##fileformat=VCFv4.1 to 4.5, which a VCF file begins with");
    self->header->minor = digit_of (line.at[LABEL.n]);
    return vcf_header_add_line (self->header, line);
}

static int s_memory (struct reading *self)
{
    return error_set (self->error, DMH_INTERNAL, "out of memory while looking at %s", self->source);
}

static int s_add_sample (struct reading *self, struct text name)
{
    vcf_header_t *header = self->header;
    if (name.n == 0)
        return s_refuse (self, "has a column without a name; is a tab too much there?");
    if (vcf_header_sample (header, name) >= 0)
        return error_set (self->error, DMH_BAD_INPUT,
                          "%s: line %llu of its VCF header names the sample “%.*s” twice; rename one of them",
                          self->source, (unsigned long long) self->line,
                          NARROW (int, name.n < 60 ? name.n : 60), name.at);
    return vcf_header_add_sample (header, name);
}

//  “#CHROM POS ID REF ALT QUAL FILTER INFO”, then “FORMAT” and the samples.
static int s_read_columns (struct reading *self, struct text line)
{
    static const char *const NAMES[] = {"#CHROM", "POS",    "ID",   "REF",   "ALT",
                                        "QUAL",   "FILTER", "INFO", "FORMAT"};
    size_t column = 0;
    for (const char *at = line.at, *end = line.at + line.n; at <= end; column++) {
        const char *tab = memchr (at, '\t', (size_t) (end - at));
        struct text name = {at, (size_t) ((tab ? tab : end) - at)};
        at = tab ? tab + 1 : end + 1;
        int rc = DMH_OK;
        if (column <= FIXED_COLUMNS && !text_equal (name, text_of (NAMES[column])))
            return s_refuse (self, "is not #CHROM, POS, ID, REF, ALT, QUAL, FILTER and INFO, with FORMAT and "
                                   "samples behind them, and tabs between");
        if (column > FIXED_COLUMNS)
            rc = s_add_sample (self, name);
        if (rc != DMH_OK)
            return rc == -1 ? s_memory (self) : rc;
    }
    self->header->genotypes = column > FIXED_COLUMNS;
    if (column == FIXED_COLUMNS + 1 && s_problem (self, RULE_VCF_META_SAMPLES, line) != 0)
        return s_memory (self);
    return column >= FIXED_COLUMNS ? DMH_OK : s_refuse (self, "lacks columns that a VCF file has");
}

//  All lines of the text, of which the last one is that of the columns. 0, or the code of an error.
static int s_read_lines (struct reading *self)
{
    const char *at = self->header->text, *end = at + self->header->bytes;
    int rc = DMH_OK;
    for (; rc == DMH_OK && at < end; self->line++) {
        const char *begin = at, *feed = memchr (at, '\n', (size_t) (end - at));
        struct text line = {at, (size_t) ((feed ? feed : end) - at)};
        at = feed ? feed + 1 : end;
        if (line.n && line.at[line.n - 1] == '\r')
            line.n--;
        bool meta = line.n >= 2 && line.at[0] == '#' && line.at[1] == '#';
        if (self->line == 1)
            rc = s_read_version (self, line);
        else if (meta)
            rc = s_read_meta (self, line) == 0 ? DMH_OK : s_memory (self);
        else
            rc = s_read_columns (self, line);
        if (rc == DMH_OK && !feed && s_problem (self, RULE_VCF_LINE_END, (struct text){begin, line.n}) != 0)
            rc = s_memory (self);
    }
    return rc;
}

//  Where the header ends: behind the first line that does not begin with ##; 0: it goes on behind n.
static size_t s_extent (const char *bytes, size_t n)
{
    for (size_t at = 0; at < n;) {
        const char *feed = memchr (bytes + at, '\n', n - at);
        size_t next = feed ? (size_t) (feed - bytes) + 1 : n;
        bool meta = n - at >= 2 && bytes[at] == '#' && bytes[at + 1] == '#';
        if (!meta)
            return next;
        at = next;
    }
    return 0;
}

int vcf_header_read (vcf_header_t **out, const char *bytes, size_t n, bool whole, size_t *end,
                     const char *source, struct error *error)
{
    struct reading reading = {.source = source, .error = error, .line = 1};
    size_t extent = s_extent (bytes, n);
    if (extent == 0 || (!whole && bytes[extent - 1] != '\n'))
        return error_set (error, DMH_BAD_INPUT,
                          "%s is VCF without the line #CHROM, which names its columns above the records",
                          source);
    vcf_header_t *self = vcf_header_new (bytes, extent);
    reading.header = self;
    int rc = self ? s_read_lines (&reading) : -1;
    if (rc == -1)
        rc = s_memory (&reading);
    if (rc == DMH_OK) {
        *out = self;
        *end = extent;
    } else
        vcf_header_destroy (&self);
    return rc;
}
