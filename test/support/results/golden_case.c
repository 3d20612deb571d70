//  golden_case.c: see golden_case.h.
#define _GNU_SOURCE
#include "test/support/results/golden_case.h"

#include "client/verification/verification.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

void golden_case_add (struct golden_case *self, const char *word)
{
    cr_assert_lt (self->word_count, GOLDEN_WORDS_MAX - 1, "%s: too many args", self->name);
    self->words[self->word_count++] = word;
    self->words[self->word_count] = NULL;
}

static void s_add_args (struct golden_case *golden)
{
    char *args = workplace_read (golden->folder, "args", NULL), *rest = NULL;
    snprintf (golden->args, sizeof golden->args, "%s", args ? args : "");
    free (args);
    snprintf (golden->mapping, sizeof golden->mapping, "%s/mapping.json", golden->folder);
    snprintf (golden->schema, sizeof golden->schema, "%s/schema.json", golden->folder);
    for (char *word = strtok_r (golden->args, " \n", &rest); word; word = strtok_r (NULL, " \n", &rest))
        golden_case_add (golden, streq (word, "mapping.json")  ? golden->mapping
                                 : streq (word, "schema.json") ? golden->schema
                                                               : word);
}

//  Reads the case `name`; false: the folder is none.
static bool s_golden (const struct workplace *place, const char *name, struct golden_case *golden)
{
    char root[GOLDEN_PATH_BYTES / 2];
    cr_assert_not_null (getcwd (root, sizeof root));
    *golden = (struct golden_case){.name = name};
    snprintf (golden->folder, sizeof golden->folder, "%s/fixtures/%s", root, name);
    snprintf (golden->out, sizeof golden->out, "%s/%s", place->folder, name);
    DIR *names = name[0] == '.' ? NULL : opendir (golden->folder);
    for (struct dirent *entry; names && (entry = readdir (names));)
        if (strncmp (entry->d_name, "input.", 6) == 0)
            snprintf (golden->input, sizeof golden->input, "%s/%s", golden->folder, entry->d_name);
    if (names)
        closedir (names);
    if (!golden->input[0])
        return false;
    static const char *const FIXED[] = {"dmh", "run", "--quiet", "-o"};
    for (size_t i = 0; i < sizeof FIXED / sizeof *FIXED; i++)
        golden_case_add (golden, FIXED[i]);
    golden_case_add (golden, golden->out);
    golden_case_add (golden, golden->input);
    s_add_args (golden);
    return true;
}

static void s_same (const char *name, const char *expected_in, const char *got_in, const char *file)
{
    char *expected = workplace_read (expected_in, file, NULL), *got = workplace_read (got_in, file, NULL);
    cr_assert_not_null (expected, "%s: fixtures hold no %s", name, file);
    cr_assert_not_null (got, "%s: no %s came out", name, file);
    cr_expect_str_eq (got, expected, "%s: %s is\n%s\nand should be\n%s", name, file, got, expected);
    free (expected);
    free (got);
}

static long long s_number (yajl_val object, const char *key)
{
    yajl_val value = yajl_tree_get (object, (const char *[]){key, NULL}, yajl_t_number);
    return value ? YAJL_GET_INTEGER (value) : -1;
}

static const char *s_word (yajl_val object, const char *key)
{
    yajl_val value = yajl_tree_get (object, (const char *[]){key, NULL}, yajl_t_string);
    return value ? YAJL_GET_STRING (value) : "-";
}

//  The file `counts`: a word and a number a line, as in report.json.
static void s_same_counts (const char *name, const char *folder, yajl_val report)
{
    char *text = workplace_read (folder, "counts", NULL), *rest = NULL;
    yajl_val counts = yajl_tree_get (report, (const char *[]){"counts", NULL}, yajl_t_object);
    cr_assert (text && counts, "%s: no counts", name);
    for (char *line = strtok_r (text, "\n", &rest); line; line = strtok_r (NULL, "\n", &rest)) {
        char word[32];
        long long number;
        cr_assert_eq (sscanf (line, "%31s %lld", word, &number), 2, "%s: counts: %s", name, line);
        cr_expect_eq (s_number (counts, word), number, "%s: %s is %lld and should be %lld", name, word,
                      s_number (counts, word), number);
    }
    free (text);
}

//  The file `issues`: rule, field ("-": the record), count and first line, in any order.
static void s_same_issues (const char *name, const char *folder, yajl_val report)
{
    char *text = workplace_read (folder, "issues", NULL);
    if (!text)
        return;
    yajl_val issues = yajl_tree_get (report, (const char *[]){"issues", NULL}, yajl_t_array);
    cr_assert_not_null (issues, "%s: no issues in report.json", name);
    size_t lines = 0;
    for (const char *at = text; *at; at++)
        lines += *at == '\n';
    cr_expect_eq (issues->u.array.len, lines, "%s: %zu issues instead of %zu", name, issues->u.array.len,
                  lines);
    for (size_t i = 0; i < issues->u.array.len; i++) {
        yajl_val issue = issues->u.array.values[i];
        char line[512];
        snprintf (line, sizeof line, "%s %s %lld %lld\n", s_word (issue, "rule"), s_word (issue, "field"),
                  s_number (issue, "count"), s_number (issue, "first_line"));
        cr_expect_not_null (strstr (text, line), "%s: report.json has the issue %s", name, line);
    }
    free (text);
}

//  Lines "WORD COUNT NAME" of what report.json counts by name under WORD of its input.
static void s_count_left (const char *name, yajl_val input, const char *word, const char *text, size_t *lines)
{
    yajl_val counts = yajl_tree_get (input, (const char *[]){word, NULL}, yajl_t_object);
    for (size_t i = 0; counts && i < counts->u.object.len; i++, ++*lines) {
        char line[512];
        yajl_val count = counts->u.object.values[i];
        cr_assert (YAJL_IS_INTEGER (count), "%s: %s", name, word);
        snprintf (line, sizeof line, "%s %lld %s\n", word, YAJL_GET_INTEGER (count),
                  counts->u.object.keys[i]);
        cr_expect_not_null (strstr (text, line), "%s: report.json says %s", name, line);
    }
}

//  The file `left`: what of the input became no record, or no part of one, in any order.
static void s_same_left (const char *name, const char *folder, yajl_val report)
{
    char *text = workplace_read (folder, "left", NULL);
    yajl_val input = yajl_tree_get (report, (const char *[]){"input", NULL}, yajl_t_object);
    size_t lines = 0, found = 0;
    for (const char *at = text; at && *at; at++)
        lines += *at == '\n';
    cr_assert_not_null (input, "%s: report.json has no input", name);
    if (text) {
        s_count_left (name, input, "passed_by", text, &found);
        s_count_left (name, input, "not_carried_over", text, &found);
        cr_expect_eq (found, lines, "%s: report.json counts %zu and not %zu", name, found, lines);
    }
    free (text);
}

static void s_tell (void *name, const char *sentence)
{
    cr_expect (false, "%s: %s", (const char *) name, sentence);
}

void golden_case_check (const struct golden_case *self, const char *result)
{
    struct problems problems = {.found = s_tell, .context = (void *) self->name};
    verification_check (result, NULL, &problems);
    char why[1024] = "";
    s_same (self->name, self->folder, result, "records.csv");
    s_same (self->name, self->folder, result, "rejects.csv");
    char *text = workplace_read (result, "report.json", NULL);
    yajl_val report = text ? yajl_tree_parse (text, why, sizeof why) : NULL;
    cr_assert_not_null (report, "%s: report.json: %s", self->name, why);
    s_same_counts (self->name, self->folder, report);
    s_same_issues (self->name, self->folder, report);
    s_same_left (self->name, self->folder, report);
    yajl_tree_free (report);
    free (text);
}

void golden_case_each (const struct workplace *place,
                       void (*visit) (const struct workplace *place, struct golden_case *golden))
{
    size_t count = 0;
    DIR *names = opendir ("fixtures");
    cr_assert_not_null (names, "run the tests from the top of the checkout");
    for (struct dirent *entry; (entry = readdir (names));) {
        struct golden_case golden;
        if (!s_golden (place, entry->d_name, &golden))
            continue;
        visit (place, &golden);
        count++;
    }
    closedir (names);
    cr_assert_geq (count, 10, "fixtures hold %zu cases", count);
}
