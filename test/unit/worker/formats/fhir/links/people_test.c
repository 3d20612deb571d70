//  people_test.c: who is in a file: by URL, by id, from which servers.
#include "worker/formats/fhir/links/people.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void s_add (people_t *people, const char *url, const char *id, const char *birth, const char *gender)
{
    struct person person = people_read (text_of (birth), text_of (gender));
    cr_assert_eq (people_add (people, text_of (url), text_of (id), &person), 0);
}

Test (people, a_url_is_one_patient_or_nobody_in_whatever_order_they_come)
{
    for (int turned = 0; turned < 2; turned++) {
        people_t *people = people_new ();
        struct text id;
        s_add (people, "urn:uuid:1", turned ? "b" : "a", "", "");
        s_add (people, "urn:uuid:1", turned ? "a" : "b", "", "");
        s_add (people, "urn:uuid:2", "a", "", "");
        s_add (people, "urn:uuid:2", "a", "", "");
        if (turned)
            people_add_other (people, TEXT ("urn:uuid:3"));
        s_add (people, "urn:uuid:3", "a", "", "");
        people_add_other (people, TEXT ("urn:uuid:3"));
        people_add_other (people, TEXT ("urn:uuid:4"));
        cr_expect_eq (people_find (people, TEXT ("urn:uuid:1"), &id), PEOPLE_SEVERAL);
        cr_expect_eq (people_find (people, TEXT ("urn:uuid:2"), &id), PEOPLE_PATIENT);
        cr_expect (text_equal (id, TEXT ("a")));
        cr_expect_eq (people_find (people, TEXT ("urn:uuid:3"), &id), PEOPLE_SEVERAL);
        cr_expect_eq (people_find (people, TEXT ("urn:uuid:4"), &id), PEOPLE_OTHER);
        cr_expect_eq (people_find (people, TEXT ("urn:uuid:5"), &id), PEOPLE_UNKNOWN);
        cr_expect_eq (people_find (people, TEXT (""), &id), PEOPLE_UNKNOWN);
        people_destroy (&people);
    }
}

Test (people, what_is_told_in_two_ways_is_not_known)
{
    static const char *const BIRTHS[] = {"1980", "", "1981", "1980"};
    people_t *people = people_new ();
    for (size_t i = 0; i < 4; i++) {
        s_add (people, "", "a", BIRTHS[i], i == 1 ? "female" : "unknown");
        const struct person *of = people_of (people, TEXT ("a"));
        cr_expect_str_eq (of->birth, i < 2 ? "1980" : "");
        cr_expect_eq (of->sex, i < 1 ? 0 : 'f');
    }
    s_add (people, "", "a", "", "male");
    s_add (people, "", "a", "", "male");
    cr_expect_eq (people_of (people, TEXT ("a"))->sex, 0);
    cr_expect_null (people_of (people, TEXT ("b")));
    people_destroy (&people);
}

Test (people, an_id_of_two_servers_is_told_with_both)
{
    people_t *people = people_new ();
    struct text servers[2];
    cr_assert_eq (people_add_server (people, TEXT ("8"), TEXT ("https://a")), 0);
    people_add_server (people, TEXT ("8"), TEXT ("https://a"));
    people_add_server (people, TEXT ("7"), TEXT ("https://b"));
    people_add_server (people, TEXT ("7"), TEXT (""));
    cr_expect_not (people_first_servers (people, servers));
    people_add_server (people, TEXT ("7"), TEXT ("https://a"));
    people_add_server (people, TEXT ("7"), TEXT ("https://c"));
    cr_expect_not (people_servers (people, TEXT ("8"), servers));
    cr_expect_not (people_servers (people, TEXT ("9"), servers));
    cr_assert (people_servers (people, TEXT ("7"), servers));
    cr_expect (text_equal (servers[0], TEXT ("https://b")) && text_equal (servers[1], TEXT ("https://a")));
    cr_expect (people_first_servers (people, servers));
    people_destroy (&people);
}

Test (people, many_are_found_again)
{
    people_t *people = people_new ();
    char url[32], name[32];
    struct text id;
    for (int i = 0; i < 5000; i++) {
        snprintf (url, sizeof url, "urn:uuid:%d", i);
        snprintf (name, sizeof name, "p%d", i);
        s_add (people, url, name, "", "");
    }
    for (int i = 0; i < 5000; i++) {
        snprintf (url, sizeof url, "urn:uuid:%d", i);
        snprintf (name, sizeof name, "p%d", i);
        cr_assert_eq (people_find (people, text_of (url), &id), PEOPLE_PATIENT, "%s", url);
        cr_assert (text_equal (id, text_of (name)), "%s", url);
    }
    people_destroy (&people);
}
