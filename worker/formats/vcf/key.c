//  key.c: see key.h. Parts with a NUL between them, which no line has; bases in upper case.
#include "worker/formats/vcf/key.h"

#include "worker/formats/vcf/allele.h"
#include "worker/text/ascii.h"

static char *s_put (char *to, struct text in)
{
    if (in.n)
        memcpy (to, in.at, in.n);
    to[in.n] = 0;
    return to + in.n + 1;
}

static char *s_put_bases (char *to, struct text in)
{
    for (size_t i = 0; i < in.n; i++)
        *to++ = to_upper (in.at[i]);
    *to++ = 0;
    return to;
}

static struct text s_unless_missing (struct text in)
{
    return in.n == 1 && in.at[0] == '.' ? (struct text){NULL, 0} : in;
}

int vcf_key_make (const struct vcf_key_parts *parts, struct buffer *out)
{
    enum { SLACK = 32 };
    struct text ref = parts->ref, alt = s_unless_missing (parts->alt);
    uint64_t pos = parts->pos;
    bool good, bases = true;
    out->used = 0;
    if (buffer_reserve (out, parts->chrom.n + ref.n + alt.n + parts->end.n + parts->svlen.n + parts->mate.n +
                                 SLACK) != 0)
        return -1;
    if (alt.n) {
        enum variant_type type = allele_type (ref, alt, &good);
        bases = type > VARIANT_NONE && type <= VARIANT_INDEL;
    }
    if (alt.n && bases)
        allele_trim (&ref, &alt, &pos);
    char *to = s_put (out->at, parts->chrom);
    memcpy (to, &pos, sizeof pos);
    to = s_put_bases (to + sizeof pos, ref);
    to = bases ? s_put_bases (to, alt) : s_put (to, alt);
    if (!bases) {
        to = s_put (to, s_unless_missing (parts->end));
        to = s_put (to, s_unless_missing (parts->svlen));
        to = s_put (to, s_unless_missing (parts->mate));
    }
    out->used = (size_t) (to - out->at);
    return 0;
}
