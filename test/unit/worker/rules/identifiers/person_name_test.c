//  person_name_test.c: names taken apart and put together. Forms: DICOM PS3.5 section 6.2 (PN), HL7 v2.5 XPN,
//  and how names are written in lists.
#include "worker/rules/identifiers/person_name.h"

#include <criterion/criterion.h>

//  Parts: family, given, middle, prefix, suffix.
static const struct {
    enum name_form form;
    const char *name, *parts[NAME_PARTS];
} CASES[] = {
    {NAME_FAMILY_FIRST, "Doe, Jane", {"Doe", "Jane", "", "", ""}},
    {NAME_FAMILY_FIRST, "Doe, Jane Q.", {"Doe", "Jane", "Q.", "", ""}},
    {NAME_FAMILY_FIRST, "DOE,JANE", {"DOE", "JANE", "", "", ""}},
    {NAME_FAMILY_FIRST, "van der Berg, Jan", {"van der Berg", "Jan", "", "", ""}},
    {NAME_FAMILY_FIRST, "O'Neil, Shaun", {"O'Neil", "Shaun", "", "", ""}},
    {NAME_FAMILY_FIRST, "Smith-Jones, Mary Ann", {"Smith-Jones", "Mary", "Ann", "", ""}},
    {NAME_FAMILY_FIRST, "García Márquez, Gabriel José", {"García Márquez", "Gabriel", "José", "", ""}},
    {NAME_FAMILY_FIRST, "Doe Jr., John", {"Doe", "John", "", "", "Jr."}},
    {NAME_FAMILY_FIRST, "Doe, John Jr.", {"Doe", "John", "", "", "Jr."}},
    {NAME_FAMILY_FIRST, "Doe, Jr., John Paul", {"Doe", "John", "Paul", "", "Jr."}},
    {NAME_FAMILY_FIRST, "Doe, John, III", {"Doe", "John", "", "", "III"}},
    {NAME_FAMILY_FIRST, "Doe Jr., Dr. Jane Q., MD", {"Doe", "Jane", "Q.", "Dr.", "Jr. MD"}},
    {NAME_FAMILY_FIRST, "Doe,", {"Doe", "", "", "", ""}},
    {NAME_GIVEN_FIRST, "Jane Doe", {"Doe", "Jane", "", "", ""}},
    {NAME_GIVEN_FIRST, "Dr. Jane Q. Doe Jr.", {"Doe", "Jane", "Q.", "Dr.", "Jr."}},
    {NAME_GIVEN_FIRST, "Jane E. Doe", {"Doe", "Jane", "E.", "", ""}},
    {NAME_GIVEN_FIRST, "John D Smith", {"Smith", "John", "D", "", ""}},
    {NAME_GIVEN_FIRST, "Anh Do", {"Do", "Anh", "", "", ""}},
    {NAME_GIVEN_FIRST, "Jane Doe, MD", {"Doe", "Jane", "", "", "MD"}},
    {NAME_GIVEN_FIRST, "Prof. Dr. Anna  Maria Huber PhD", {"Huber", "Anna", "Maria", "Prof. Dr.", "PhD"}},
    {NAME_GIVEN_FIRST, "Jan van der Berg", {"van der Berg", "Jan", "", "", ""}},
    {NAME_GIVEN_FIRST, "LUDWIG VAN BEETHOVEN", {"VAN BEETHOVEN", "LUDWIG", "", "", ""}},
    {NAME_GIVEN_FIRST, "María José de la Cruz", {"de la Cruz", "María", "José", "", ""}},
    {NAME_GIVEN_FIRST, "Jean-Luc O'Neil", {"O'Neil", "Jean-Luc", "", "", ""}},
    {NAME_GIVEN_FIRST, "John Doe III", {"Doe", "John", "", "", "III"}},
    {NAME_GIVEN_FIRST, "Madonna", {"Madonna", "", "", "", ""}},
    {NAME_GIVEN_FIRST, "Mrs. Doe", {"Doe", "", "", "Mrs.", ""}},
    //  A title or suffix alone is a name.
    {NAME_GIVEN_FIRST, "Miss", {"Miss", "", "", "", ""}},
    {NAME_GIVEN_FIRST, "Van Morrison", {"Morrison", "Van", "", "", ""}},
    //  PS3.5 6.2.1.1: "Rev. John Robert Quincy Adams, B.A. M.Div."
    {NAME_DICOM,
     "Adams^John Robert Quincy^^Rev.^B.A. M.Div.",
     {"Adams", "John Robert Quincy", "", "Rev.", "B.A. M.Div."}},
    {NAME_DICOM,
     "Morrison-Jones^Susan^^^Ph.D., Chief Executive Officer",
     {"Morrison-Jones", "Susan", "", "", "Ph.D., Chief Executive Officer"}},
    {NAME_DICOM, "Doe^John", {"Doe", "John", "", "", ""}},
    {NAME_DICOM, "Doe", {"Doe", "", "", "", ""}},
    {NAME_DICOM, "^Wilma", {"", "Wilma", "", "", ""}},
    {NAME_DICOM,
     "Yamada^Tarou=\xe5\xb1\xb1\xe7\x94\xb0^\xe5\xa4\xaa\xe9\x83\x8e",
     {"Yamada", "Tarou", "", "", ""}},
    {NAME_DICOM, "Doe^Jane^Q^^", {"Doe", "Jane", "Q", "", ""}},
    {NAME_HL7, "EVERYWOMAN^EVE^E^III^DR^PHD^L", {"EVERYWOMAN", "EVE", "E", "DR", "III"}},
    {NAME_HL7, "van Oost&van&Oost^Jan~Jansen^Jan", {"van Oost", "Jan", "", "", ""}},
};

//  Not in the form: nothing is guessed.
static const struct {
    enum name_form form;
    const char *name;
} WRONG[] = {
    {NAME_FAMILY_FIRST, "Jane Doe"},
    {NAME_FAMILY_FIRST, ", Jane"},
    {NAME_FAMILY_FIRST, "Doe, Jane, Smith, John"},
    {NAME_GIVEN_FIRST, "Doe, Jane"},
    {NAME_GIVEN_FIRST, "a b c d e f g h i j k l m n o p q r s t u v w x y z"},
};

static char s_bytes[256];

static bool s_split (const char *name, enum name_form form, struct text parts[NAME_PARTS])
{
    struct scratch scratch = {s_bytes, 0, sizeof s_bytes};
    return name_split (text_of (name), form, parts, &scratch);
}

Test (person_name, every_part_is_found_where_its_form_has_it)
{
    struct text parts[NAME_PARTS];
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        cr_expect (s_split (CASES[i].name, CASES[i].form, parts), "%s", CASES[i].name);
        for (int p = 0; p < NAME_PARTS; p++)
            cr_expect (text_equal (parts[p], text_of (CASES[i].parts[p])), "%s: %s is “%.*s”, not “%s”",
                       CASES[i].name, name_part_word ((enum name_part) p), (int) parts[p].n, parts[p].at,
                       CASES[i].parts[p]);
    }
}

Test (person_name, what_is_not_in_its_form_is_not_taken_apart)
{
    struct text parts[NAME_PARTS];
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        cr_expect_not (s_split (WRONG[i].name, WRONG[i].form, parts), "%s", WRONG[i].name);
        for (int p = 0; p < NAME_PARTS; p++)
            cr_expect_eq (parts[p].n, 0);
    }
}

static const struct {
    const char *parts[NAME_PARTS], *forms[NAME_FORMS];
} COMPOSED[] = {
    {{"Doe", "Jane", "Q.", "Dr.", "Jr."},
     {"Doe Jr., Dr. Jane Q.", "Dr. Jane Q. Doe Jr.", "Doe^Jane^Q.^Dr.^Jr.", "Doe^Jane^Q.^Jr.^Dr."}},
    {{"van der Berg", "Jan", "", "", ""},
     {"van der Berg, Jan", "Jan van der Berg", "van der Berg^Jan", "van der Berg^Jan"}},
    {{"Madonna", "", "", "", ""}, {"Madonna", "Madonna", "Madonna", "Madonna"}},
    {{"", "Wilma", "", "", ""}, {", Wilma", "Wilma", "^Wilma", "^Wilma"}},
    {{"", "", "", "", ""}, {"", "", "", ""}},
};

Test (person_name, parts_are_put_together_in_every_form)
{
    for (size_t i = 0; i < sizeof COMPOSED / sizeof *COMPOSED; i++)
        for (int form = 0; form < NAME_FORMS; form++) {
            struct text parts[NAME_PARTS];
            char out[128];
            size_t room = NAME_JOINTS;
            for (int p = 0; p < NAME_PARTS; p++) {
                parts[p] = text_of (COMPOSED[i].parts[p]);
                room += parts[p].n;
            }
            cr_assert_leq (room, sizeof out);
            size_t n = name_compose (parts, (enum name_form) form, out);
            cr_assert_leq (n, room);
            cr_expect (text_equal ((struct text){out, n}, text_of (COMPOSED[i].forms[form])),
                       "“%.*s” is not “%s”", (int) n, out, COMPOSED[i].forms[form]);
        }
}

Test (person_name, forms_have_the_words_of_a_mapping)
{
    static const char *const WORDS[NAME_FORMS] = {"family, given", "given family", "dicom", "hl7"};
    enum name_form form;
    for (int i = 0; i < NAME_FORMS; i++)
        cr_expect (name_form_of (WORDS[i], &form) && form == (enum name_form) i, "%s", WORDS[i]);
    cr_expect_not (name_form_of ("last, first", &form));
}
