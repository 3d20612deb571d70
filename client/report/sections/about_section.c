//  about_section.c: see section.h: which file, with what, by which dmh.
#include "client/report/sections/section.h"
#include "client/result/reading/report_values.h"

#include <stdio.h>
#include <string.h>

static void s_fact (const struct page *self, const char *label, const char *value)
{
    if (!*value)
        return;
    document_cell (self->document, DOCUMENT_QUIET, "%s", label);
    document_name (self->document, value);
}

static void s_bytes (const struct page *self, const char *label, uint64_t bytes)
{
    char number[TOLD_BYTES], text[TOLD_BYTES + 8];
    if (bytes == UINT64_MAX)
        return;
    snprintf (text, sizeof text, "%s bytes", told_thousands (bytes, number));
    s_fact (self, label, text);
}

static void s_input (const struct page *self)
{
    const struct json_value *input = json_value_member (self->report, "input");
    const char *delimiter = report_text (input, "delimiter"), *mark = report_text (input, "decimal_mark");
    s_fact (self, "Input", report_text (input, "name"));
    if (self->values)    //  folders have names of people
        s_fact (self, "Path", report_text (input, "path"));
    s_bytes (self, "Size", report_number (input, "bytes"));
    s_fact (self, "SHA-256", report_text (input, "sha256"));
    s_fact (self, "Format", report_text (input, "format"));
    s_fact (self, "Encoding", report_text (input, "encoding"));
    s_fact (self, "Compression", report_text (input, "compression"));
    s_fact (self, "Delimiter",
            strcmp (delimiter, "\t") == 0  ? "tab"
            : strcmp (delimiter, " ") == 0 ? "space"
                                           : delimiter);
    s_fact (self, "Decimal mark",
            strcmp (mark, ".") == 0   ? "point"
            : strcmp (mark, ",") == 0 ? "comma"
                                      : mark);
}

//  Those that were given.
static void s_options (const struct page *self, const struct json_value *options)
{
    for (const struct json_value *option = json_value_is (options, JSON_OBJECT) ? options->first : NULL;
         option; option = option->next) {
        const char *value = option->type == JSON_TRUE ? "yes"
                            : option->type == JSON_STRING || option->type == JSON_NUMBER
                                ? option->text
                                : report_text (option, "name");
        char label[96];
        snprintf (label, sizeof label, "Option %.80s", option->key);
        s_fact (self, label, value);
    }
}

static void s_outputs (const struct page *self)
{
    static const struct document_column COLUMNS[] = {{"File", false}, {"Bytes", true}, {"SHA-256", false}};
    const struct json_value *output = report_first (self->report, "output");
    if (!output)
        return;
    document_table (self->document, "Files of the result; report.json has their sums", COLUMNS, 3);
    for (; output; output = output->next) {
        char number[TOLD_BYTES];
        uint64_t bytes = report_number (output, "bytes");
        document_name (self->document, report_text (output, "name"));
        document_cell (self->document, DOCUMENT_PLAIN, "%s",
                       told_thousands (bytes == UINT64_MAX ? 0 : bytes, number));
        document_name (self->document, report_text (output, "sha256"));
    }
    document_table_end (self->document);
}

void section_about (const struct page *self)
{
    static const struct document_column FACTS[] = {{"What", false}, {"Which", false}};
    const struct json_value *job = json_value_member (self->report, "job"),
                            *schema = json_value_member (job, "schema"),
                            *software = json_value_member (self->report, "software");
    document_heading (self->document, 2, "About this result");
    document_table (self->document, "Where it comes from", FACTS, 2);
    s_fact (self, "Folder", self->folders[0]);
    s_input (self);
    s_fact (self, "Kind", report_text (job, "kind"));
    s_fact (self, "Schema", report_text (schema, "name"));
    s_fact (self, "Version of the schema", report_text (schema, "version"));
    s_options (self, json_value_member (job, "options"));
    s_fact (self, "Finished", report_text (json_value_member (self->report, "timing"), "finished_at"));
    s_fact (self, "Job", report_text (job, "id"));
    s_fact (self, "Software", report_text (software, "name"));
    s_fact (self, "Version", report_text (software, "version"));
    document_table_end (self->document);
    s_outputs (self);
}
