//  reference_test.c: which resource a Reference means.
#include "worker/formats/fhir/links/reference.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void s_expect (const char *json, const struct fhir_place *place, enum fhir_reference found,
                      const char *id)
{
    tree_t *tree = tree_new ();
    struct text got = {NULL, 0};
    cr_assert_eq (tree_parse (tree, text_of (json)), RULE_NONE, "%s", json);
    cr_expect_eq (fhir_reference_read (tree, tree_member (tree, TREE_ROOT, TEXT ("subject")),
                                       TEXT ("Patient"), place, &got),
                  found, "%s", json);
    cr_expect (text_equal (got, text_of (id)), "%s: %.*s", json, (int) got.n, got.n ? got.at : "");
    tree_destroy (&tree);
}

Test (reference, leads_to_an_id_or_is_refused_never_cut_to_one)
{
    static const struct {
        const char *reference, *id;
        enum fhir_reference found;
    } CASES[] = {
        {"Patient/7", "7", FHIR_REFERENCE_ID},
        {"patient/7", "7", FHIR_REFERENCE_ID},
        {"Patient/7/_history/2", "7", FHIR_REFERENCE_ID},
        {"https://a.example/fhir/Patient/7", "7", FHIR_REFERENCE_ID},
        {"urn:uuid:7", "7", FHIR_REFERENCE_ID},
        {"urn:oid:1.2.3", "1.2.3", FHIR_REFERENCE_ID},
        {"7", "7", FHIR_REFERENCE_ID},
        {"Patient?identifier=s|7", "7", FHIR_REFERENCE_ID},
        {"Patient?identifier=s%7C7", "7", FHIR_REFERENCE_ID},
        {"Patient?identifier=s|7&active=true", "", FHIR_REFERENCE_NONE},
        {"Patient?name=7", "", FHIR_REFERENCE_NONE},
        {"Device/7", "", FHIR_REFERENCE_OTHER},
        {"https://a.example/fhir/Group/7", "", FHIR_REFERENCE_OTHER},
        {"Patient/7#p", "", FHIR_REFERENCE_NONE},
        {"https://a.example/files/7", "", FHIR_REFERENCE_NONE},
        {"Patient/", "", FHIR_REFERENCE_NONE},
        {"", "", FHIR_REFERENCE_NONE},
        {"#nobody", "", FHIR_REFERENCE_NONE},
    };
    static const struct fhir_place PLACE = {.people = NULL};
    char json[256];
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        snprintf (json, sizeof json, "{\"subject\":{\"reference\":\"%s\"}}", CASES[i].reference);
        s_expect (json, &PLACE, CASES[i].found, CASES[i].id);
    }
    s_expect ("{\"subject\":{\"type\":\"Device\",\"reference\":\"Patient/7\"}}", &PLACE, FHIR_REFERENCE_OTHER,
              "");
    s_expect ("{\"subject\":{\"identifier\":{\"value\":\"M 1\"}}}", &PLACE, FHIR_REFERENCE_ID, "M 1");
    s_expect ("{\"contained\":[{\"id\":\"p\",\"resourceType\":\"Patient\",\"identifier\":[{\"use\":\"old\","
              "\"value\":\"1\"},{\"value\":\"2\"}]}],\"subject\":{\"reference\":\"#p\"}}",
              &PLACE, FHIR_REFERENCE_ID, "2");
    s_expect ("{\"contained\":{\"id\":\"p\",\"resourceType\":\"Group\"},\"subject\":{\"reference\":\"#p\"}}",
              &PLACE, FHIR_REFERENCE_OTHER, "");
    s_expect ("{\"subject\":7}", &PLACE, FHIR_REFERENCE_NONE, "");
}

Test (reference, means_the_entry_that_has_its_url)
{
    static const struct {
        const char *reference, *url, *id;
        enum fhir_reference found;
    } CASES[] = {
        {"urn:uuid:1", "", "P77", FHIR_REFERENCE_ID},
        {"urn:uuid:2", "", "", FHIR_REFERENCE_OTHER},
        {"urn:uuid:3", "", "3", FHIR_REFERENCE_ID},
        {"Patient/old", "https://a/fhir/Observation/1", "new", FHIR_REFERENCE_ID},
        {"Patient/old/_history/9", "https://a/fhir/Observation/1/_history/1", "new", FHIR_REFERENCE_ID},
        {"https://a/fhir/Patient/old", "", "new", FHIR_REFERENCE_ID},
        {"Patient/old", "https://b/fhir/Observation/1", "old", FHIR_REFERENCE_ID},
        {"Patient/old", "urn:uuid:9", "old", FHIR_REFERENCE_ID},
        {"Patient/old", "", "old", FHIR_REFERENCE_ID},
    };
    static const struct person NOBODY = {"", 0};
    people_t *people = people_new ();
    people_add (people, TEXT ("urn:uuid:1"), TEXT ("P77"), &NOBODY);
    people_add_other (people, TEXT ("urn:uuid:2"));
    people_add (people, TEXT ("https://a/fhir/Patient/old"), TEXT ("new"), &NOBODY);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct fhir_place place = {people, text_of (CASES[i].url)};
        char json[256];
        snprintf (json, sizeof json, "{\"subject\":{\"reference\":\"%s\"}}", CASES[i].reference);
        s_expect (json, &place, CASES[i].found, CASES[i].id);
    }
    people_destroy (&people);
}

Test (reference, a_server_is_what_stands_before_type_and_id)
{
    static const char *const CASES[][2] = {
        {"https://a.example/fhir/Patient/7", "https://a.example/fhir"},
        {"http://a/Patient/7", "http://a"},
        {"https://a/fhir/Patient/7/_history/1", "https://a/fhir"},
        {"https://a/fhir/Patient/", ""},
        {"https://a/files/7", ""},
        {"https://a/fhir/Patient?x=/7", ""},
        {"Patient/7", ""},
        {"urn:uuid:7", ""},
        {"ftp://a/Patient/7", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct text got = fhir_reference_server (text_of (CASES[i][0]));
        cr_expect (text_equal (got, text_of (CASES[i][1])), "%s: %.*s", CASES[i][0], (int) got.n,
                   got.n ? got.at : "");
    }
}
