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

//  A result that is to be loaded: of thousands no more is kept than this.
struct pending {
    struct outcome *outcome;
    size_t plan;
};

//  What one says of itself.
struct documents {
    struct json_value *report, *package;
};

struct planned_table {
    struct load_plan plan;
    struct error refusal;    //  why it is not ready
};

struct load {
    const struct arguments *arguments;
    postgres_session_t *session;
    int interrupt;
    struct pending *results;
    size_t count;
    struct planned_table *tables;    //  one a kind
    size_t table_count;
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

static const char *s_kind (const struct documents *self)
{
    return report_text (json_value_member (self->report, "job"), "kind");
}

static const struct json_value *s_resource (const struct documents *self)
{
    return report_first (self->package, "resources");
}

static int s_read (const char *folder, struct documents *out, struct error *error)
{
    *out = (struct documents){.report = result_document_read (folder, "report.json", error)};
    if (out->report)
        out->package = result_document_read (folder, "datapackage.json", error);
    return out->package ? DMH_OK : error->code;
}

static void s_forget (struct documents *self)
{
    json_value_destroy (&self->report);
    json_value_destroy (&self->package);
}

//  The table of that name, which may be a new one; NULL: out of memory.
static struct planned_table *s_table (struct load *self, const char *name)
{
    for (size_t i = 0; i < self->table_count; i++)
        if (strcmp (self->tables[i].plan.table, name) == 0)
            return &self->tables[i];
    struct planned_table *more = realloc (self->tables, (self->table_count + 1) * sizeof *more);
    if (!more)
        return NULL;
    self->tables = more;
    more[self->table_count] = (struct planned_table){.plan.count = 0};
    return &more[self->table_count++];
}

//  The plan of its kind, with what this result needs.
static int s_plan (struct load *self, const struct documents *documents, size_t *plan, struct error *error)
{
    char name[LOAD_NAME_BYTES];
    load_name (s_kind (documents), name);
    struct planned_table *table = s_table (self, name);
    if (!table)
        return s_no_memory (error);
    *plan = (size_t) (table - self->tables);
    return load_plan_add (&table->plan, s_kind (documents),
                          json_value_member (s_resource (documents), "schema"), error);
}

//  Of a result that can be loaded: what its table needs for it.
static void s_add (struct load *self, struct outcome *outcome)
{
    struct documents documents;
    struct pending *result = &self->results[self->count];
    if (!outcome->folder || outcome->error.code != DMH_OK || !job_state_is (outcome->record.state, JOB_DONE))
        return;
    *result = (struct pending){.outcome = outcome};
    self->count++;
    if (s_read (outcome->folder, &documents, &outcome->error) == DMH_OK)
        s_plan (self, &documents, &result->plan, &outcome->error);
    s_forget (&documents);
}

//  The sentence of why a result is not loaded says that it is there all the same.
static void s_refuse (struct outcome *outcome, const struct error *why)
{
    struct error error = *why;
    error_set (&outcome->error, error.code,
               "%s: %.330s; its result is in %.100s, and the same command loads it", outcome->record.name,
               error.text, outcome->folder);
}

static int s_load_it (struct load *self, const struct pending *result, struct error *error)
{
    struct outcome *outcome = result->outcome;
    const struct load_plan *plan = &self->tables[result->plan].plan;
    struct documents documents = {NULL, NULL};
    char report_sha256[DIGEST_HEX_BYTES];
    int rc = s_digest (outcome->folder, report_sha256, error);
    if (rc == DMH_OK)
        rc = s_read (outcome->folder, &documents, error);
    if (rc == DMH_OK) {
        struct result_load load = {.session = self->session,
                                   .schema = self->arguments->load_schema,
                                   .plan = plan,
                                   .folder = outcome->folder,
                                   .report = documents.report,
                                   .resource = s_resource (&documents),
                                   .report_sha256 = report_sha256};
        rc = result_load_run (&load, &outcome->loaded_records, &outcome->loaded_before, error);
    }
    if (rc == DMH_OK)
        snprintf (outcome->loaded, sizeof outcome->loaded, "%s.%s", self->arguments->load_schema,
                  plan->table);
    s_forget (&documents);
    return rc;
}

static void s_load_one (struct load *self, const struct pending *result, struct error *error)
{
    *error = result->outcome->error;
    if (error->code == DMH_OK && self->tables)    //  without a table it was refused before
        *error = self->tables[result->plan].refusal;
    if (error->code == DMH_OK)
        s_load_it (self, result, error);
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
    for (size_t i = 0; i < self->table_count; i++) {
        char where[WHERE_BYTES];
        struct load_plan *plan = &self->tables[i].plan;
        struct error *refusal = &self->tables[i].refusal;
        snprintf (where, sizeof where, "%s.%s", self->arguments->load_schema, plan->table);
        if (s_session (self, refusal) == DMH_OK && plan->count &&
            load_table_ready (self->session, self->arguments->load_schema, plan, where, refusal) != DMH_OK)
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
    for (size_t i = 0; i < self->table_count; i++)
        load_plan_clear (&self->tables[i].plan);
    free (self->results);
    free (self->tables);
    postgres_session_destroy (&self->session);
}

int load_outcomes (const struct arguments *arguments, struct outcome *outcomes, size_t count, int interrupt,
                   struct error *error)
{
    if (!arguments->load)
        return DMH_OK;
    struct load self = {.arguments = arguments, .interrupt = interrupt};
    self.results = calloc (count + 1, sizeof *self.results);
    int rc = self.results ? DMH_OK : s_no_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        s_add (&self, &outcomes[i]);
    if (rc == DMH_OK && self.count)
        rc = s_load_all (&self, error);
    s_clear (&self);
    return rc;
}

//  What went into one table.
struct loaded {
    const char *table;    //  SCHEMA.TABLE
    uint64_t records, before;
};

static void s_say (const struct loaded *loaded, FILE *to)
{
    terminal_print (to, "%s: %s loaded", loaded->table, QUANTITY (loaded->records, "record"));
    if (loaded->before)
        terminal_print (to, ", %llu %s there", (unsigned long long) loaded->before,
                        loaded->before == 1 ? "was" : "were");
    terminal_print (to, "\n");
}

//  The sum of the table; NULL: there is no room for it.
static struct loaded *s_sum (struct loaded **sums, size_t *count, const char *table)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp ((*sums)[i].table, table) == 0)
            return &(*sums)[i];
    struct loaded *more = realloc (*sums, (*count + 1) * sizeof *more);
    if (!more)
        return NULL;
    *sums = more;
    more[*count] = (struct loaded){.table = table};
    return &more[(*count)++];
}

void load_summary (const struct outcome *outcomes, size_t count, FILE *to)
{
    struct loaded *sums = NULL;
    size_t tables = 0;
    for (size_t i = 0; i < count; i++) {
        struct loaded *sum = *outcomes[i].loaded ? s_sum (&sums, &tables, outcomes[i].loaded) : NULL;
        if (sum)
            *(outcomes[i].loaded_before ? &sum->before : &sum->records) += outcomes[i].loaded_records;
    }
    for (size_t i = 0; i < tables; i++)
        s_say (&sums[i], to);
    free (sums);
}
