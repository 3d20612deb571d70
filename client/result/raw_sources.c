//  raw_sources.c: see raw_sources.h. Records are set aside in the order of the inputs.
#include "client/result/raw_sources.h"

#include "client/result/reading/report_values.h"

#include <string.h>

int raw_sources_of (struct raw_sources *self, const struct json_value *report, struct error *error)
{
    const struct json_value *input = json_value_member (report, "input");
    *self = (struct raw_sources){.at = NULL};
    if (strcmp (report_text (input, "format"), "joined") != 0)
        return DMH_OK;
    self->headers = report_first (report, "headers");
    self->inputs = report_first (report, "inputs");
    return self->headers && self->inputs
               ? DMH_OK
               : error_set (error, DMH_UNSUPPORTED,
                            "an older dmh joined these records, which did not say how they stood in their "
                            "inputs; join them again, or take each input's own result");
}

static const struct json_value *s_header (const struct raw_sources *self)
{
    uint64_t number = self->at ? report_number (self->at, "header") : UINT64_MAX;
    const struct json_value *header = number == UINT64_MAX ? NULL : self->headers;
    for (uint64_t i = 0; header && i < number; i++)
        header = header->next;
    return header;
}

const struct json_value *raw_sources_find (struct raw_sources *self, const char *name)
{
    const struct json_value *at = self->at ? self->at : self->inputs;
    while (at && (name ? strcmp (report_text (at, "name"), name) != 0 : !json_value_member (at, "header")))
        at = at->next;
    if (at)
        self->at = at;
    return at ? s_header (self) : NULL;
}
