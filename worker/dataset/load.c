//  load.c: results are added to a data set, in one transaction. See dataset.h. Contents are compared as they
//  are; hashes only find them.
#define XXH_INLINE_ALL
#include "messages/base/clock.h"
#include "worker/dataset/loaded_kind.h"
#include "worker/dataset/record_key.h"
#include "worker/join/content.h"
#include "worker/join/inputs/open_results.h"
#include "worker/join/row_writer.h"

#include <stdlib.h>
#include <xxhash.h>

enum { LOOK_RECORDS = 1024, KEYLESS = 2 };    //  of `stands`: it has no key

//  One kind of one load.
struct load {
    dataset_t *set;
    const struct join_request *request;
    const struct open_results *list;
    const schema_t *schema;
    struct options options;    //  as the request's, with the --on-conflict that the set has; borrowed
    uint64_t number;           //  of the load
    struct loaded_kind kind;
    result_reader_t **results;    //  [count], borrowed
    size_t *places;               //  [count]: in the list
    size_t count;
    struct row_writer writer;
    struct content content;
    struct key_columns key_columns;
    struct buffer key, variant, said, others;
    sqlite3_stmt *same, *different, *standing, *insert, *replace;
    uint64_t input;    //  that is loaded
    struct counts counts;
    uint64_t replaced;
    uint64_t first_input;    //  of this load
    struct dataset_added *added;
};

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while loading a data set");
}

static int s_statements (struct load *self, struct error *error)
{
    const struct {
        sqlite3_stmt **to;
        const char *sql;
    } all[] = {
        {&self->same,
         "SELECT content FROM records WHERE kind = ?1 AND key = ?2 AND set_id = ?3 AND hash = ?4"},
        {&self->different, "SELECT content FROM records WHERE kind = ?1 AND key = ?2 AND set_id <> ?3"},
        {&self->standing,
         "SELECT record, rank, input FROM records WHERE kind = ?1 AND key = ?2 AND stands = 1"},
        {&self->insert, "INSERT INTO records (kind, key, set_id, hash, stands, rank, input, source_record,"
                        " content, others) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"},
        {&self->replace,
         "UPDATE records SET stands = 0, replaced_by = ?2, replaced_in = ?3 WHERE record = ?1"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!(*all[i].to = store_prepare (self->set, all[i].sql, error)))
            return error->code;
    return DMH_OK;
}

static struct text s_text (const struct buffer *buffer)
{
    return (struct text){buffer->at, buffer->used};
}

//  Whether a record of the set says all that this one says.
static int s_search (struct load *self, size_t set, uint64_t hash, bool *found, struct error *error)
{
    sqlite3_stmt *const statements[] = {self->same, self->different};
    int rc = 0;
    *found = false;
    for (int i = 0; rc >= 0 && !*found && i < (self->kind.mixed ? 2 : 1); i++) {
        store_reset (statements[i]);
        store_number (statements[i], 1, self->kind.number);
        store_bytes (statements[i], 2, s_text (&self->key));
        store_number (statements[i], 3, self->kind.sets[set]);
        if (i == 0)
            store_number (statements[i], 4, hash);
        while (!*found && (rc = store_step (self->set, statements[i], error)) == 1)
            *found = content_repeats (&self->kind.columns, set, s_text (&self->said),
                                      store_column_bytes (self->set, statements[i], 0));
        store_reset (statements[i]);
    }
    return rc < 0 ? rc : DMH_OK;
}

//  The record that stands with this key gives way to the one that comes next.
static int s_replace (struct load *self, uint64_t record, uint64_t input, uint64_t by, struct error *error)
{
    store_reset (self->replace);
    store_number (self->replace, 1, record);
    store_number (self->replace, 2, by);
    store_number (self->replace, 3, self->number);
    int rc = store_step (self->set, self->replace, error);
    store_reset (self->replace);
    if (rc != 0)
        return rc;
    if (input < self->first_input) {
        self->replaced++;
        return DMH_OK;
    }
    if (input == self->input) {
        self->counts.written--;
        self->counts.conflicts++;
        return DMH_OK;
    }
    self->added->counts.written--;
    self->added->counts.conflicts++;
    uint64_t none;
    return store_ask (self->set,
                      "UPDATE inputs SET written = written - 1, conflicts = conflicts + 1 WHERE input = ?",
                      input, &none, error);
}

//  Which one stands: the new one (1), the one that does (0), or it is for the user to say.
static int s_judge (struct load *self, bool keyed, uint64_t rank, uint64_t *record, uint64_t *input,
                    struct error *error)
{
    *record = 0;
    if (!keyed)
        return KEYLESS;
    store_reset (self->standing);
    store_number (self->standing, 1, self->kind.number);
    store_bytes (self->standing, 2, s_text (&self->key));
    int rc = store_step (self->set, self->standing, error);
    uint64_t before = rc == 1 ? store_column_number (self->standing, 1) : 0;
    *record = rc == 1 ? store_column_number (self->standing, 0) : 0;
    *input = rc == 1 ? store_column_number (self->standing, 2) : 0;
    store_reset (self->standing);
    if (rc != 1)
        return rc < 0 ? rc : 1;
    if (self->writer.precedence.by == PRECEDENCE_FAIL)
        return error_set (error, DMH_BAD_INPUT,
                          "a record has the key of one that the data set holds and other content, and "
                          "--on-conflict is fail; nothing was loaded");
    return precedence_is_late (&self->writer.precedence) && rank_stands (rank, before);
}

static int s_insert (struct load *self, size_t set, uint64_t hash, int stands, uint64_t rank,
                     uint64_t source_record, struct error *error)
{
    const uint64_t numbers[] = {self->kind.sets[set], hash,         (uint64_t) stands, rank,
                                self->input,          source_record};
    store_reset (self->insert);
    store_number (self->insert, 1, self->kind.number);
    store_bytes (self->insert, 2, s_text (&self->key));
    for (int i = 0; i < 6; i++)
        store_number (self->insert, 3 + i, numbers[i]);
    store_bytes (self->insert, 9, s_text (&self->said));
    store_bytes (self->insert, 10, s_text (&self->others));
    int rc = store_step (self->set, self->insert, error);
    store_reset (self->insert);
    return rc;
}

//  A content that the set does not have.
static int s_new (struct load *self, size_t set, bool keyed, uint64_t hash, uint64_t source_record,
                  struct error *error)
{
    uint64_t rank = row_writer_rank (&self->writer), record, input = 0, last = 0;
    int stands = s_judge (self, keyed, rank, &record, &input, error), rc = stands < 0 ? stands : DMH_OK;
    if (rc == DMH_OK && stands == 1 && record) {
        rc = store_ask (self->set, "SELECT coalesce (max (record), 0) + ?1 FROM records", 1, &last, error);
        if (rc == DMH_OK)
            rc = s_replace (self, record, input, last, error);
    }
    if (rc == DMH_OK)
        rc = s_insert (self, set, hash, stands, rank, source_record, error);
    if (rc == DMH_OK)
        *(stands ? &self->counts.written : &self->counts.conflicts) += 1;
    return rc;
}

static int s_take (struct load *self, size_t i, const struct result_record *record, struct error *error)
{
    const struct input_columns *input = &self->kind.columns.inputs[i];
    bool keyed, found;
    self->counts.read++;
    if (record->fate == FATE_REJECTED || record->fate == FATE_DUPLICATE) {
        *(record->fate == FATE_REJECTED ? &self->counts.rejected : &self->counts.duplicates) += 1;
        return DMH_OK;
    }
    if (!record->fields)
        return error_set (error, DMH_BAD_INPUT,
                          "%.200s was harmonized by an earlier dmh, whose results do not tell what they set "
                          "aside; run it again",
                          self->request->inputs[self->places[i]].source_file);
    size_t count = result_reader_facts (self->results[i])->column_count;
    int rc = content_set (&self->content, &self->kind.columns, input->places, count, record, error);
    if (rc != DMH_OK)
        return rc;
    self->said.used = self->others.used = 0;
    if (record_key_make (&self->key, &self->content, &self->key_columns, &keyed) != 0 ||
        content_rest (&self->content, &self->kind.columns, input->set, &self->said) != 0 ||
        content_others (&self->content, &self->kind.columns, input->set, &self->others) != 0)
        return s_no_memory (error);
    uint64_t hash = XXH3_64bits (self->said.at, self->said.used);
    row_writer_set (&self->writer, self->content.values, text_of (""), text_of (""));
    rc = s_search (self, input->set, hash, &found, error);
    if (rc != DMH_OK || !found)
        return rc == DMH_OK ? s_new (self, input->set, keyed, hash, record->number, error) : rc;
    self->counts.duplicates++;
    return DMH_OK;
}

static int s_begin_input (struct load *self, size_t i, struct error *error)
{
    const struct result_facts *facts = result_reader_facts (self->results[i]);
    sqlite3_stmt *add = store_prepare (
        self->set, "INSERT INTO inputs (load, kind, source_file, sha256) VALUES (?, ?, ?, ?)", error);
    if (!add)
        return error->code;
    store_number (add, 1, self->number);
    store_number (add, 2, self->kind.number);
    store_string (add, 3, self->request->inputs[self->places[i]].source_file);
    store_string (add, 4, member_text (json_value_member (facts->report, "input"), "sha256"));
    int rc = store_step (self->set, add, error);
    self->input = (uint64_t) sqlite3_last_insert_rowid (self->set->db);
    self->first_input = self->first_input ? self->first_input : self->input;
    store_finish (&add);
    self->counts = (struct counts){0};
    self->replaced = 0;
    return rc;
}

static int s_end_input (struct load *self, struct error *error)
{
    const struct counts *c = &self->counts;
    const uint64_t numbers[] = {c->read,      c->written,  c->duplicates,
                                c->conflicts, c->rejected, self->replaced};
    sqlite3_stmt *set = store_prepare (self->set,
                                       "UPDATE inputs SET read = ?1, written = ?2, duplicates = ?3,"
                                       " conflicts = ?4, rejected = ?5, replaced = ?6 WHERE input = ?7",
                                       error);
    if (!set)
        return error->code;
    for (int i = 0; i < 6; i++)
        store_number (set, 1 + i, numbers[i]);
    store_number (set, 7, self->input);
    int rc = store_step (self->set, set, error);
    store_finish (&set);
    struct counts *all = &self->added->counts;
    counts_add (all, c);
    self->added->replaced += self->replaced;
    return rc;
}

static int s_load_input (struct load *self, size_t i, struct error *error)
{
    struct result_record record;
    result_reader_t *result = self->results[i];
    int rc = result_reader_open (result, error), got = 1;
    if (rc == DMH_OK)
        rc = s_begin_input (self, i, error);
    while (rc == DMH_OK && (got = result_reader_next (result, &record, error)) == 1) {
        rc = s_take (self, i, &record, error);
        if (rc == DMH_OK && self->counts.read % LOOK_RECORDS == 0 && store_is_interrupted (self->set))
            rc = error_set (error, DMH_CANCELLED, "interrupted; the data set is as it was");
    }
    result_reader_close (result);
    if (rc == DMH_OK)
        rc = got < 0 ? got : s_end_input (self, error);
    return rc;
}

static int s_prepare (struct load *self, struct error *error)
{
    self->kind = (struct loaded_kind){.set = self->set,
                                      .schema = self->schema,
                                      .asked = self->request->options->on_conflict,
                                      .results = self->results,
                                      .count = self->count};
    int rc = loaded_kind_find (&self->kind, error);
    if (rc == DMH_OK)
        rc = content_make (&self->content, &self->kind.columns, error);
    if (rc == DMH_OK) {
        self->key_columns = (struct key_columns){
            .schema = self->schema, .count = self->kind.columns.count, .made = &self->variant};
        self->key_columns.are_variants =
            variant_columns_find (&self->kind.columns, &self->key_columns.variants);
    }
    self->options = *self->request->options;
    memcpy (self->options.on_conflict, self->kind.on_conflict, sizeof self->options.on_conflict);
    if (rc == DMH_OK)
        rc = row_writer_make (&self->writer, &self->kind.columns, "csv", &self->options, "the data set",
                              error);
    return rc == DMH_OK ? s_statements (self, error) : rc;
}

static void s_clear (struct load *self)
{
    sqlite3_stmt **const statements[] = {&self->same, &self->different, &self->standing, &self->insert,
                                         &self->replace};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        store_finish (statements[i]);
    row_writer_clear (&self->writer);
    content_clear (&self->content);
    loaded_kind_clear (&self->kind);
    free (self->key.at);
    free (self->variant.at);
    free (self->said.at);
    free (self->others.at);
    free (self->results);
    free (self->places);
}

static int s_load_kind (struct load *self, const char *kind, struct error *error)
{
    self->schema = open_results_schema (self->list, kind, error);
    self->results = calloc (self->list->count + 1, sizeof *self->results);
    self->places = calloc (self->list->count + 1, sizeof *self->places);
    int rc = !self->schema ? error->code : self->results && self->places ? DMH_OK : s_no_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < self->list->count; i++)
        if (strcmp (open_results_kind (self->list, i), kind) == 0) {
            self->places[self->count] = i;
            self->results[self->count++] = self->list->results[i];
        }
    snprintf (self->added->kind, sizeof self->added->kind, "%s", kind);
    if (rc == DMH_OK)
        rc = s_prepare (self, error);
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++)
        rc = s_load_input (self, i, error);
    if (rc == DMH_OK)
        rc = store_ask (self->set, "SELECT count (*) FROM records WHERE kind = ? AND stands > 0",
                        self->kind.number, &self->added->records, error);
    return rc;
}

static int s_add_load (dataset_t *set, const char *correlation, uint64_t *number, struct error *error)
{
    char at[CLOCK_TEXT_BYTES];
    sqlite3_stmt *add =
        store_prepare (set, "INSERT INTO loads (loaded_at, correlation) VALUES (?, ?)", error);
    if (!add)
        return error->code;
    store_string (add, 1, clock_text (clock_wall_ms (), at));
    store_string (add, 2, correlation);
    int rc = store_step (set, add, error);
    *number = (uint64_t) sqlite3_last_insert_rowid (set->db);
    store_finish (&add);
    return rc;
}

int dataset_load (dataset_t *self, const struct join_request *request, struct dataset_added *added,
                  size_t *count, struct error *error)
{
    struct open_results list;
    size_t kinds = 0;
    uint64_t number = 0;
    int rc = open_results_open (&list, request->inputs, request->count, request->options, error);
    if (rc == DMH_OK)
        rc = dataset_begin (self, error);
    if (rc == DMH_OK)
        rc = s_add_load (self, request->correlation, &number, error);
    for (size_t i = 0; rc == DMH_OK && i < list.count; i++) {
        if (!open_results_is_first (&list, i))
            continue;
        if (kinds == JOINED_KINDS_MAX) {
            rc = error_set (error, DMH_TOO_LARGE, "the inputs are of more than %d kinds", JOINED_KINDS_MAX);
            break;
        }
        added[kinds] = (struct dataset_added){.kind = ""};
        struct load *load = calloc (1, sizeof *load);
        if (load)
            *load = (struct load){
                .set = self, .request = request, .list = &list, .number = number, .added = &added[kinds++]};
        rc = load ? s_load_kind (load, open_results_kind (&list, i), error) : s_no_memory (error);
        if (load)
            s_clear (load);
        free (load);
    }
    rc = dataset_end (self, rc, error);
    *count = rc == DMH_OK ? kinds : 0;
    open_results_clear (&list);
    return rc;
}
