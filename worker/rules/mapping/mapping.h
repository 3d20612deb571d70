//  mapping.h: a user's mapping file: what overrules and completes the columns that dmh would find. Small
//  JSON; worker/schemas/README.md documents it with an example of every part.
#ifndef DMH_WORKER_RULES_MAPPING_MAPPING_H
#define DMH_WORKER_RULES_MAPPING_MAPPING_H

#include "worker/rules/codes/code_table.h"
#include "worker/rules/dates/date_form.h"
#include "worker/rules/identifiers/person_name.h"
#include "worker/rules/schema/schema.h"

enum {
    JOINS_MAX = 8,
    DERIVED_COLUMNS_MAX = 16,
    DERIVED_FIELDS_MAX = TABLE_CELLS_MAX,
    SEPARATOR_BYTES = 17,
    FIRST_COLUMNS_MAX = 8
};

struct mapping_pair {
    char *from, *to;    //  columns: to is NULL where the column is kept as the source's own
};
struct mapping_value {
    char *field, *from, *to;
};

//  {"column": "ITEMID", "table": "d_labitems.csv", "key": "itemid", "take": {"loinc_code": "test_code"},
//  "keep": "test_code"}
struct mapping_join {
    char *column, *table, *key;
    char *keep;    //  the field that gets the column's own value where the table has none; NULL: nobody
    struct mapping_pair takes[DERIVED_FIELDS_MAX];    //  the table's column → field
    size_t take_count;
    code_table_t *rows;    //  NULL until input/code_tables.c has read the table; cells in the order of takes
    char sha256[DIGEST_HEX_BYTES];    //  of the table's file, from then on
};

//  Several columns into one field: "collected_at": {"from": ["date", "time"], "join": " "}, or a name:
//  {"from": {"family": "LAST", "given": "FIRST"}, "form": "family, given"}.
struct mapping_combine {
    char *field;
    char *from[DERIVED_COLUMNS_MAX];
    enum name_part parts[DERIVED_COLUMNS_MAX];    //  of a name
    size_t from_count;
    bool name;
    enum name_form form;
    char separator[SEPARATOR_BYTES];
};

//  Several columns for one field: "test_code": ["LBLOINC", "LBTESTCD"]. A record takes the first that has a
//  usable value.
struct mapping_first {
    char *field;
    char *from[FIRST_COLUMNS_MAX];
    size_t from_count;
};

//  One column into several fields: "Name": {"form": "family, given"}, or {"at": "-", "into": ["low",
//  "high"]}.
struct mapping_split {
    char *column;
    bool name;
    enum name_form form;
    char separator[SEPARATOR_BYTES];
    char *into[DERIVED_FIELDS_MAX];    //  fields; of a name by enum name_part, NULL: that part is nobody's
    size_t into_count;
};

//  A column of a wide table whose cells are results: "unpivot": {"Hb": {"test_code": "718-7", "unit":
//  "g/dL"}}
struct mapping_test {
    char *column;
    struct mapping_pair *values;    //  field → value
    size_t value_count;
};

//  "dates": {"COLUMN": {"form": "excel", "order": "dmy", "time_zone": "+01:00", "shifted": true}}
struct mapping_date {
    char *column;
    struct date_form form;
};

//  Every field that the mapping feeds, and every column that it speaks for, with the place in the file.
struct mapping_feed {
    char *path;
    const char *column;    //  NULL: a constant
    const char *field;
    bool optional;    //  a kind without that field is no mistake
    bool derived;     //  by a join, combine or split
};
struct mapping_use {
    char *path;
    const char *column;
    bool keeps;    //  the column stays the source's own; another may use it too
};

typedef struct mapping {
    char *source;        //  the file's name for messages
    char *kind;          //  NULL: not given
    char *date_order;    //  NULL: not given
    char *decimal;       //  "point" or "comma"; NULL: not given
    struct mapping_pair *columns;
    size_t column_count;
    struct mapping_pair *constants;
    size_t constant_count;
    struct mapping_value *values;
    size_t value_count;
    struct mapping_date *dates;
    size_t date_count;
    char **missing;
    size_t missing_count;
    char **not_content;    //  own columns whose values make no other record
    size_t not_content_count;
    struct mapping_join joins[JOINS_MAX];
    size_t join_count;
    struct mapping_combine *combines;
    size_t combine_count;
    struct mapping_first *firsts;
    size_t first_count;
    struct mapping_split *splits;
    size_t split_count;
    struct mapping_test *tests;
    size_t test_count;
    bool unpivot_off;    //  "unpivot": false
    struct mapping_feed *feeds;
    size_t feed_count, feed_room;
    struct mapping_use *uses;
    size_t use_count, use_room;
} mapping_t;

void mapping_destroy (mapping_t **self_p);

//  For the readers: notes that the file, at `path`, feeds a field or uses a column. The path is copied (the
//  feed's own is ignored), other strings are borrowed from *self. 0, or -1 out of memory.
int mapping_add_feed (mapping_t *self, const char *path, struct mapping_feed feed);
int mapping_add_use (mapping_t *self, const char *path, const char *column, bool keeps);

#endif
