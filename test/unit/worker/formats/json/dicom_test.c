//  dicom_test.c: the DICOM JSON model (PS3.18, annex F): which files are in it, and what its paths are
//  called.
#include "worker/formats/json/dicom.h"

#include "worker/formats/detection.h"

#include <criterion/criterion.h>
#include <string.h>

Test (dicom, a_path_has_the_name_of_its_tags)
{
    static const char *const CASES[][2] = {
        {"00100020.Value.0", "PatientID"},
        {"0020000d.Value.0", "StudyInstanceUID"},
        {"00100010.Value.0.Alphabetic", "PatientName"},
        {"00100010.Value.0.Ideographic", "PatientName.Ideographic"},
        {"00100010.Value.1.Alphabetic", "PatientName.1"},
        {"00080061.Value.1", "ModalitiesInStudy.1"},
        {"00101002.Value.0.00100020.Value.0", "OtherPatientIDsSequence.PatientID"},
        {"00101002.Value.1.00100020.Value.0", "OtherPatientIDsSequence.1.PatientID"},
        {"00091002.InlineBinary", "00091002.InlineBinary"},
        {"7fe00010.BulkDataURI", "7FE00010.BulkDataURI"},
        {"00091010.Value.0", "00091010"},
        {"00100020.vr", NULL},
        {"00101002.Value.0.00100020.vr", NULL},
        {"note", "note"},
        {"", ""},
        {"Value.0", "Value.0"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char room[128];
        struct text out;
        cr_assert (json_dicom_name (text_of (CASES[i][0]), room, sizeof room, &out));
        if (!CASES[i][1])
            cr_expect_null (out.at, "%s is %.*s", CASES[i][0], (int) out.n, out.at);
        else
            cr_expect (out.at && text_equal (out, text_of (CASES[i][1])), "%s is %.*s", CASES[i][0],
                       (int) out.n, out.at);
    }
    char room[4];
    struct text out;
    cr_expect_not (json_dicom_name (TEXT ("00100020.Value.0"), room, sizeof room, &out));
}

Test (dicom, a_file_is_in_the_model_where_all_its_names_are_tags)
{
    static const struct {
        const char *text;
        bool dicom;
        const char *first;
    } CASES[] = {
        {"[{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"7\"]}}]", true, "PatientID"},
        {"{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"7\"]}}\n{\"00080060\":{\"vr\":\"CS\"}}\n", true,
         "PatientID"},
        {"{\"studies\":[{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"7\"]}}]}", true, "PatientID"},
        {"[{\"00100020\":\"7\"}]", false, "00100020"},
        {"[{\"00100020\":{\"value\":\"7\"}}]", false, "00100020.value"},
        {"[{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"7\"]},\"id\":1}]", false, "00100020.vr"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct dialect dialect;
        struct error error = {.code = DMH_OK};
        cr_assert_eq (
            dialect_find (CASES[i].text, strlen (CASES[i].text), true, "it", NULL, &dialect, &error), DMH_OK,
            "%s", error.text);
        cr_expect_eq (dialect.dicom, CASES[i].dicom, "%s", CASES[i].text);
        cr_expect_str_eq (dialect.names[0], CASES[i].first);
        dialect_clear (&dialect);
    }
}
