//  units_line_test.c: a line of units under a header, and first records that are none.
#include "worker/rules/binding/binder.h"
#include "worker/rules/binding/header/units_line.h"

#include "worker/formats/detection.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void s_case (const catalog_t *catalog, const char *line, bool is)
{
    char text[256];
    struct dialect dialect;
    struct error error = {.code = DMH_OK};
    snprintf (text, sizeof text, "patient_id,test_code,value,unit,weight\n%s\n1,2345-7,5,mg/dL,80\n", line);
    cr_assert_eq (dialect_find (text, strlen (text), true, "it.csv", NULL, &dialect, &error), DMH_OK, "%s",
                  error.text);
    struct text names[5];
    for (size_t i = 0; i < 5; i++)
        names[i] = (struct text){dialect.names[i], dialect.name_bytes[i]};
    binding_t *binding = binding_new (catalog, names, 5, "lab_result", NULL, "it.csv", &error);
    cr_assert_not_null (binding, "%s", error.text);
    for (int again = 0; again < 2; again++)    //  a binding may be made anew
        cr_assert_eq (units_line_find (binding, catalog_units (catalog), text, strlen (text), &dialect),
                      DMH_OK);
    struct text want = is ? text_of (line) : (struct text){NULL, 0};
    cr_expect (text_equal (dialect.units_line, want), "%s", line);
    binding_destroy (&binding);
    dialect_clear (&dialect);
}

Test (units_line, holds_units_and_remarks_in_brackets_and_tells_nobody)
{
    struct error error;
    catalog_t *catalog = catalog_new (NULL, &error);
    cr_assert_not_null (catalog);
    s_case (catalog, ",,mg/dL,,kg", true);
    s_case (catalog, ",,(number),[UCUM],%", true);
    s_case (catalog, ",,,,\xc2\xb5g", true);
    s_case (catalog, "1,,mg/dL,,kg", false);       //  somebody's
    s_case (catalog, ",2345-7,,mg/dL,", false);    //  of a test
    s_case (catalog, ",,5,mg/dL,", false);         //  a value
    s_case (catalog, ",,mg/dL,furlongs,kg", false);
    s_case (catalog, ",,mg/dL,,kg,,x", false);    //  of another number of fields
    s_case (catalog, ",,,,", false);
    catalog_destroy (&catalog);
}
