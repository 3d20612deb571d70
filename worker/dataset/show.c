//  show.c: what a data set holds, and whether it is whole. See dataset.h.
#include "worker/dataset/store.h"

#include "worker/join/content.h"

#include <string.h>
#include <xxhash.h>

int dataset_show (dataset_t *self, const struct dataset_listener *listener, struct error *error)
{
    sqlite3_stmt *kinds = store_prepare (
        self,
        "SELECT name, on_conflict, (SELECT count (*) FROM records r WHERE r.kind = k.kind AND stands > 0),"
        " (SELECT count (*) FROM records r WHERE r.kind = k.kind AND stands = 0),"
        " (SELECT count (*) FROM columns c WHERE c.kind = k.kind) FROM kinds k ORDER BY kind",
        error);
    sqlite3_stmt *inputs = store_prepare (
        self,
        "SELECT i.load, l.loaded_at, k.name, source_file, sha256, read, written, duplicates, conflicts,"
        " rejected, replaced FROM inputs i JOIN loads l USING (load) JOIN kinds k USING (kind) ORDER BY "
        "input",
        error);
    int rc = kinds && inputs ? DMH_OK : error->code;
    while (rc == DMH_OK && (rc = store_step (self, kinds, error)) == 1) {
        const struct dataset_kind kind = {
            store_column_string (self, kinds, 0), store_column_string (self, kinds, 1),
            store_column_number (kinds, 2), store_column_number (kinds, 3), store_column_number (kinds, 4)};
        listener->kind (listener->context, &kind);
        rc = DMH_OK;
    }
    while (rc == DMH_OK && (rc = store_step (self, inputs, error)) == 1) {
        const struct dataset_input input = {store_column_number (inputs, 0),
                                            store_column_string (self, inputs, 1),
                                            store_column_string (self, inputs, 2),
                                            store_column_string (self, inputs, 3),
                                            store_column_string (self, inputs, 4),
                                            {store_column_number (inputs, 5), store_column_number (inputs, 6),
                                             store_column_number (inputs, 7), store_column_number (inputs, 8),
                                             store_column_number (inputs, 9)},
                                            store_column_number (inputs, 10)};
        listener->input (listener->context, &input);
        rc = DMH_OK;
    }
    store_finish (&kinds);
    store_finish (&inputs);
    return rc;
}

//  What is wrong, each by a question whose answer is how often.
static const struct {
    const char *sql, *sentence;
} CHECKS[] = {
    {"SELECT count (*) FROM records r WHERE stands = 0 AND NOT EXISTS"
     " (SELECT 1 FROM records s WHERE s.kind = r.kind AND s.key = r.key AND s.stands = 1)",
     "records were set aside, and none with their key stands"},
    {"SELECT count (*) FROM records WHERE (replaced_by IS NULL) <> (replaced_in IS NULL) OR"
     " (replaced_by IS NOT NULL AND (stands <> 0 OR replaced_by <= record))",
     "records were replaced by none that comes after them"},
    {"SELECT count (*) FROM inputs WHERE read <> written + duplicates + conflicts + rejected",
     "inputs have counts that do not add up"},
    {"SELECT count (*) FROM kinds k WHERE (SELECT coalesce (sum (written + conflicts), 0) FROM inputs i"
     " WHERE i.kind = k.kind) <> (SELECT count (*) FROM records r WHERE r.kind = k.kind)",
     "kinds have not the records that their loads have brought"},
    {"SELECT count (*) FROM kinds k WHERE (SELECT coalesce (sum (written - replaced), 0) FROM inputs i"
     " WHERE i.kind = k.kind) <> (SELECT count (*) FROM records r WHERE r.kind = k.kind AND stands > 0)",
     "kinds have not as many records that stand as their loads have written"},
};

static int s_ask (dataset_t *self, size_t check, uint64_t *count, struct error *error)
{
    sqlite3_stmt *statement = store_prepare (self, CHECKS[check].sql, error);
    int rc = statement ? store_step (self, statement, error) : error->code;
    *count = rc == 1 ? store_column_number (statement, 0) : 0;
    store_finish (&statement);
    return rc < 0 ? rc : DMH_OK;
}

//  Whether SQLite finds its file whole, and all that refers to something refers to what is there.
static int s_check_file (dataset_t *self, void (*found) (void *, const char *), void *context,
                         uint64_t *problems, struct error *error)
{
    static const char *const SQL[] = {"PRAGMA integrity_check", "PRAGMA foreign_key_check"};
    int rc = DMH_OK;
    for (int i = 0; rc == DMH_OK && i < 2; i++) {
        sqlite3_stmt *statement = store_prepare (self, SQL[i], error);
        rc = statement ? DMH_OK : error->code;
        while (rc == DMH_OK && (rc = store_step (self, statement, error)) == 1) {
            const char *text = store_column_string (self, statement, 0);
            rc = DMH_OK;
            if (i == 0 && strcmp (text, "ok") == 0)
                continue;
            ++*problems;
            found (context, i == 0 ? text : "something refers to a row that is not there");
        }
        store_finish (&statement);
    }
    return rc;
}

//  Whether what is said of columns is as it was written: what a record is found by is the sum of its content.
static int s_check_contents (dataset_t *self, uint64_t *count, struct error *error)
{
    sqlite3_stmt *rows = store_prepare (self, "SELECT content, others, hash FROM records", error);
    int rc = rows ? DMH_OK : error->code;
    while (rc == DMH_OK && (rc = store_step (self, rows, error)) == 1) {
        rc = DMH_OK;
        for (int i = 0; i < 2; i++) {
            struct said said;
            struct text rest = store_column_bytes (self, rows, i);
            while (content_next (&rest, &said))
                continue;
            *count += rest.n != 0;
        }
        struct text content = store_column_bytes (self, rows, 0);
        *count += XXH3_64bits (content.at, content.n) != store_column_number (rows, 2);
    }
    store_finish (&rows);
    return rc;
}

int dataset_check (dataset_t *self, void (*found) (void *context, const char *sentence), void *context,
                   uint64_t *problems, struct error *error)
{
    char sentence[SENTENCE_BYTES];
    uint64_t count = 0;
    *problems = 0;
    int rc = s_check_file (self, found, context, problems, error);
    for (size_t i = 0; rc == DMH_OK && i < sizeof CHECKS / sizeof *CHECKS; i++)
        if ((rc = s_ask (self, i, &count, error)) == DMH_OK && count) {
            snprintf (sentence, sizeof sentence, "%llu %s", (unsigned long long) count, CHECKS[i].sentence);
            ++*problems;
            found (context, sentence);
        }
    count = 0;
    if (rc == DMH_OK)
        rc = s_check_contents (self, &count, error);
    if (rc == DMH_OK && count) {
        ++*problems;
        found (context, "records are damaged");
    }
    return rc;
}
