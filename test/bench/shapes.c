//  shapes.c: writes a file of an unusual shape for the benchmark: shapes SHAPE BYTES FILE, about so many
//  bytes; prints "records longest": how many it has, and the bytes of the longest. Called by
//  test/bench/run.sh. Links nothing of dmh.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 20000, KEYS = 300000, RECORD_BYTES = 16 * 1000 * 1000, PATIENTS = 300000 };

struct sink {
    FILE *file;
    uint64_t most, written, records, longest;
};

//  One record; false: the file is as large as it should be.
static int s_put (struct sink *self, int bytes)
{
    self->records++;
    self->written += (uint64_t) bytes;
    if ((uint64_t) bytes > self->longest)
        self->longest = (uint64_t) bytes;
    return self->written < self->most;
}

static void s_header (FILE *file)
{
    fprintf (file, "patient_id,test_code,value,unit,collected_at\n");
}

static void s_one_column (struct sink *self)
{
    fprintf (self->file, "patient_id\n");
    for (unsigned i = 0; s_put (self, fprintf (self->file, "%u\n", i)); i++)
        ;
}

//  A table of 20,000 columns; of each row the first three have values, and the others are filled with `cell`.
static void s_columns (struct sink *self, const char *cell)
{
    fprintf (self->file, "patient_id,test_code,value");
    for (unsigned c = 3; c < COLUMNS; c++)
        fprintf (self->file, ",c%u", c);
    fputc ('\n', self->file);
    for (unsigned i = 0;; i++) {
        int n = fprintf (self->file, "%u,GLU,5", i);
        for (unsigned c = 3; c < COLUMNS; c++)
            n += fprintf (self->file, ",%s", cell);
        if (!s_put (self, n + fprintf (self->file, "\n")))
            return;
    }
}

static void s_full_columns (struct sink *self)
{
    s_columns (self, "7");
}

static void s_empty_columns (struct sink *self)
{
    s_columns (self, "");
}

//  JSON whose records have a few of 5,000 keys.
static void s_sparse_keys (struct sink *self)
{
    unsigned i = 0;
    while (
        s_put (self, fprintf (self->file,
                              "{\"patient_id\":\"%u\",\"test_code\":\"GLU\",\"value\":\"5\",\"k%u\":\"1\"}\n",
                              i, i % 5000)))
        i++;
}

//  More keys than there may be columns.
static void s_many_keys (struct sink *self)
{
    for (unsigned i = 0; i < KEYS; i++)
        s_put (self, fprintf (self->file,
                              "{\"patient_id\":\"%u\",\"test_code\":\"GLU\",\"value\":\"5\",\"k%u\":\"1\"}\n",
                              i, i));
}

static void s_one_record (struct sink *self)
{
    fprintf (self->file, "patient_id,test_code,value,note\n");
    int n = fprintf (self->file, "1,GLU,5,\"");
    while (n < RECORD_BYTES)
        n += fprintf (self->file, "a line of text with \"\"quotes\"\" in it\n");
    s_put (self, n + fprintf (self->file, "\"\n"));
}

//  Records of as many keys.
static void s_record_keys (struct sink *self)
{
    s_header (self->file);
    unsigned i = 0;
    while (s_put (self, fprintf (self->file, "%u,GLU,5.%u,mmol/L,2020-01-0%u\n", i, i % 10, i % 9 + 1)))
        i++;
}

static void s_rejects (struct sink *self)
{
    s_header (self->file);
    while (s_put (self, fprintf (self->file, "1,GLU,5\n")))
        ;
}

static void s_warnings (struct sink *self)
{
    s_header (self->file);
    unsigned i = 0;
    while (s_put (self, fprintf (self->file, "%u,2951-3,5.%u,mmol/L,2020-02-30\n", i, i % 10)))
        i++;
}

static void s_duplicates (struct sink *self)
{
    s_header (self->file);
    while (s_put (self, fprintf (self->file, "1,GLU,5.1,mmol/L,2020-01-02\n")))
        ;
}

static const struct {
    const char *name;
    void (*write) (struct sink *self);
} SHAPES[] = {{"one_column", s_one_column},     {"20000_columns", s_full_columns},
              {"20000_empty", s_empty_columns}, {"sparse_keys", s_sparse_keys},
              {"300000_keys", s_many_keys},     {"one_record", s_one_record},
              {"record_keys", s_record_keys},   {"all_rejects", s_rejects},
              {"all_warnings", s_warnings},     {"all_duplicates", s_duplicates}};

int main (int argc, char **argv)
{
    struct sink sink = {.file = argc == 4 ? fopen (argv[3], "w") : NULL};
    size_t at = 0, count = sizeof SHAPES / sizeof *SHAPES;
    sink.most = argc == 4 ? strtoull (argv[2], NULL, 10) : 0;
    while (argc == 4 && at < count && strcmp (argv[1], SHAPES[at].name) != 0)
        at++;
    if (!sink.file || !sink.most || at == count) {
        fprintf (stderr, "shapes SHAPE BYTES FILE\n");
        return 2;
    }
    SHAPES[at].write (&sink);
    if (ferror (sink.file) || fclose (sink.file) != 0) {
        perror (argv[3]);
        return 1;
    }
    printf ("%llu %llu\n", (unsigned long long) sink.records, (unsigned long long) sink.longest);
    return 0;
}
