//  shape.c: see shape.h.
#include "worker/formats/fhir/shape.h"

#include "worker/text/ascii.h"

#define UCUM_SYSTEM "http://unitsofmeasure.org"

static const struct text NOTHING = {NULL, 0};

//  Puts texts behind one another where the scratch's next text goes. What is in it so far is borrowed.
struct joined {
    struct scratch *scratch;
    size_t n;
};

static void s_put (struct joined *self, struct text in)
{
    if (in.n && in.n <= self->scratch->size - self->scratch->used - self->n) {
        memcpy (self->scratch->at + self->scratch->used + self->n, in.at, in.n);
        self->n += in.n;
    }
}

static struct text s_end (struct joined *self)
{
    struct text out = {self->scratch->at + self->scratch->used, self->n};
    self->scratch->used += self->n;
    return self->n ? out : NOTHING;
}

static struct text s_take (tree_t *tree, uint32_t node)
{
    tree_use (tree, node);
    return tree_at (tree, node)->value;
}

static struct text s_join (struct fhir_shaping *shaping, const uint32_t *found, size_t count,
                           struct text between)
{
    struct joined joined = {shaping->scratch, 0};
    if (count == 1)
        return s_take (shaping->tree, found[0]);
    for (size_t i = 0; i < count; i++) {
        if (i)
            s_put (&joined, between);
        s_put (&joined, s_take (shaping->tree, found[i]));
    }
    return s_end (&joined);
}

//  dmh- and 32 hex digits: what dmh calls a resource whose record has no id.
static bool s_is_made (struct text in)
{
    if (in.n != 36 || memcmp (in.at, "dmh-", 4) != 0)
        return false;
    for (size_t i = 4; i < in.n; i++)
        if (!memchr ("0123456789abcdef", in.at[i], 16))
            return false;
    return true;
}

//  A Quantity's unit: UCUM's code, else the words, else another code.
static struct text s_unit (tree_t *tree, uint32_t quantity)
{
    struct text code = tree_text (tree, quantity, TEXT ("code"));
    bool ucum = text_equal (tree_text (tree, quantity, TEXT ("system")), TEXT (UCUM_SYSTEM));
    struct text unit = ucum && code.n ? code : tree_text (tree, quantity, TEXT ("unit"));
    return unit.n ? unit : code;
}

static bool s_is_same_member (tree_t *tree, uint32_t one, uint32_t other, struct text key)
{
    uint32_t a = tree_member (tree, one, key), b = tree_member (tree, other, key);
    return a && b && text_equal (tree_at (tree, a)->value, tree_at (tree, b)->value);
}

//  Whether the units of two Quantities are one, by code or by words; or one of them says none.
static bool s_is_same_unit (tree_t *tree, uint32_t one, uint32_t other)
{
    return s_is_same_member (tree, one, other, TEXT ("code")) ||
           s_is_same_member (tree, one, other, TEXT ("unit")) ||
           text_equal (s_unit (tree, one), s_unit (tree, other)) || s_unit (tree, one).n == 0 ||
           s_unit (tree, other).n == 0;
}

static void s_put_quantity (struct joined *joined, tree_t *tree, uint32_t quantity, bool unit)
{
    s_put (joined, tree_text (tree, quantity, TEXT ("comparator")));
    s_put (joined, tree_text (tree, quantity, TEXT ("value")));
    struct text of = unit ? s_unit (tree, quantity) : NOTHING;
    if (of.n && !text_equal (of, TEXT ("1"))) {
        s_put (joined, TEXT (" "));
        s_put (joined, of);
    }
}

static struct text s_ratio (struct fhir_shaping *shaping, uint32_t node)
{
    tree_t *tree = shaping->tree;
    uint32_t above = tree_member (tree, node, TEXT ("numerator"));
    uint32_t below = tree_member (tree, node, TEXT ("denominator"));
    struct joined joined = {shaping->scratch, 0};
    s_put_quantity (&joined, tree, above, true);
    if (joined.n && tree_member (tree, below, TEXT ("value"))) {
        s_put (&joined, TEXT (":"));
        s_put_quantity (&joined, tree, below, true);
    }
    return s_end (&joined);
}

static struct text s_interval (struct fhir_shaping *shaping, uint32_t node)
{
    tree_t *tree = shaping->tree;
    uint32_t low = tree_member (tree, node, TEXT ("low")), high = tree_member (tree, node, TEXT ("high"));
    bool from = tree_text (tree, low, TEXT ("value")).n > 0;
    struct text most = tree_text (tree, high, TEXT ("value"));
    bool units = from && most.n && !s_is_same_unit (tree, low, high);
    struct joined joined = {shaping->scratch, 0};
    if (from != (most.n > 0))
        s_put (&joined, from ? TEXT (">=") : TEXT ("<="));
    if (from)
        s_put_quantity (&joined, tree, low, units);
    if (from && most.n)
        s_put (&joined, units || most.at[0] == '-' ? TEXT (" - ") : TEXT ("-"));
    if (most.n)
        s_put_quantity (&joined, tree, high, units);
    return s_end (&joined);
}

static struct text s_interval_unit (tree_t *tree, uint32_t node)
{
    uint32_t low = tree_member (tree, node, TEXT ("low")), high = tree_member (tree, node, TEXT ("high"));
    if (low && high && !s_is_same_unit (tree, low, high))
        return NOTHING;
    struct text unit = s_unit (tree, low), other = s_unit (tree, high);
    return unit.n ? unit : other;
}

static struct text s_period (struct fhir_shaping *shaping, uint32_t node)
{
    struct text end = tree_text (shaping->tree, node, TEXT ("end"));
    struct joined joined = {shaping->scratch, 0};
    s_put (&joined, tree_text (shaping->tree, node, TEXT ("start")));
    if (end.n) {
        s_put (&joined, TEXT ("/"));
        s_put (&joined, end);
    }
    return s_end (&joined);
}

static struct text s_limit (struct fhir_shaping *shaping, uint32_t node)
{
    tree_t *tree = shaping->tree;
    struct text value = tree_text (tree, node, TEXT ("value"));
    struct text unit = s_unit (tree, node);
    uint32_t of = tree_member (tree, shaping->part, TEXT ("valueQuantity"));
    if (value.n == 0 || unit.n == 0 || s_is_same_member (tree, of, node, TEXT ("code")) ||
        s_is_same_member (tree, of, node, TEXT ("unit")) || text_equal (s_unit (tree, of), unit))
        return value;
    struct joined joined = {shaping->scratch, 0};
    s_put (&joined, value);
    s_put (&joined, TEXT (" "));
    s_put (&joined, unit);
    return s_end (&joined);
}

static struct text s_referred (struct fhir_shaping *shaping, uint32_t node, struct text type)
{
    struct text id;
    if (fhir_reference_read (shaping->tree, node, type, shaping->place, &id) == FHIR_REFERENCE_OTHER)
        shaping->other = true;
    return id;
}

static bool s_has_digit (struct text in)
{
    for (size_t i = 0; i < in.n; i++)
        if (is_digit (in.at[i]))
            return true;
    return false;
}

//  The text of what has no parts that say the same.
static struct text s_alone (struct fhir_shaping *shaping, uint32_t node, bool digits)
{
    static const char *const PARTS[] = {"family",     "given",   "line",     "city", "state",
                                        "postalCode", "country", "district", "low",  "high"};
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        if (tree_member (shaping->tree, shaping->from, text_of (PARTS[i])))
            return NOTHING;
    return digits && !s_has_digit (tree_at (shaping->tree, node)->value) ? NOTHING
                                                                         : s_take (shaping->tree, node);
}

//  Of a text that stands for itself.
static struct text s_plain (tree_t *tree, enum fhir_shape shape, uint32_t node)
{
    static const char OID[] = "urn:oid:";
    struct text in = s_take (tree, node);
    if (shape == FHIR_OID && in.n > sizeof OID - 1 && memcmp (in.at, OID, sizeof OID - 1) == 0)
        return (struct text){in.at + sizeof OID - 1, in.n - (sizeof OID - 1)};
    return shape == FHIR_ID && s_is_made (in) ? NOTHING : in;
}

static struct text s_of_object (struct fhir_shaping *shaping, enum fhir_shape shape, uint32_t node)
{
    switch (shape) {
    case FHIR_PATIENT:
        return s_referred (shaping, node, TEXT ("Patient"));
    case FHIR_ENCOUNTER:
        return s_referred (shaping, node, TEXT ("Encounter"));
    case FHIR_SPECIMEN:
        return s_referred (shaping, node, TEXT ("Specimen"));
    case FHIR_RATIO:
        return s_ratio (shaping, node);
    case FHIR_INTERVAL:
        return s_interval (shaping, node);
    case FHIR_UNIT:
        return s_interval_unit (shaping->tree, node);
    case FHIR_PERIOD:
        return s_period (shaping, node);
    default:
        return s_limit (shaping, node);
    }
}

struct text fhir_shape (struct fhir_shaping *shaping, enum fhir_shape shape, const uint32_t *found,
                        size_t count)
{
    if (fhir_shape_is_of_objects (shape))
        return s_of_object (shaping, shape, found[0]);
    switch (shape) {
    case FHIR_WORDS:
        return s_join (shaping, found, count, TEXT (" "));
    case FHIR_LINES:
        return s_join (shaping, found, count, TEXT (", "));
    case FHIR_NOTHING:
        tree_use (shaping->tree, found[0]);
        return NOTHING;
    case FHIR_ALONE:
    case FHIR_DIGITS:
        return s_alone (shaping, found[0], shape == FHIR_DIGITS);
    default:
        return s_plain (shaping->tree, shape, found[0]);
    }
}
