//  leftovers_test.c: what no column took is counted by path, each scalar with text once.
#include "worker/formats/fhir/leftovers.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void s_count (fhir_leftovers_t *leftovers, const char *json, const char *used)
{
    tree_t *tree = tree_new ();
    cr_assert_eq (tree_parse (tree, text_of (json)), RULE_NONE, "%s", json);
    if (used)
        tree_text (tree, TREE_ROOT, text_of (used));
    cr_assert_eq (fhir_leftovers_count (leftovers, tree, TEXT ("Patient")), 0);
    tree_destroy (&tree);
}

static void s_list (fhir_leftovers_t *leftovers, char out[512])
{
    size_t count, used = 0;
    const struct path_count *list = fhir_leftovers_list (leftovers, &count);
    out[0] = 0;
    for (size_t i = 0; i < count; i++)
        used += (size_t) snprintf (out + used, 512 - used, "%s%s %d", i ? ", " : "", list[i].path,
                                   (int) list[i].count);
}

Test (leftovers, are_counted_by_path_through_arrays)
{
    static const struct {
        const char *json, *used, *paths;
    } CASES[] = {
        {"{}", NULL, ""},
        {"{\"a\":\"x\",\"b\":1}", "a", "Patient.b 1"},
        {"{\"a\":\"\",\"b\":null,\"c\":[],\"d\":{}}", NULL, ""},
        {"{\"a\":false,\"b\":0}", NULL, "Patient.a 1, Patient.b 1"},
        {"{\"a\":[1,2,[3,{\"b\":4}]]}", NULL, "Patient.a 3, Patient.a.b 1"},
        {"{\"c\":[{\"n\":{\"f\":\"x\",\"g\":[\"y\",\"z\"]}},{\"n\":{\"g\":\"w\"}}]}", NULL,
         "Patient.c.n.f 1, Patient.c.n.g 3"},
        {"{\"a\":{\"a\":{\"a\":1}},\"b\":{\"a\":1}}", NULL, "Patient.a.a.a 1, Patient.b.a 1"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char out[512];
        fhir_leftovers_t *leftovers = fhir_leftovers_new ();
        s_count (leftovers, CASES[i].json, CASES[i].used);
        s_list (leftovers, out);
        cr_expect_str_eq (out, CASES[i].paths, "%s: %s", CASES[i].json, out);
        fhir_leftovers_destroy (&leftovers);
    }
}

Test (leftovers, add_up_over_resources_until_they_are_cleared)
{
    char out[512];
    fhir_leftovers_t *leftovers = fhir_leftovers_new ();
    s_count (leftovers, "{\"a\":1,\"b\":{\"c\":2}}", NULL);
    s_count (leftovers, "{\"b\":{\"d\":1,\"c\":2},\"a\":1}", NULL);
    s_list (leftovers, out);
    cr_expect_str_eq (out, "Patient.a 2, Patient.b.c 2, Patient.b.d 1");
    fhir_leftovers_clear (leftovers);
    s_list (leftovers, out);
    cr_expect_str_eq (out, "");
    s_count (leftovers, "{\"e\":1}", NULL);
    s_list (leftovers, out);
    cr_expect_str_eq (out, "Patient.e 1");
    fhir_leftovers_destroy (&leftovers);
}

Test (leftovers, many_paths_keep_their_counts)
{
    fhir_leftovers_t *leftovers = fhir_leftovers_new ();
    size_t count;
    char json[64];
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < 1000; i++) {
            snprintf (json, sizeof json, "{\"k%d\":{\"v\":\"x\"}}", turn ? 999 - i : i);
            s_count (leftovers, json, NULL);
        }
    const struct path_count *list = fhir_leftovers_list (leftovers, &count);
    cr_assert_eq (count, 1000);
    for (size_t i = 0; i < count; i++) {
        snprintf (json, sizeof json, "Patient.k%zu.v", i);
        cr_expect_str_eq (list[i].path, json);
        cr_expect_eq (list[i].count, 2);
    }
    fhir_leftovers_destroy (&leftovers);
}
