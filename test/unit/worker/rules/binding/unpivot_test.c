//  unpivot_test.c: which tables are wide, and what their columns say.
#include "worker/rules/binding/unpivot.h"
#include "worker/rules/mapping/read.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAMES_MAX = 32, LINE_BYTES = 1024 };

static size_t s_split (char *line, struct text *names)
{
    size_t count = 0;
    for (char *at = line;; at++) {
        char *end = strchr (at, '|');
        names[count++] = (struct text){at, end ? (size_t) (end - at) : strlen (at)};
        if (!end)
            return count;
        at = end;
    }
}

//  "test=unit test=unit; kept, kept", "-": no wide table.
static void s_write (const unpivot_t *self, const struct text *names, char out[LINE_BYTES])
{
    size_t n = 0;
    snprintf (out, LINE_BYTES, "-");
    for (size_t t = 0; self && t < self->test_count; t++) {
        n += (size_t) snprintf (out + n, LINE_BYTES - n, "%s", t ? " " : "");
        for (size_t i = 0; i < self->field_count; i++)
            n += (size_t) snprintf (out + n, LINE_BYTES - n, "%s%s", i ? "=" : "",
                                    self->tests[t].values[i] ? self->tests[t].values[i] : "");
    }
    for (size_t k = 0; self && k < self->kept_count; k++)
        n += (size_t) snprintf (out + n, LINE_BYTES - n, "%s%.*s", k ? "," : "; ",
                                (int) names[self->kept[k]].n, names[self->kept[k]].at);
}

//  Header, the line under it, what they say together.
static const struct {
    const char *header, *units, *says;
} UNITED[] = {
    {"MRN|Date|Hb|WBC|Ward", "||g/dL|(10^9/L)|", "Hb=g/dL WBC=10^9/L; MRN,Date,Ward"},
    {"MRN|Hb (g/L)|WBC", "|g/dL|/nL", "Hb=g/L WBC=/nL; MRN"},     //  a name says more
    {"MRN|X1|X2", "|g/dL|mmol/L", "X1=g/dL X2=mmol/L; MRN"},      //  what has a unit is measured
    {"MRN|Hb|WBC", "7|g/dL|/nL", "Hb WBC; MRN"},                  //  somebody's
    {"MRN|Hb|WBC|Stay", "|g/dL||d", "Hb=g/dL WBC=; MRN,Stay"},    //  a time alone is no test
    {"MRN|Last Name|DOB|Sex|X1|X2", "||||kg|cm", "-"},            //  persons
};

static const struct {
    const char *header, *kind, *mapping, *says;
} CASES[] = {
    {"PatientID|Date|Hemoglobin (g/dL)|WBC", NULL, NULL, "Hemoglobin=g/dL WBC=; PatientID,Date"},
    {"MRN|Glucose [mmol/L]|Sodium, mmol/L|Ward", NULL, NULL, "Glucose=mmol/L Sodium=mmol/L; MRN,Ward"},
    {"MRN|glucose_mg_dl|total_cholesterol_mmol_l|alt_u_l|sodium_flag|sodium_h|bmi_kg_m2", NULL, NULL,
     "glucose=mg_dl total_cholesterol=mmol_l alt=u_l; MRN,sodium_flag,sodium_h,bmi_kg_m2"},
    {"MRN|Natrium|Kalium|Kreatinin mg/dl", NULL, NULL, "Natrium= Kalium= Kreatinin=mg/dl; MRN"},
    {"MRN|2951-2|2823-3", NULL, NULL, "2951-2 2823-3; MRN"},
    {"MRN|Age (years)|LOS (d)|Height", NULL, NULL, "-"},
    {"MRN|Hb", NULL, NULL, "-"},
    {"MRN|Hb", "lab_result", NULL, "Hb; MRN"},
    {"MRN|Hb|WBC", "patient", NULL, "-"},
    {"Date|Hb|WBC", NULL, NULL, "-"},
    {"MRN|Test|Value|Hb|WBC", NULL, NULL, "-"},
    {"MRN|Last Name|DOB|Sex|Hb|WBC", NULL, NULL, "-"},
    {"MRN|Sex|Hb|WBC", NULL, NULL, "Hb WBC; MRN,Sex"},
    {"MRN|Hb|WBC", NULL, "{\"unpivot\": false}", "-"},
    {"MRN|X1|X2", NULL, "{\"unpivot\": [\"X1\"]}", "X1; MRN,X2"},
    {"MRN|X1|Unit", NULL, "{\"unpivot\": {\"X1\": {\"unit\": \"g/L\", \"test_code\": \"718-7\"}}}",
     "g/L=718-7=X1; MRN,Unit"},
    {"MRN|X1", NULL, "{\"unpivot\": [\"X3\"]}", "!X3"},
    {"MRN|X1", NULL, "{\"unpivot\": {\"X1\": {\"price\": \"3\"}}}", "!price"},
};

Test (unpivot, a_table_with_a_column_for_each_test_is_found_where_that_is_sure)
{
    struct error error = {.code = DMH_OK};
    catalog_t *catalog = catalog_new (NULL, &error);
    cr_assert_not_null (catalog, "%s", error.text);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char line[LINE_BYTES], said[LINE_BYTES];
        struct text names[NAMES_MAX];
        unpivot_t *unpivot = NULL;
        mapping_t *mapping = NULL;
        snprintf (line, sizeof line, "%s", CASES[i].header);
        size_t count = s_split (line, names);
        if (CASES[i].mapping) {
            mapping = mapping_read (CASES[i].mapping, strlen (CASES[i].mapping), "m.json", &error);
            cr_assert_not_null (mapping, "%s", error.text);
        }
        int rc =
            unpivot_find (catalog, names, NULL, count, CASES[i].kind, mapping, "in.csv", &unpivot, &error);
        s_write (unpivot, names, said);
        if (*CASES[i].says == '!')
            cr_expect (rc == DMH_BAD_INPUT && !unpivot && strstr (error.text, CASES[i].says + 1), "%s",
                       CASES[i].header);
        else
            cr_expect_str_eq (said, CASES[i].says, "%s: %s, not %s", CASES[i].header, said, CASES[i].says);
        unpivot_destroy (&unpivot);
        mapping_destroy (&mapping);
    }
    catalog_destroy (&catalog);
}

Test (unpivot, takes_units_from_a_line_under_the_header)
{
    struct error error;
    catalog_t *catalog = catalog_new (NULL, &error);
    cr_assert_not_null (catalog);
    for (size_t i = 0; i < sizeof UNITED / sizeof *UNITED; i++) {
        char header[LINE_BYTES], line[LINE_BYTES], says[LINE_BYTES];
        struct text names[NAMES_MAX], units[NAMES_MAX];
        unpivot_t *unpivot = NULL;
        snprintf (header, sizeof header, "%s", UNITED[i].header);
        snprintf (line, sizeof line, "%s", UNITED[i].units);
        size_t count = s_split (header, names);
        cr_assert_eq (s_split (line, units), count);
        cr_assert_eq (unpivot_find (catalog, names, units, count, NULL, NULL, "in.csv", &unpivot, &error),
                      DMH_OK);
        s_write (unpivot, names, says);
        cr_expect_str_eq (says, UNITED[i].says, "%s: %s", UNITED[i].header, says);
        unpivot_destroy (&unpivot);
    }
    catalog_destroy (&catalog);
}
