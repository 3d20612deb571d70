//  report_values.c: see report_values.h.
#include "client/result/reading/report_values.h"

#include <stdlib.h>
#include <string.h>

const char *report_text (const struct json_value *object, const char *key)
{
    const char *text = json_value_string (json_value_member (object, key));
    return text ? text : "";
}

uint64_t report_number (const struct json_value *object, const char *key)
{
    const struct json_value *value = json_value_member (object, key);
    if (!json_value_is (value, JSON_NUMBER) || value->text[strspn (value->text, "0123456789")])
        return UINT64_MAX;
    return strtoull (value->text, NULL, 10);    //  what is too large is UINT64_MAX
}

const struct json_value *report_first (const struct json_value *object, const char *key)
{
    const struct json_value *array = json_value_member (object, key);
    return json_value_is (array, JSON_ARRAY) ? array->first : NULL;
}

struct counts report_counts (const struct json_value *object)
{
    return (struct counts){report_number (object, "read"), report_number (object, "written"),
                           report_number (object, "duplicates"), report_number (object, "conflicts"),
                           report_number (object, "rejected")};
}

const struct json_value *report_output (const struct json_value *report, const char *name, bool prefix)
{
    const struct json_value *output = report_first (report, "output");
    size_t n = strlen (name) + !prefix;
    while (output && strncmp (report_text (output, "name"), name, n) != 0)
        output = output->next;
    return output;
}
