//  load.c: see load.h.
#include "client/load/load.h"

#include "client/load/load_table.h"
#include "client/load/result_load.h"
#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"
#include "client/result/reading/result_file.h"
#include "messages/base/digest.h"
#include "messages/text/quantity.h"
#include "messages/text/terminal.h"

#include <stdlib.h>
#include <string.h>

enum { WHERE_BYTES = 2 * LOAD_NAME_BYTES };

//  What is known of a result before it is loaded.
struct pending {
    struct outcome *outcome;
    struct json_value *report, *package;
    char report_sha256[DIGEST_HEX_BYTES];
    size_t plan;
};

struct load {
    const struct arguments *arguments;
    postgres_session_t *session;
    int interrupt;
    struct pending *results;
    size_t count;
    struct load_plan *plans;    //  one a kind; as many as results at most
    struct error *refusals;     //  [plan_count] why its table is not ready
    size_t plan_count;
};

int load_check (const struct arguments *arguments, int interrupt, struct error *error)
{
    if (!arguments->load)
        return DMH_OK;
    postgres_session_t *session = postgres_session_new (arguments->load, interrupt, error);
    if (!session && error->code == DMH_UNAVAILABLE)
        error->code = DMH_IO;    //  it is no broker that does not answer
    int rc = session ? DMH_OK : error->code;
    postgres_session_destroy (&session);
    return rc;
}

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while records are loaded");
}

static int s_digest (const char *folder, char hex[DIGEST_HEX_BYTES], struct error *error)
{
    FILE *file = result_file_open (folder, "report.json", error);
    int rc = file ? digest_of_fd (fileno (file), "report.json", hex, NULL, error) : error->code;
    if (file)
        fclose (file);
    return rc;
}

static const char *s_kind (const struct pending *self)
{
    return report_text (json_value_member (self->report, "job"), "kind");
}

static const struct json_value *s_resource (const struct pending *self)
{
    return report_first (self->package, "resources");
}

//  The plan of its kind, with what this result needs.
static int s_plan (struct load *self, struct pending *result, struct error *error)
{
    char table[LOAD_NAME_BYTES];
    load_name (s_kind (result), table);
    for (result->plan = 0; result->plan < self->plan_count; result->plan++)
        if (strcmp (self->plans[result->plan].table, table) == 0)
            break;
    self->plan_count += result->plan == self->plan_count;
    return load_plan_add (&self->plans[result->plan], s_kind (result),
                          json_value_member (s_resource (result), "schema"), error);
}

//  Reads what the result says of itself. false: there is nothing to load, or it cannot be.
static bool s_read (struct load *self, struct outcome *outcome)
{
    struct pending *result = &self->results[self->count];
    struct error *error = &outcome->error;
    if (!outcome->folder || error->code != DMH_OK || !job_state_is (outcome->record.state, JOB_DONE))
        return false;
    *result = (struct pending){.outcome = outcome};
    result->report = result_document_read (outcome->folder, "report.json", error);
    result->package =
        result->report ? result_document_read (outcome->folder, "datapackage.json", error) : NULL;
    self->count++;
    return result->package && s_digest (outcome->folder, result->report_sha256, error) == DMH_OK &&
           s_plan (self, result, error) == DMH_OK;
}

//  The sentence of why a result is not loaded says that it is there all the same.
static void s_refuse (struct outcome *outcome, const struct error *why)
{
    struct error error = *why;
    error_set (&outcome->error, error.code,
               "%s: %.330s; its result is in %.100s, and the same command loads it", outcome->record.name,
               error.text, outcome->folder);
}

static void s_load_one (struct load *self, struct pending *result, struct error *error)
{
    struct outcome *outcome = result->outcome;
    const struct load_plan *plan = &self->plans[result->plan];
    if (outcome->error.code != DMH_OK) {
        *error = outcome->error;
        return;
    }
    *error = self->refusals[result->plan];
    struct result_load load = {.session = self->session,
                               .schema = self->arguments->load_schema,
                               .plan = plan,
                               .folder = outcome->folder,
                               .report = result->report,
                               .resource = s_resource (result),
                               .report_sha256 = result->report_sha256};
    if (error->code == DMH_OK &&
        result_load_run (&load, &outcome->loaded_records, &outcome->loaded_before, error) == DMH_OK) {
        snprintf (outcome->loaded, sizeof outcome->loaded, "%s.%s", self->arguments->load_schema,
                  plan->table);
    }
}

//  A session that has failed is made anew for the next result; one that cannot be made fails all that are
//  left.
static int s_session (struct load *self, struct error *error)
{
    if (!self->session)
        self->session = postgres_session_new (self->arguments->load, self->interrupt, error);
    return self->session ? DMH_OK : error->code;
}

static void s_ready (struct load *self)
{
    for (size_t p = 0; p < self->plan_count; p++) {
        char where[WHERE_BYTES];
        struct error *refusal = &self->refusals[p];
        snprintf (where, sizeof where, "%s.%s", self->arguments->load_schema, self->plans[p].table);
        if (s_session (self, refusal) == DMH_OK && self->plans[p].count &&
            load_table_ready (self->session, self->arguments->load_schema, &self->plans[p], where, refusal) !=
                DMH_OK)
            postgres_session_destroy (&self->session);
    }
}

static int s_load_all (struct load *self, struct error *error)
{
    int rc = DMH_OK;
    s_ready (self);
    for (size_t i = 0; i < self->count; i++) {
        struct error why = {.code = DMH_OK};
        struct outcome *outcome = self->results[i].outcome;
        if (rc == DMH_OK && s_session (self, &why) == DMH_OK)
            s_load_one (self, &self->results[i], &why);
        else if (rc == DMH_CANCELLED)
            why = *error;
        if (why.code == DMH_OK)
            continue;
        if (why.code == DMH_CANCELLED) {
            rc = why.code;
            *error = why;
        }
        if (outcome->error.code == DMH_OK || why.code != outcome->error.code)
            s_refuse (outcome, &why);
        postgres_session_destroy (&self->session);
    }
    return rc;
}

static void s_clear (struct load *self)
{
    for (size_t i = 0; self->results && i < self->count; i++) {
        json_value_destroy (&self->results[i].report);
        json_value_destroy (&self->results[i].package);
    }
    for (size_t p = 0; p < self->plan_count; p++)
        load_plan_clear (&self->plans[p]);
    free (self->results);
    free (self->plans);
    free (self->refusals);
    postgres_session_destroy (&self->session);
}

int load_outcomes (const struct arguments *arguments, struct outcome *outcomes, size_t count, int interrupt,
                   struct error *error)
{
    if (!arguments->load)
        return DMH_OK;
    struct load self = {.arguments = arguments, .interrupt = interrupt};
    self.results = calloc (count + 1, sizeof *self.results);
    self.plans = calloc (count + 1, sizeof *self.plans);
    self.refusals = calloc (count + 1, sizeof *self.refusals);
    int rc = self.results && self.plans && self.refusals ? DMH_OK : s_no_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        s_read (&self, &outcomes[i]);
    if (rc == DMH_OK && self.count)
        rc = s_load_all (&self, error);
    s_clear (&self);
    return rc;
}

//  All that went into the table of the first.
static void s_say (const struct outcome *outcomes, size_t count, FILE *to)
{
    unsigned long long loaded = 0, before = 0;
    for (size_t i = 0; i < count; i++)
        if (*outcomes[i].loaded && strcmp (outcomes[i].loaded, outcomes->loaded) == 0)
            *(outcomes[i].loaded_before ? &before : &loaded) += outcomes[i].loaded_records;
    terminal_print (to, "%s: %s loaded", outcomes->loaded, QUANTITY (loaded, "record"));
    if (before)
        terminal_print (to, ", %llu %s there", before, before == 1 ? "was" : "were");
    terminal_print (to, "\n");
}

void load_summary (const struct outcome *outcomes, size_t count, FILE *to)
{
    for (size_t i = 0; i < count; i++) {
        size_t first = 0;
        while (first < i &&
               !(*outcomes[first].loaded && strcmp (outcomes[first].loaded, outcomes[i].loaded) == 0))
            first++;
        if (*outcomes[i].loaded && first == i)
            s_say (outcomes + i, count - i, to);
    }
}
