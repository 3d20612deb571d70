//  change_section.c: see section.h: some records before and after, as the audit has them.
#include "client/report/sections/section.h"

void section_changes (const struct page *self)
{
    static const struct document_column COLUMNS[] = {
        {"Line", true}, {"Field", false}, {"Before", false}, {"After", false}, {"Rule", false}};
    if (!self->values || !self->audit)
        return;
    document_heading (self->document, 2, "Before and after");
    if (self->audit->change_count == 0) {
        document_say (self->document, DOCUMENT_QUIET,
                      "The audit lists no value that was changed; with --audit full it lists each.");
        return;
    }
    document_say (self->document, DOCUMENT_QUIET,
                  "The first values that the audit lists as changed or emptied; with "
                  "--audit full it lists each.");
    document_table (self->document, "Some records before and after", COLUMNS, 5);
    for (size_t i = 0; i < self->audit->change_count; i++) {
        const struct audit_change *change = &self->audit->changes[i];
        document_cell (self->document, DOCUMENT_PLAIN, "%llu", (unsigned long long) change->line);
        document_name (self->document, change->field);
        document_name (self->document, change->before);
        if (*change->after)
            document_name (self->document, change->after);
        else
            document_cell (self->document, DOCUMENT_QUIET, "emptied");
        document_name (self->document, change->rule);
    }
    document_table_end (self->document);
}
