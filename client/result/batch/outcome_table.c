//  outcome_table.c: see outcome_table.h.
#include "client/result/batch/outcome_table.h"

#include "client/terminal/table.h"
#include "messages/text/quantity.h"
#include "messages/text/terminal.h"
#include "messages/uri.h"

//  Of a file whose records mostly have each other's keys. Its check is record.key_repeats.
bool outcome_looks_like_events (const struct outcome *outcome)
{
    const struct counts *counts = &outcome->record.counts;
    return outcome->error.code == DMH_OK && job_state_is (outcome->record.state, JOB_DONE) &&
           (double) counts->conflicts * 100 > (double) counts->read * KEY_REPEATS_PERCENT;
}

//  What a result here says that somebody should look at; NULL: nothing, or there is none.
static const struct findings *s_findings (const struct outcome *outcome)
{
    const struct findings *found = outcome->findings;
    return found && (found->failed || found->warnings) ? found : NULL;
}

static void s_complain_of_events (const struct outcome *outcome)
{
    const struct job_record *record = &outcome->record;
    if (outcome_looks_like_events (outcome))
        terminal_print (
            stderr,
            "dmh: %s: %llu of %llu records have the key of another one and other content: the file "
            "looks like events, not like records of the kind %s; they stand in rejects.csv, and a "
            "--schema whose key tells them apart writes them all\n",
            record->name, (unsigned long long) record->counts.conflicts,
            (unsigned long long) record->counts.read, record->kind);
}

static void s_remark (const struct outcome *outcome)
{
    const struct findings *findings = s_findings (outcome);
    const char *word = outcome_name (outcome);
    if (findings && *findings->assumed_list)
        terminal_print (stderr,
                        "dmh: %s: assumed, as nothing in the file tells: %s; say it with an option or "
                        "a mapping\n",
                        word, findings->assumed_list);
    if (job_state_is (outcome->record.state, JOB_DONE) && outcome->record.counts.read == 0)
        terminal_print (stderr, "dmh: %s: there are no records in it; its result is empty\n", word);
    s_complain_of_events (outcome);
}

void outcome_remark (const struct outcome *outcomes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (outcomes[i].error.code == DMH_OK && job_state_is (outcomes[i].record.state, JOB_DONE))
            s_remark (&outcomes[i]);
}

void outcome_complain (const struct outcome *outcomes, size_t count)
{
    char sentence[OUTCOME_SENTENCE_BYTES];
    for (size_t i = 0; i < count; i++)
        if (outcome_sentence (&outcomes[i], sentence, sizeof sentence))
            terminal_print (stderr, "dmh: %s\n", sentence);
        else
            s_remark (&outcomes[i]);
}

//  How it ended, where there is no result; the sentence is said once, behind all.
static const char *s_ending (const struct outcome *outcome)
{
    return outcome->error.code != DMH_OK || !*outcome->record.state ? "failed" : outcome->record.state;
}

static void s_row (table_t *table, const struct outcome *outcome)
{
    const struct job_record *record = &outcome->record;
    const struct counts *counts = &record->counts;
    const uint64_t numbers[] = {counts->read, counts->written, counts->duplicates, counts->conflicts,
                                counts->rejected};
    bool bad = outcome->error.code != DMH_OK || !job_state_is (record->state, JOB_DONE);
    table_cell (table, outcome->word && *outcome->word ? outcome->word : record->name);
    table_cell (table, *record->kind ? record->kind : "-");
    for (size_t h = 0; h < sizeof numbers / sizeof *numbers; h++)
        if (bad && counts->read == 0)
            table_cell (table, "-");
        else
            table_number (table, numbers[h]);
    const char *where = outcome->folder                  ? outcome->folder
                        : uri_is_stored (record->result) ? "with the broker, see dmh fetch"
                                                         : record->result;
    table_tone (table, bad && !outcome->folder ? s_ending (outcome) : where, bad ? TABLE_BAD : TABLE_PLAIN);
}

void outcome_digest (const char *digest, const char *folder, FILE *to)
{
    terminal_print (to, "%s  ", digest);
    terminal_data (to, folder);
    terminal_print (to, "/report.json\n");
}

//  What each result is known by; dmh verify --digest prints it again.
static void s_digests (const struct outcome *outcomes, size_t count, FILE *to)
{
    for (size_t i = 0; i < count; i++) {
        const struct output *report = job_output (&outcomes[i].record, "report.json");
        if (outcomes[i].folder && report)
            outcome_digest (report->sha256, outcomes[i].folder, to);
    }
}

void outcome_table (const struct outcome *outcomes, size_t count, FILE *to)
{
    static const char *const HEADS[][2] = {{"read", "read"},
                                           {"written", "written"},
                                           {"duplicates", "dup"},
                                           {"conflicts", "confl"},
                                           {"rejected", "rej"}};
    table_t *table = table_new (to, true);
    table_column (table, "input", TABLE_CUT);
    table_column (table, "kind", TABLE_SPARE_LATER);
    for (size_t h = 0; h < sizeof HEADS / sizeof *HEADS; h++) {
        table_column (table, HEADS[h][0], TABLE_RIGHT);
        table_short_name (table, HEADS[h][1]);
    }
    table_column (table, "result", TABLE_WRAP | TABLE_SPARE);
    for (size_t i = 0; i < count; i++)
        s_row (table, &outcomes[i]);
    table_print (&table);
    for (size_t i = 0; i < count; i++) {
        const struct findings *findings = s_findings (&outcomes[i]);
        if (!findings)
            continue;
        terminal_print (to, "%s: ", count > 1 ? outcome_name (&outcomes[i]) : outcomes[i].record.name);
        if (findings->failed)
            terminal_print (to, "%zu of %zu checks failed: %s%s", findings->failed, findings->checks,
                            findings->failed_list, findings->warnings ? "; " : "");
        if (findings->warnings)
            terminal_print (to, "%s", QUANTITY (findings->warnings, "warning"));
        terminal_print (to, ", see report.json\n");
    }
    s_digests (outcomes, count, to);
}
