//  fhir_value.c: see fhir_value.h. Forms of values are those of FHIR R4, datatypes.
#include "worker/encoders/fhir_value.h"

#include "worker/encoders/fhir_id.h"

static bool s_digits (struct text in, size_t at, size_t n)
{
    for (size_t i = at; i < at + n; i++)
        if (i >= in.n || in.at[i] < '0' || in.at[i] > '9')
            return false;
    return true;
}

static bool s_is (struct text in, size_t at, char byte)
{
    return at < in.n && in.at[at] == byte;
}

//  YYYY, YYYY-MM or YYYY-MM-DD, of the value's first n bytes.
static bool s_is_date (struct text in, size_t n)
{
    if (!s_digits (in, 0, 4) || memcmp (in.at, "0000", 4) == 0)
        return false;
    if (n == 4)
        return true;
    if (n < 7 || !s_is (in, 4, '-') || !s_digits (in, 5, 2))
        return false;
    return n == 7 || (n == 10 && s_is (in, 7, '-') && s_digits (in, 8, 2));
}

//  Z, or an offset of at most 14 hours.
static bool s_is_zone (struct text in, size_t at)
{
    if (s_is (in, at, 'Z'))
        return at + 1 == in.n;
    return (s_is (in, at, '+') || s_is (in, at, '-')) && at + 6 == in.n && s_digits (in, at + 1, 2) &&
           s_is (in, at + 3, ':') && s_digits (in, at + 4, 2);
}

static bool s_instant (struct text in, struct text *out, char *room)
{
    (void) room;
    if (in.n < 20 || !s_is_date (in, 10) || in.at[10] != 'T')
        return false;
    if (!s_digits (in, 11, 2) || in.at[13] != ':' || !s_digits (in, 14, 2) || in.at[16] != ':' ||
        !s_digits (in, 17, 2))
        return false;
    size_t at = 19;
    if (s_is (in, at, '.'))
        for (at++; s_digits (in, at, 1); at++)
            ;
    *out = in;
    return at != 20 && s_is_zone (in, at);
}

static bool s_datetime (struct text in, struct text *out, char *room)
{
    *out = in;
    return (in.n <= 10 && s_is_date (in, in.n)) || s_instant (in, out, room);
}

//  The day of a time that FHIR does not take, as it has no offset.
static bool s_day (struct text in, struct text *out, char *room)
{
    if (in.n <= 10 || s_datetime (in, out, room) || !s_is_date (in, 10))
        return false;
    *out = (struct text){in.at, 10};
    return true;
}

static bool s_uri (struct text in, struct text *out, char *room)
{
    (void) room;
    for (size_t i = 0; i < in.n; i++)
        if ((unsigned char) in.at[i] <= ' ')
            return false;
    *out = in;
    return true;
}

//  A DICOM UID as a URI.
static bool s_uid (struct text in, struct text *out, char *room)
{
    static const char OID[] = "urn:oid:";
    if (in.n > 64 || !memchr (in.at, '.', in.n))
        return false;
    for (size_t i = 0; i < in.n; i++)
        if (in.at[i] != '.' && !s_digits (in, i, 1))
            return false;
    memcpy (room, OID, sizeof OID - 1);
    memcpy (room + sizeof OID - 1, in.at, in.n);
    *out = (struct text){room, sizeof OID - 1 + in.n};
    return true;
}

static bool s_id (struct text in, struct text *out, char *room)
{
    (void) room;
    *out = in;
    return fhir_id_is (in);
}

//  A reference to the resource that a patient's own record becomes.
static bool s_patient (struct text in, struct text *out, char *room)
{
    static const char PATIENT[] = "Patient/";
    memcpy (room, PATIENT, sizeof PATIENT - 1);
    *out = (struct text){room, sizeof PATIENT - 1 + fhir_id_of_key (in, room + sizeof PATIENT - 1)};
    return true;
}

//  SNOMED CT identifiers are 6 to 18 digits.
static bool s_snomed (struct text in, struct text *out, char *room)
{
    (void) room;
    *out = in;
    return in.n >= 6 && in.n <= 18 && s_digits (in, 0, in.n);
}

static bool s_category (struct text in, struct text *out, char *room)
{
    static const char *const CODES[] = {"social-history", "vital-signs", "imaging", "laboratory", "procedure",
                                        "survey",         "exam",        "therapy", "activity"};
    (void) room;
    *out = in;
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++)
        if (text_equal (in, text_of (CODES[i])))
            return true;
    return false;
}

//  What people call a category of US Core; a code that is none of them stands for itself.
static bool s_display (struct text in, struct text *out, char *room)
{
    static const char *const NAMES[][2] = {
        {"1002-5", "American Indian or Alaska Native"},
        {"2028-9", "Asian"},
        {"2054-5", "Black or African American"},
        {"2076-8", "Native Hawaiian or Other Pacific Islander"},
        {"2106-3", "White"},
        {"2131-1", "Other Race"},
        {"2135-2", "Hispanic or Latino"},
        {"2186-5", "Not Hispanic or Latino"},
        {"ASKU", "Asked but no answer"},
        {"UNK", "Unknown"},
    };
    (void) room;
    *out = in;
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (text_equal (in, text_of (NAMES[i][0])))
            *out = text_of (NAMES[i][1]);
    return true;
}

//  US Core takes a category, or one of these two of HL7's null flavours, each under its own system.
static bool s_null_flavor (struct text in, struct text *out, char *room)
{
    (void) room;
    *out = in;
    return text_equal (in, TEXT ("UNK")) || text_equal (in, TEXT ("ASKU"));
}

static bool s_omb (struct text in, struct text *out, char *room)
{
    return !s_null_flavor (in, out, room);
}

fhir_value_fn *fhir_value_find (struct text name)
{
    static const struct {
        const char *name;
        fhir_value_fn *shape;
    } SHAPES[] = {
        {"datetime", s_datetime}, {"instant", s_instant}, {"day", s_day},
        {"uri", s_uri},           {"uid", s_uid},         {"id", s_id},
        {"patient", s_patient},   {"snomed", s_snomed},   {"category", s_category},
        {"display", s_display},   {"omb", s_omb},         {"null_flavor", s_null_flavor},
    };
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++)
        if (text_equal (name, text_of (SHAPES[i].name)))
            return SHAPES[i].shape;
    return NULL;
}
