//  harmonizer.c: see harmonizer.h. The hot path: no allocation per record once the buffers have grown to
//  their size.
#include "worker/pipeline/harmonizer.h"

#include "messages/base/narrow.h"
#include "worker/pipeline/keys/record_hash.h"
#include "worker/pipeline/long_rows.h"
#include "worker/pipeline/passed_by.h"
#include "worker/pipeline/title.h"

#include "worker/encoders/content.h"
#include "worker/encoders/escape.h"
#include "worker/rules/record/harmonize.h"
#include "worker/rules/record/place.h"

#include <stdlib.h>

struct harmonizer {
    const struct pass *pass;
    rows_t *rows;
    struct record *record;
    struct row row;            //  that is in work
    long_rows_t *long_rows;    //  of a wide table; NULL: it is none
    bool waits;                //  nothing was made of it yet
    bool unpivots, result;     //  its row has results that are left; has had one
    uint64_t without;          //  rows of the block that hold no result
    struct buffer rest;        //  of one record: its content but for the canonical fields
    struct buffer servers;     //  of one record: those that know its patient
    //  Of the block: records that came through the rules, and fields that they lacked; of the last few of
    //  them in bytes, which are counted many at once.
    uint32_t counted, missing[FIELDS_MAX];
    uint8_t few, few_missing[FIELDS_MAX];
    struct block_needs needs;    //  as far as blocks have shown them
    int subject;                 //  the field of the patient's id; FIELD_NONE: there is none
    bool ranks;                  //  which of two records of a key stands may depend on what they say
};

//  Without a column of its key a record has none, and is in conflict with no other.
static bool s_is_keyed (const struct plan *plan)
{
    bool keyed = false;
    for (size_t k = 0; k < plan->schema->key_count; k++)
        for (size_t i = 0; i < plan->live_count; i++)
            keyed = keyed || plan->live[i] == plan->schema->key[k];
    return keyed;
}

harmonizer_t *harmonizer_new (const struct pass *pass)
{
    harmonizer_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->pass = pass;
    self->rows = pass->dialect->format->rows_new (pass->dialect);
    self->record = record_new (pass->plan);
    self->subject = schema_field (pass->plan->schema, "patient_id");
    self->ranks = s_is_keyed (pass->plan) && precedence_ranks (&pass->precedence);
    const binding_t *binding = pass->plan->binding;
    if (binding->unpivot)
        self->long_rows = long_rows_new (binding, pass->dialect->delimiter);
    if (!self->rows || !self->record || (binding->unpivot && !self->long_rows))
        harmonizer_destroy (&self);
    return self;
}

void harmonizer_destroy (harmonizer_t **self_p)
{
    harmonizer_t *self = *self_p;
    if (!self)
        return;
    if (self->rows)
        self->pass->dialect->format->rows_destroy (&self->rows);
    record_destroy (&self->record);
    long_rows_destroy (&self->long_rows);
    free (self->servers.at);
    free (self->rest.at);
    free (self);
    *self_p = NULL;
}

static char *s_put (char *to, struct text in)
{
    return escape_bytes (to, in.at, in.n);
}

static int s_emit (harmonizer_t *self, const struct row *row, struct block *block, struct verdict *verdict)
{
    const struct layout *layout = &self->pass->layout;
    const struct encoder *encoder = layout->encoder;
    int rc = layout->owns ? content_gather_emptied (layout, self->record, &self->rest)
                          : content_gather (layout, self->record, row, &self->rest);
    if (rc != 0)
        return -1;
    struct text rest = {self->rest.at, self->rest.used};
    if (buffer_reserve (&block->out, encoder->room (layout, self->record, row) + rest.n) != 0)
        return -1;
    char *to = block->out.at + block->out.used;
    struct encoded encoded;
    encoder->write (layout, self->record, row, rest, to, &encoded);
    verdict->hash = record_hash (self->record, &encoded, layout->owns, rest, row->key, self->pass->seed);
    if (encoded.row.at != to)
        memmove (to, encoded.row.at, encoded.row.n);
    verdict->out_at = block->out.used;
    verdict->out_n = encoded.row.n;
    verdict->rank =
        self->ranks ? precedence_rank (&self->pass->precedence, self->record, row->fields, row->count) : 0;
    block->out.used += encoded.row.n;
    return 0;
}

static int s_remark (struct block *block, const struct finding *finding)
{
    struct remark *remark = block_add_remark (block);
    if (!remark || buffer_reserve (&block->notes, finding->raw.n + finding->to.n) != 0)
        return -1;
    char *at = block->notes.at + block->notes.used;
    *remark = (struct remark){(int16_t) finding->field, (uint8_t) finding->rule, block->notes.used,
                              finding->raw.n, finding->to.n};
    if (finding->raw.n)
        at = s_put (at, finding->raw);
    if (finding->to.n)
        s_put (at, finding->to);
    block->notes.used += finding->raw.n + finding->to.n;
    return 0;
}

//  Whether it is one of the first of its block; the writer knows which are the first of the file.
static bool s_is_listed (const harmonizer_t *self, const struct block *block, const struct finding *finding)
{
    uint64_t most = pass_listed (self->pass, finding->rule);
    return most == UINT64_MAX || tally_of (&block->tally, finding->field, finding->rule)->count <= most;
}

//  What the rules said: counted always, listed one by one where somebody should look (or the audit is full).
static int s_tell (harmonizer_t *self, struct block *block, struct verdict *verdict)
{
    const struct record *record = self->record;
    struct tally *tally = &block->tally;
    verdict->remark_at = block->remark_count;
    int last_changed = FIELD_NONE;
    for (size_t i = 0; i < record->finding_count; i++) {
        const struct finding *finding = &record->findings[i];
        enum rule_sort sort = RULE[finding->rule].sort;
        tally_mark (tally, finding->field, finding->rule, verdict->line);
        bool changed = sort == RULE_SORT_CHANGED || sort == RULE_SORT_ASSUMED;
        if (changed && finding->field >= 0 && finding->field != last_changed) {
            tally->fields[finding->field].changed++;
            last_changed = finding->field;
        }
        if (sort == RULE_SORT_INVALID && finding->field >= 0)
            tally->fields[finding->field].invalid++;
        bool once = finding->rule == RULE_DATE_FUTURE && self->pass->plan->steps[finding->field].future;
        bool listed = s_is_listed (self, block, finding) && (!once || self->pass->audit_full);
        if (listed && s_remark (block, finding) != 0)
            return -1;
    }
    verdict->remark_n = block->remark_count - verdict->remark_at;
    return 0;
}

static void s_count_few (harmonizer_t *self)
{
    for (size_t f = 0; f < self->pass->plan->step_count; f++)
        self->missing[f] += self->few_missing[f];
    memset (self->few_missing, 0, sizeof self->few_missing);
    self->counted += self->few;
    self->few = 0;
}

static void s_count_fields (harmonizer_t *self, struct block *block, uint64_t line)
{
    enum { AT_ONCE = 16 };
    const bool *missing = self->record->missing;
    for (size_t f = 0; f < self->pass->plan->step_count; f += AT_ONCE)
        for (size_t i = 0; i < AT_ONCE; i++)
            self->few_missing[f + i] = (uint8_t) (self->few_missing[f + i] + missing[f + i]);
    if (++self->few == UINT8_MAX)
        s_count_few (self);
    tally_record (&block->tally, self->record, line);
}

//  A field that is not live is missing in every record.
static void s_count_missing (harmonizer_t *self, struct block *block)
{
    const struct plan *plan = self->pass->plan;
    s_count_few (self);
    for (size_t f = 0, next = 0; f < plan->step_count; f++) {
        bool live = next < plan->live_count && plan->live[next] == f;
        next += live;
        block->tally.fields[f].missing += self->missing[f];
        if (live && !plan->steps[f].others)
            block->tally.fields[f].votes[0].filled += self->counted - self->missing[f];
        self->missing[f] = 0;
    }
    self->counted = 0;
}

//  Where the record stands; a long row, which is `made`, is kept for that.
static int s_keep_raw (struct block *block, const struct row *row, bool made, struct verdict *verdict)
{
    verdict->made = made;
    verdict->raw_n = row->raw.n;
    verdict->raw_at = made ? block->made.used : (size_t) (row->raw.at - block->in.at);
    if (!made)
        return 0;
    if (buffer_reserve (&block->made, row->raw.n) != 0)
        return -1;
    memcpy (block->made.at + block->made.used, row->raw.at, row->raw.n);
    block->made.used += row->raw.n;
    return 0;
}

static int s_keep_url (struct block *block, const struct row *row, struct verdict *verdict)
{
    struct record_url url = {.at = (size_t) (row->origin.at - block->in.at), .n = row->origin.n};
    if (row->origin_id.n)
        url.id_at = (size_t) (row->origin_id.at - block->in.at);
    url.id_n = row->origin_id.n;
    if (buffer_reserve (&block->urls, sizeof url) != 0)
        return -1;
    memcpy (block->urls.at + block->urls.used, &url, sizeof url);
    block->urls.used += sizeof url;
    verdict->url = NARROW (uint32_t, block->urls.used / sizeof url);
    return 0;
}

//  The patient's id is one of several servers.
static int s_warn_of_servers (harmonizer_t *self, const struct text servers[2])
{
    if (self->subject == FIELD_NONE)
        return 0;
    if (buffer_reserve (&self->servers, servers[0].n + 1 + servers[1].n) != 0)
        return -1;
    char *end = s_put (self->servers.at, servers[0]);
    *end++ = ' ';
    end = s_put (end, servers[1]);
    record_note (self->record, self->subject, RULE_IDENTIFIER_SERVERS, self->record->sources[self->subject],
                 (struct text){self->servers.at, (size_t) (end - self->servers.at)});
    return 0;
}

//  Field by field: compilers zero a struct of this size by an instruction that takes longer to begin.
static inline void s_begin_verdict (struct verdict *self, uint64_t line, enum rule rule, size_t remark_at)
{
    self->out_at = self->out_n = 0;
    self->line = line;
    self->remark_at = remark_at;
    self->remark_n = 0;
    self->url = self->title = 0;
    self->field = FIELD_NONE;
    self->rule = (uint8_t) rule;
    self->hash = (struct key_hash){0, 0, 0};
}

//  What the format has to say of a part of the record.
static void s_note (harmonizer_t *self, const struct row_warning *warning)
{
    int field = warning->field ? schema_field (self->pass->plan->schema, warning->field) : FIELD_NONE;
    record_note (self->record, field, warning->rule, warning->raw,
                 warning->to.n ? warning->to : warning->raw);
}

static int s_record (harmonizer_t *self, struct block *block, const struct row *row, bool made)
{
    struct verdict *verdict = block_add_verdict (block);
    if (!verdict)
        return -1;
    s_begin_verdict (verdict, row->line, row->problem, block->remark_count);
    if (s_keep_raw (block, row, made, verdict) != 0 ||
        (row->origin.n && s_keep_url (block, row, verdict) != 0))
        return -1;
    verdict->continued = row->continued;
    if (self->pass->layout.encoder->letters && row->warning != RULE_NONE && row->problem == RULE_NONE) {
        verdict->rule = (uint8_t) row->warning;    //  a sequence without a letter has no place there
        tally_mark (&block->tally, FIELD_NONE, row->warning, row->line);
        return 0;
    }
    if (row->problem != RULE_NONE) {
        if (row->wrong_field)
            verdict->field = (int16_t) schema_field (self->pass->plan->schema, row->wrong_field);
        tally_mark (&block->tally, verdict->field, row->problem, row->line);
        return row->wrong_column ? title_of_place (block, row, verdict) : 0;
    }
    self->record->bare = row->bare;
    if (record_harmonize (self->record, row->fields, row->count) != 0)
        return -1;
    if (row->servers[1].n && s_warn_of_servers (self, row->servers) != 0)
        return -1;
    if (row->warning != RULE_NONE)
        record_note (self->record, self->pass->plan->schema->key[0], row->warning,
                     self->record->sources[self->pass->plan->schema->key[0]], (struct text){NULL, 0});
    for (size_t i = 0; i < row->warning_count; i++)
        s_note (self, &row->warnings[i]);
    if (s_tell (self, block, verdict) != 0)
        return -1;
    s_count_fields (self, block, row->line);
    if (self->record->rejected != RULE_NONE) {
        verdict->rule = (uint8_t) self->record->rejected;
        verdict->field = (int16_t) self->record->rejected_field;
        if (self->record->rejected == RULE_FIELD_REQUIRED)
            tally_mark (&block->tally, verdict->field, RULE_FIELD_REQUIRED, row->line);
        return 0;
    }
    int rc = s_emit (self, row, block, verdict);
    return rc == 0 && pass_has_letters (self->pass) ? title_of_record (block, self->record, verdict) : rc;
}

//  Makes the next row of the block the one that waits. 1, 0: there is none, -1: out of memory.
static int s_next (harmonizer_t *self)
{
    int rc = self->waits ? 1 : self->pass->dialect->format->rows_next (self->rows, &self->row);
    self->waits = rc == 1;
    return rc;
}

//  The next row of the file. 1: it was a record, or of a wide table results come next; 0: there is none;
//  -1: out of memory.
static int s_row (harmonizer_t *self, struct block *block)
{
    int rc = s_next (self);
    if (rc != 1)
        return rc;
    self->waits = false;
    if (!self->long_rows || self->row.problem != RULE_NONE)
        return s_record (self, block, &self->row, false) == 0 ? 1 : -1;
    long_rows_begin (self->long_rows, &self->row);
    self->unpivots = true;
    self->result = false;
    return 1;
}

//  The next result of the row of a wide table. 1, or -1: out of memory.
static int s_result (harmonizer_t *self, struct block *block)
{
    struct row result;
    int rc = long_rows_next (self->long_rows, &result);
    if (rc == 1) {
        self->result = true;
        return s_record (self, block, &result, true) == 0 ? 1 : -1;
    }
    self->without += !self->result;
    self->unpivots = false;
    return rc == 0 ? 1 : -1;
}

//  Records until they are over, 0, or fill a part, 1; -1: out of memory.
static int s_records (harmonizer_t *self, struct block *block)
{
    int rc;
    do
        rc = self->unpivots ? s_result (self, block) : s_row (self, block);
    while (rc == 1 && block_made (block) < self->pass->part_bytes);
    return rc == 1 && !self->unpivots ? s_next (self) : rc;
}

//  1: it is for another part to go on; 0, also where block->error says what went wrong.
static int s_part (harmonizer_t *self, struct block *block)
{
    int rc = s_records (self, block);
    if (rc < 0) {
        error_set (&block->error, DMH_INTERNAL, "out of memory while harmonizing the records from line %llu",
                   (unsigned long long) block->first_line);
        return 0;
    }
    block_learn (block, &self->needs);
    s_count_missing (self, block);
    if (rc == 0) {
        const struct format *format = self->pass->dialect->format;
        passed_by_gather (block, format, self->rows, self->without);
        block->open_at = format->rows_rest ? format->rows_rest (self->rows) : SIZE_MAX;
        self->without = 0;
    }
    return rc;
}

bool harmonizer_harmonize (harmonizer_t *self, struct block *block)
{
    block_expect (block, &self->needs);
    self->row = (struct row){.origin = {NULL, 0}};    //  which only some formats set
    self->waits = self->unpivots = false;
    format_begin (self->pass->dialect->format, self->rows, block->in.at, block->in.used, block->goes_on);
    return s_part (self, block) == 1;
}

bool harmonizer_go_on (harmonizer_t *self, struct block *block)
{
    block_reset_part (block);
    return s_part (self, block) == 1;
}
