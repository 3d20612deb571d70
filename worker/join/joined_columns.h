//  joined_columns.h: the columns of a joined table: the canonical fields, where each record comes from, then
//  the own columns of all inputs in the order in which they come; and which of them each input says anything
//  of.
#ifndef DMH_WORKER_JOIN_JOINED_COLUMNS_H
#define DMH_WORKER_JOIN_JOINED_COLUMNS_H

#include "worker/join/inputs/result_reader.h"
#include "worker/rules/binding/binding.h"

//  Of what a record can say: the canonical fields, then the own columns.
enum { SOURCE_FILE, SOURCE_RECORD, OWN_COLUMNS };    //  places in binding.columns

//  One input's columns.
struct input_columns {
    size_t *places;    //  [its column_count]: which of those it is
    size_t set;        //  the inputs that say something of the same columns have the same
};

struct joined_columns {
    const schema_t *schema;    //  borrowed
    binding_t binding;         //  as an encoder needs it: source_file, source_record, own columns
    size_t count;              //  fields and own columns
    struct input_columns *inputs;
    size_t input_count;
    bool **sets;    //  [set_count][count]: of what the inputs of that set say something
    size_t set_count;
    bool *common;    //  [count]: they all do
};

//  Of inputs whose kind is `schema`; own columns begin with `own` [own_count], those of a table that is
//  there. DMH_OK, DMH_TOO_LARGE, DMH_INTERNAL; joined_columns_clear it in any case.
int joined_columns_make (struct joined_columns *out, const schema_t *schema, const char *const *own,
                         size_t own_count, result_reader_t *const *inputs, size_t count, struct error *error);
void joined_columns_clear (struct joined_columns *self);

//  Whether the value of a canonical field makes another record: all do but where it came from.
bool field_is_content (const schema_t *schema, size_t field);

#endif
