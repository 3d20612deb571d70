//  fhir_resource_test.c: records as FHIR resources: which parts stand, and which forms FHIR takes.
#include "worker/encoders/fhir_resource.h"
#include "worker/encoders/fhir_value.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { FIELDS = 24 };

static bool s_is_ucum (struct text unit)
{
    return text_equal (unit, TEXT ("mg/dL"));
}

//  The resource of a record that has these fields: name, value, name, value … NULL.
static char *s_emit (const char *kind, const char *const *pairs, size_t key_count)
{
    const char *names[FIELDS];
    struct text values[FIELDS];
    static const int KEY[] = {0};
    size_t count = 0;
    for (size_t i = 0; pairs[i]; i += 2) {
        names[count] = pairs[i];
        values[count++] = text_of (pairs[i + 1]);
    }
    struct fhir_resource_plan plan = {.kind = kind,
                                      .names = names,
                                      .count = count,
                                      .key = KEY,
                                      .key_count = key_count,
                                      .is_ucum = s_is_ucum};
    fhir_resource_t *resource = fhir_resource_new (&plan);
    cr_assert_not_null (resource);
    size_t room = fhir_resource_room (resource, values);
    char *out = malloc (room + 1);
    char *end = fhir_resource_emit (resource, values, TEXT ("content"), out);
    cr_assert_leq ((size_t) (end - out), room);
    *end = 0;
    fhir_resource_destroy (&resource);
    cr_assert_null (resource);
    return out;
}

static void s_expect (const char *kind, const char *const *pairs, size_t key_count, const char *expected)
{
    char *got = s_emit (kind, pairs, key_count);
    cr_expect_str_eq (got, expected, "\n%s and should be\n%s", got, expected);
    free (got);
}

#define SUBJECT(ID)                                                                                          \
    "\"subject\":{\"reference\":\"Patient/" ID                                                               \
    "\",\"identifier\":{\"system\":\"urn:dmh:patient_id\",\"value\":\"" ID "\"}}"
#define NO_STATUS                                                                                            \
    "\"status\":\"unknown\",\"_status\":{\"extension\":[{\"url\":\"http://hl7.org/fhir/StructureDefinition/" \
    "data-absent-reason\",\"valueCode\":\"unknown\"}]}"

Test (resource, what_a_record_lacks_leaves_no_trace)
{
    s_expect ("patient", (const char *[]){"patient_id", "p1", NULL}, 1,
              "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"identifier\":[{\"use\":\"usual\",\"system\":"
              "\"urn:dmh:patient_id\",\"value\":\"p1\"}]}\n");
    s_expect ("lab_result", (const char *[]){"result_id", "", "patient_id", "p1", "test_code", "X", NULL}, 1,
              "{\"resourceType\":\"Observation\",\"id\":\"dmh-ed7002b439e9ac845f22357d822bac14\"," NO_STATUS
              ",\"code\":{\"coding\":[{\"code\":\"X\"}]}," SUBJECT ("p1") "}\n");
}

Test (resource, a_quantity_has_its_comparator_and_a_ucum_code_where_the_unit_is_one)
{
#define HEAD                                                                                                 \
    "{\"resourceType\":\"Observation\",\"id\":\"r1\",\"identifier\":[{\"system\":\"urn:dmh:result_id\","     \
    "\"value\":\"r1\"}],"                                                                                    \
    "\"status\":\"final\",\"code\":{\"coding\":[{\"system\":\"http://"                                       \
    "loinc.org\",\"code\":\"2345-7\"}]}," SUBJECT ("p1") ","
    const char *pairs[] = {"result_id",
                           "r1",
                           "patient_id",
                           "p1",
                           "status",
                           "final",
                           "test_code",
                           "2345-7",
                           "test_code_system",
                           "http://loinc.org",
                           "value_comparator",
                           "<",
                           "value_number",
                           "5.50",
                           "unit",
                           "mg/dL",
                           "reference_high",
                           "6",
                           NULL};
    s_expect ("lab_result", pairs, 1,
              HEAD
              "\"valueQuantity\":{\"value\":5.50,\"comparator\":\"<\",\"unit\":\"mg/dL\",\"system\":"
              "\"http://unitsofmeasure.org\",\"code\":\"mg/dL\"},\"referenceRange\":[{\"high\":{\"value\":6,"
              "\"unit\":\"mg/dL\",\"system\":\"http://unitsofmeasure.org\",\"code\":\"mg/dL\"}}]}\n");
    pairs[15] = "spoons";
    s_expect ("lab_result", pairs, 1,
              HEAD "\"valueQuantity\":{\"value\":5.50,\"comparator\":\"<\",\"unit\":\"spoons\"},"
                   "\"referenceRange\":[{\"high\":{\"value\":6,\"unit\":\"spoons\"}}]}\n");
}

Test (resource, a_field_that_fhir_has_no_place_for_is_an_extension)
{
    s_expect (
        "patient", (const char *[]){"patient_id", "p1", "middle_name", "Q", "shoe_size", "4\"2", NULL}, 1,
        "{\"resourceType\":\"Patient\",\"id\":\"p1\",\"extension\":[{\"url\":\"urn:dmh:middle_name\","
        "\"valueString\":\"Q\"},{\"url\":\"urn:dmh:shoe_size\",\"valueString\":\"4\\\"2\"}],\"identifier\":"
        "[{\"use\":\"usual\",\"system\":\"urn:dmh:patient_id\",\"value\":\"p1\"}]}\n");
}

Test (resource, a_time_without_an_offset_is_its_day_and_an_extension)
{
    char *got =
        s_emit ("lab_result",
                (const char *[]){"result_id", "r", "patient_id", "p", "test_code", "X", "collected_at",
                                 "2020-01-02T03:04:05", "resulted_at", "2020-01-02", NULL},
                1);
    cr_expect_not_null (strstr (got, "\"effectiveDateTime\":\"2020-01-02\""), "%s", got);
    cr_expect_not_null (
        strstr (got, "{\"url\":\"urn:dmh:collected_at\",\"valueString\":\"2020-01-02T03:04:05\"}"), "%s",
        got);
    cr_expect_null (strstr (got, "issued"), "%s", got);
    cr_expect_not_null (strstr (got, "{\"url\":\"urn:dmh:resulted_at\",\"valueString\":\"2020-01-02\"}"),
                        "%s", got);
    free (got);
}

Test (resource, an_instance_stands_only_with_its_class_and_its_series)
{
    const char *pairs[] = {
        "study_uid",    "1.2",   "patient_id",    "p", "modality",       "CT",  "series_uid", "1.2.3",
        "instance_uid", "1.2.4", "sop_class_uid", "",  "body_site_code", "T-1", NULL};
    char *got = s_emit ("imaging_study", pairs, 1);
    cr_expect_null (strstr (got, "\"instance\""), "%s", got);
    cr_expect_not_null (strstr (got, "{\"url\":\"urn:dmh:instance_uid\",\"valueString\":\"1.2.4\"}"), "%s",
                        got);
    cr_expect_not_null (strstr (got, "\"bodySite\":{\"code\":\"T-1\"}"), "%s", got);
    free (got);
    pairs[11] = "1.2.5";
    got = s_emit ("imaging_study", pairs, 1);
    cr_expect_not_null (
        strstr (got,
                "\"instance\":[{\"uid\":\"1.2.4\",\"sopClass\":{\"system\":\"urn:ietf:rfc:3986\",\"code\":"
                "\"urn:oid:1.2.5\"}}]"),
        "%s", got);
    cr_expect_null (strstr (got, "extension\":[{\"url\":\"urn:dmh"), "%s", got);
    free (got);
}

//  FHIR R4, datatypes: the regular expressions of date, dateTime, instant.
Test (resource, forms_are_those_of_fhir)
{
    static const struct {
        const char *shape, *in, *out;    //  out NULL: not taken
    } CASES[] = {
        {"datetime", "2020", "2020"},
        {"datetime", "2020-01", "2020-01"},
        {"datetime", "2020-01-02", "2020-01-02"},
        {"datetime", "2020-01-02T03:04:05Z", "2020-01-02T03:04:05Z"},
        {"datetime", "2020-01-02T03:04:05.678+01:00", "2020-01-02T03:04:05.678+01:00"},
        {"datetime", "2020-01-02T03:04:05", NULL},
        {"datetime", "2020-01-02T03:04Z", NULL},
        {"datetime", "2020-01-02T03:04:05.Z", NULL},
        {"datetime", "0000", NULL},
        {"datetime", "202", NULL},
        {"datetime", "2020-1", NULL},
        {"instant", "2020-01-02", NULL},
        {"instant", "2020-01-02T03:04:05-05:00", "2020-01-02T03:04:05-05:00"},
        {"day", "2020-01-02T03:04:05", "2020-01-02"},
        {"day", "2020-01-02T03:04:05Z", NULL},
        {"day", "2020-01-02", NULL},
        {"uri", "http://loinc.org", "http://loinc.org"},
        {"uri", "a b", NULL},
        {"uid", "1.2.3", "urn:oid:1.2.3"},
        {"uid", "123", NULL},
        {"uid", "a.b", NULL},
        {"snomed", "51185008", "51185008"},
        {"snomed", "T-D3000", NULL},
        {"category", "laboratory", "laboratory"},
        {"category", "Chemistry", NULL},
        {"display", "2106-3", "White"},
        {"display", "9", "9"},
        {"patient", "a b", "Patient/dmh-c8687a08aa5d6ed2044328fa6a697ab8"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char room[FHIR_VALUE_ROOM];
        struct text out = {NULL, 0};
        fhir_value_fn *shape = fhir_value_find (text_of (CASES[i].shape));
        cr_assert_not_null (shape, "%s", CASES[i].shape);
        bool taken = shape (text_of (CASES[i].in), &out, room);
        cr_expect_eq (taken, CASES[i].out != NULL, "%s %s", CASES[i].shape, CASES[i].in);
        if (taken && CASES[i].out)
            cr_expect (text_equal (out, text_of (CASES[i].out)), "%s %s", CASES[i].shape, CASES[i].in);
    }
}

Test (resource, only_the_three_kinds_have_resources)
{
    cr_expect (fhir_resource_is_known ("patient") && fhir_resource_is_known ("lab_result") &&
               fhir_resource_is_known ("imaging_study"));
    cr_expect_not (fhir_resource_is_known ("vaccination"));
    struct fhir_resource_plan plan = {.kind = "vaccination", .is_ucum = s_is_ucum};
    cr_expect_null (fhir_resource_new (&plan));
}
