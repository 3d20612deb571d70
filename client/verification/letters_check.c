//  letters_check.c: see letters_check.h.
#include "client/verification/letters_check.h"

#include "client/result/reading/fasta_file.h"
#include "client/result/reading/report_values.h"
#include "client/verification/record_file.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

static const char LETTERS[] = "records.fasta.gz";

//  The value of the record that the table calls so; "": it has none.
static const char *s_value (const record_file_t *table, const char *name)
{
    for (size_t i = 0; i < record_file_fields (table); i++)
        if (strcmp (record_file_name (table, i), name) == 0)
            return record_file_value (table, i);
    return "";
}

//  Whether the sequence is that of the record.
static bool s_is (const record_file_t *table, const fasta_file_t *letters)
{
    static const char *const COMPARED[] = {"sequence_id", "length", "md5"};
    bool same = true;
    for (size_t c = 0; c < sizeof COMPARED / sizeof *COMPARED; c++)
        for (size_t f = 0; f < FASTA_FILE_VALUES; f++)
            if (strcmp (FASTA_FILE_FIELDS[f], COMPARED[c]) == 0)
                same = same && strcmp (fasta_file_value (letters, f), s_value (table, COMPARED[c])) == 0;
    return same;
}

//  Records without a letter stand in the table alone.
static void s_compare (record_file_t *table, fasta_file_t *letters, struct problems *problems)
{
    struct error error = {.code = DMH_OK};
    uint64_t record = 0;
    int rc, more = 1;
    while ((rc = record_file_next (table, &error)) == 1 && more == 1) {
        record++;
        if (strcmp (s_value (table, "length"), "0") == 0)
            continue;
        more = fasta_file_next (letters, &error);
        if (more == 0 || (more == 1 && !s_is (table, letters))) {
            problems_add (problems, "%s does not hold the letters of record %" PRIu64 " of the table",
                          LETTERS, record);
            return;
        }
    }
    if (rc == 0 && more == 1)
        more = fasta_file_next (letters, &error) == 1 ? 2 : error.code;
    if (more == 2)
        problems_add (problems, "%s holds sequences that are not in the table", LETTERS);
    else if (rc < 0 || more < 0)
        problems_add (problems, "%s", error.text);
}

void letters_check (const char *folder, const struct json_value *report, const struct json_value *resource,
                    struct problems *problems)
{
    struct error error = {.code = DMH_OK};
    bool alone = strcmp (report_text (resource, "path"), LETTERS) == 0;
    if (alone || !report_output (report, LETTERS, false))
        return;
    const char *kind = report_text (json_value_member (report, "job"), "kind");
    record_file_t *table = record_file_new (folder, resource, kind, &error);
    fasta_file_t *letters = table ? fasta_file_new (folder, LETTERS, &error) : NULL;
    if (letters)
        s_compare (table, letters, problems);
    else
        problems_add (problems, "%s", error.text);
    fasta_file_destroy (&letters);
    record_file_destroy (&table);
}
