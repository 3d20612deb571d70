//  batch_summary.c: see batch_summary.h.
#include "client/result/batch/batch_summary.h"

#include "client/result/batch/outcome_table.h"
#include "client/terminal/counts_text.h"
#include "messages/base/clock.h"
#include "messages/text/terminal.h"

#include <czmq.h>

struct batch_summary batch_summary_of (const struct arguments *arguments, const struct input_list *inputs,
                                       const struct outcome *outcomes, size_t count, int64_t began_at)
{
    return (struct batch_summary){.outcomes = outcomes,
                                  .count = count,
                                  .inputs = inputs,
                                  .elapsed_ms = clock_mono_ms () - began_at,
                                  .verbose = arguments->verbose,
                                  .quiet = arguments->quiet,
                                  .json = arguments->json};
}

static bool s_is_done (const struct outcome *outcome)
{
    return outcome->error.code == DMH_OK && job_state_is (outcome->record.state, JOB_DONE);
}

static void s_say_passed (const struct batch_summary *self)
{
    size_t count = self->inputs->passed_count;
    if (count == 0 || self->quiet)
        return;
    terminal_print (stderr, "dmh: %zu %s passed over, in no format that dmh reads%s\n", count,
                    count == 1 ? "file was" : "files were", self->verbose ? ":" : "; --verbose names them");
    for (size_t i = 0; self->verbose && i < count; i++)
        terminal_print (stderr, "  %s\n", self->inputs->passed[i]);
}

//  "1,001 files: 1,000 done, 1 failed, 0 passed over; 18,000 read, …; 4.1 s".
static void s_say_sum (const struct batch_summary *self)
{
    struct counts sum = {.read = 0};
    size_t done = 0, failed = 0, cancelled = 0, skipped = 0;
    char files[GROUPED_BYTES], of[2][GROUPED_BYTES], skips[64] = "", cancels[64] = "",
                                                     counts[COUNTS_TEXT_BYTES];
    for (size_t i = 0; i < self->count; i++) {
        const struct outcome *outcome = &self->outcomes[i];
        bool ended = s_is_done (outcome), cancel = job_state_is (outcome->record.state, JOB_CANCELLED);
        done += ended;
        skipped += outcome->skipped;
        cancelled += cancel;
        failed += !ended && !cancel;
        if (!ended)
            continue;
        counts_add (&sum, &outcome->record.counts);
    }
    if (skipped)
        snprintf (skips, sizeof skips, " (%s before)", grouped_number (skipped, files));
    if (cancelled)
        snprintf (cancels, sizeof cancels, " %s cancelled,", grouped_number (cancelled, files));
    terminal_print (stdout, "%s files: %s done%s,", grouped_number (self->count, files),
                    grouped_number (done, of[0]), skips);
    terminal_print (stdout, " %s failed,%s %s passed over;", grouped_number (failed, of[0]), cancels,
                    grouped_number (self->inputs->passed_count, of[1]));
    terminal_print (stdout, " %s; %.1f s\n", counts_text (&sum, true, counts),
                    (double) self->elapsed_ms / 1000);
}

//  What was found of one name in all files.
struct gathered {
    struct finding *counts, *files;    //  in the same order
    size_t count, file_count;
};

static void s_gather (struct gathered *self, const struct finding *findings, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        finding_add (&self->counts, &self->count, findings[i].name, findings[i].count);
        finding_add (&self->files, &self->file_count, findings[i].name, 1);
    }
}

static void s_say_found (struct gathered *self, const char *what, const char *of)
{
    char count[32], files[32];
    for (size_t i = 0; i < self->count && i < self->file_count; i++) {
        bool one = self->counts[i].count == 1, alone = self->files[i].count == 1;
        terminal_print (stdout, "  %s %s: %s %s%s in %s file%s\n", what, self->counts[i].name,
                        grouped_number (self->counts[i].count, count), of, one ? "" : "s",
                        grouped_number (self->files[i].count, files), alone ? "" : "s");
    }
    free (self->counts);
    free (self->files);
}

static void s_say_by_rule (const struct batch_summary *self)
{
    struct gathered warned = {.count = 0}, broken = {.count = 0};
    for (size_t i = 0; i < self->count; i++) {
        const struct findings *findings = self->outcomes[i].findings;
        if (!findings)
            continue;
        s_gather (&warned, findings->warned, findings->warned_count);
        s_gather (&broken, findings->broken, findings->broken_count);
    }
    s_say_found (&warned, "warning", "value");
    s_say_found (&broken, "failed check", "column");
}

//  How often, and where first.
struct remark {
    size_t count;
    const char *first;
};

static void s_remark (zhashx_t *remarks, const char *text, const char *word)
{
    struct remark *known = zhashx_lookup (remarks, text);
    if (!known && (known = calloc (1, sizeof *known))) {
        known->first = word;
        zhashx_insert (remarks, text, known);
    }
    if (known)
        known->count++;
}

static void s_free (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

//  What would be a line on standard error for each of many files is one for each text.
static void s_say_remarks (const struct batch_summary *self)
{
    zhashx_t *remarks = zhashx_new ();
    char text[FINDINGS_LIST_BYTES + 96];
    if (!remarks)
        return;
    zhashx_set_destructor (remarks, s_free);
    for (size_t i = 0; i < self->count; i++) {
        const struct outcome *outcome = &self->outcomes[i];
        if (outcome->findings && *outcome->findings->assumed_list) {
            snprintf (text, sizeof text, "assumed, as nothing in the file tells: %s",
                      outcome->findings->assumed_list);
            s_remark (remarks, text, outcome->word);
        }
        if (s_is_done (outcome) && outcome->record.counts.read == 0)
            s_remark (remarks, "no records are in it", outcome->word);
        if (outcome_looks_like_events (outcome))
            s_remark (remarks, "looks like events, not like records of its kind: see rejects.csv",
                      outcome->word);
    }
    for (struct remark *at = zhashx_first (remarks); at; at = zhashx_next (remarks))
        terminal_print (stderr, "dmh: %zu file%s, first %s: %s\n", at->count, at->count == 1 ? "" : "s",
                        at->first, (const char *) zhashx_cursor (remarks));
    zhashx_destroy (&remarks);
}

void batch_summary_say (const struct batch_summary *self)
{
    bool rows = self->count <= SUMMARY_ROWS_MOST || self->verbose, plain = !self->json && !self->quiet;
    char sentence[OUTCOME_SENTENCE_BYTES];
    if (plain && rows)
        outcome_table (self->outcomes, self->count, stdout);
    if (plain && self->count > 1) {
        s_say_sum (self);
        s_say_by_rule (self);
    }
    if (plain && self->count == 1 && self->outcomes[0].skipped)
        terminal_print (stderr,
                        "dmh: %s was passed over: its result is there, of the same bytes and options\n",
                        outcome_name (&self->outcomes[0]));
    fflush (stdout);
    s_say_passed (self);
    if (rows)
        outcome_remark (self->outcomes, self->count);
    else
        s_say_remarks (self);
    for (size_t i = 0; i < self->count; i++)
        if (outcome_sentence (&self->outcomes[i], sentence, sizeof sentence))
            terminal_print (stderr, "dmh: %s\n", sentence);
}
