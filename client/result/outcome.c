//  outcome.c: see outcome.h.
#include "client/result/outcome.h"

#include "client/connection/follow.h"
#include "client/terminal/json_line.h"
#include "messages/base/large_pages.h"
#include "messages/uri.h"

struct outcome *outcome_new (struct input_list *inputs)
{
    struct outcome *outcomes = calloc (inputs->count + FOLLOWING_MOST, sizeof *outcomes);
    large_pages_hint (outcomes, inputs->count * sizeof *outcomes);
    for (size_t i = 0; outcomes && i < inputs->count; i++) {
        struct input_argument *input = &inputs->at[i];
        outcomes[i].word = input->word;
        outcomes[i].place = input->place;
        outcomes[i].input = &input->input;
        outcomes[i].error = input->error;
        outcomes[i].kind = input->kind;
        snprintf (outcomes[i].record.name, NAME_BYTES, "%s", input->input.name ? input->input.name : "");
    }
    return outcomes;
}

void outcome_arrived (struct outcome *outcome, char *folder)
{
    outcome->folder = folder;
    outcome->findings = calloc (1, sizeof *outcome->findings);
    if (outcome->findings && !findings_read (folder, outcome->findings)) {
        free (outcome->findings);
        outcome->findings = NULL;
    }
}

const char *outcome_name (const struct outcome *outcome)
{
    const char *word = outcome->word;
    return word && *word && strcmp (word, "-") != 0 ? word : outcome->record.name;
}

bool outcome_is_open (const struct outcome *outcome)
{
    return outcome->error.code == DMH_OK && !outcome->skipped;
}

size_t outcome_open_count (const struct outcome *outcomes, size_t count)
{
    size_t open = 0;
    for (size_t i = 0; i < count; i++)
        open += outcome_is_open (&outcomes[i]);
    return open;
}

uint64_t outcome_bytes (const struct outcome *outcomes, size_t count)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < count; i++)
        if (outcome_is_open (&outcomes[i]) && outcomes[i].input)
            bytes += outcomes[i].input->bytes;
    return bytes;
}

void outcome_destroy (struct outcome **outcomes_p, size_t count)
{
    struct outcome *outcomes = *outcomes_p;
    for (size_t i = 0; outcomes && i < count; i++) {
        shape_clear (&job_record_shape, &outcomes[i].record);
        staged_result_leave (&outcomes[i].staged);
        free (outcomes[i].folder);
        if (outcomes[i].findings)
            findings_clear (outcomes[i].findings);
        free (outcomes[i].findings);
    }
    free (outcomes);
    *outcomes_p = NULL;
}

//  The jobs that are followed, and whose outcomes they are.
struct followed {
    struct outcome *outcomes;
    struct job_record **records;
    const char **names;    //  of several: the paths that they were given by
    size_t *indices, count;
    const struct outcome_ends *ends;
};

static void s_ended (void *context, size_t i)
{
    const struct followed *self = context;
    if (self->ends)
        self->ends->ended (self->ends->context, &self->outcomes[self->indices[i]]);
}

static void s_rest (void *context)
{
    const struct followed *self = context;
    if (self->ends && self->ends->rest)
        self->ends->rest (self->ends->context);
}

static void s_followed_clear (struct followed *self)
{
    free (self->records);
    free (self->indices);
    free (self->names);
}

int outcome_follow (struct outcome *outcomes, size_t count, connection_t *connection, progress_t *progress,
                    const struct outcome_ends *ends, struct error *error)
{
    struct followed followed = {.outcomes = outcomes, .ends = ends};
    followed.records = calloc (count + 1, sizeof *followed.records);
    followed.indices = calloc (count + 1, sizeof *followed.indices);
    followed.names = calloc (count + 1, sizeof *followed.names);
    if (!followed.records || !followed.indices || !followed.names) {
        s_followed_clear (&followed);
        return error_set (error, DMH_INTERNAL, "out of memory");
    }
    for (size_t i = 0; i < count; i++)
        if (*outcomes[i].record.job && !outcomes[i].skipped) {
            followed.records[followed.count] = &outcomes[i].record;
            followed.names[followed.count] = outcome_name (&outcomes[i]);
            followed.indices[followed.count++] = i;
        }
    struct follow follow = {.progress = progress,
                            .names = count > 1 ? followed.names : NULL,
                            .ended = s_ended,
                            .rest = s_rest,
                            .context = &followed};
    int rc = follow_end (&follow, connection, followed.records, followed.count, error);
    s_followed_clear (&followed);
    return rc;
}

//  Where the sentence is about the file by its name alone, as a worker says it, and people know it by a path:
//  the path comes first. Returns what of the text is left to say.
static const char *s_about (const struct outcome *outcome, const char *text)
{
    const char *name = outcome->record.name;
    size_t n = strlen (name), m = outcome->word ? strlen (outcome->word) : 0;
    bool named = m > n && strcmp (outcome->word + m - n, name) == 0 && strncmp (text, name, n) == 0;
    return named && (text[n] == ' ' || text[n] == ':' || text[n] == ',') ? text + n : NULL;
}

bool outcome_sentence (const struct outcome *outcome, char *out, size_t size)
{
    const struct job_record *record = &outcome->record;
    const char *text = outcome->error.text, *word = outcome->word && *outcome->word ? outcome->word : NULL;
    if (outcome->error.code == DMH_OK) {
        if (job_state_is (record->state, JOB_DONE))
            return false;
        text = *record->message ? record->message : record->state;
    }
    const char *rest = s_about (outcome, text);
    if (word && strstr (text, word))
        snprintf (out, size, "%s", text);
    else if (rest)
        snprintf (out, size, "%s%s", word, rest);
    else if (strstr (text, record->name))
        snprintf (out, size, "%s", text);
    else
        snprintf (out, size, "%s: %s", word && strcmp (word, "-") != 0 ? word : record->name, text);
    size_t used = strlen (out);
    if (outcome->error.code == DMH_OK && outcome->folder && used < size)
        used += (size_t) snprintf (out + used, size - used, "; all of it is in %s", outcome->folder);
    if (outcome->error.code == DMH_OK && outcome->has_older && used < size)
        snprintf (out + used, size - used, ", and the good result of an earlier time stays beside it");
    return true;
}

static void s_line_findings (json_line_t *line, const struct outcome *outcome)
{
    const struct findings *findings = outcome->findings;
    if (!findings)
        return;
    json_line_object (line, "checks");
    json_line_number (line, "of", findings->checks);
    json_line_number (line, "failed", findings->failed);
    json_line_text (line, "names", findings->failed_list);
    json_line_close (line);
    json_line_number (line, "warnings", findings->warnings);
    json_line_text (line, "assumed", findings->assumed_list);
}

void outcome_line (const struct outcome *outcome, FILE *to)
{
    struct job_record record = outcome->record;    //  borrows the outputs
    if (outcome->error.code != DMH_OK) {
        job_state_set (record.state, JOB_FAILED);
        snprintf (record.code, sizeof record.code, "%s", error_word (outcome->error.code));
        snprintf (record.message, sizeof record.message, "%.*s", SENTENCE_BYTES - 1, outcome->error.text);
    }
    json_line_t *line = json_line_new ();
    json_line_text (line, "input", outcome->word);
    json_line_record (line, &record);
    json_line_text (line, "folder", outcome->folder);
    const struct output *report = job_output (&record, "report.json");
    json_line_text (line, "report_sha256", outcome->folder && report ? report->sha256 : NULL);
    s_line_findings (line, outcome);
    if (outcome->skipped)
        json_line_flag (line, "skipped", true);
    if (*outcome->loaded) {
        json_line_text (line, "loaded_into", outcome->loaded);
        json_line_number (line, "loaded_records", outcome->loaded_records);
        json_line_flag (line, "loaded_before", outcome->loaded_before);
    }
    json_line_print (&line, to);
}

int outcome_exit (const struct outcome *outcomes, size_t count, bool strict)
{
    int status = 0;
    for (size_t i = 0; i < count; i++) {
        if (outcomes[i].error.code != DMH_OK || !job_state_is (outcomes[i].record.state, JOB_DONE))
            return 1;
        if (strict && (outcomes[i].record.counts.rejected || outcomes[i].record.counts.conflicts))
            status = 3;
    }
    return status;
}
