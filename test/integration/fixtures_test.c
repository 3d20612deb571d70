//  fixtures_test.c: every case under fixtures/ through `dmh run`: what was worked out by hand has to come
//  out, byte for byte. A case is a folder with input.*, args (optional), records.csv, rejects.csv, counts and
//  issues (optional).
#define _GNU_SOURCE
#include "../attempted.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <yajl/yajl_tree.h>

enum { CASES_MAX = 64, ARGS_MAX = 16, ISSUES_BYTES = 8192, PATH_BYTES = 1024 };

struct golden {
    char folder[PATH_BYTES];    //  absolute: fixtures/<name>
    char input[256];            //  input.csv, …
    char args[512];
    char *arguments[ARGS_MAX];    //  of dmh, ended by NULL
};

//  Reads the case in `folder`; false: the folder is none.
static bool s_golden (const char *folder, const char *out, struct golden *golden)
{
    *golden = (struct golden){.input = ""};
    snprintf (golden->folder, sizeof golden->folder, "%s", folder);
    DIR *names = opendir (folder);
    for (struct dirent *entry; names && (entry = readdir (names));)
        if (strncmp (entry->d_name, "input.", 6) == 0)
            snprintf (golden->input, sizeof golden->input, "%s", entry->d_name);
    if (names)
        closedir (names);
    if (!golden->input[0])
        return false;
    size_t n = 0;
    char *args = workplace_read (folder, "args", NULL);
    snprintf (golden->args, sizeof golden->args, "%s", args ? args : "");
    free (args);
    const char *fixed[] = {"dmh", "run", golden->input, "--quiet", "-o", out};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        golden->arguments[n++] = (char *) fixed[i];
    char *rest = NULL;
    for (char *word = strtok_r (golden->args, " \n", &rest); word; word = strtok_r (NULL, " \n", &rest)) {
        cr_assert_lt (n, ARGS_MAX - 1, "%s: too many args", folder);
        golden->arguments[n++] = word;
    }
    return true;
}

//  Runs dmh in `folder`; its output goes to <log>. Its exit status, -1 when it did not exit.
static int s_run (const char *folder, char *const arguments[], const char *log)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init (&actions);
    posix_spawn_file_actions_addchdir_np (&actions, folder);
    posix_spawn_file_actions_addopen (&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen (&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2 (&actions, 1, 2);
    pid_t child;
    int status = -1;
    cr_assert_eq (posix_spawnp (&child, "dmh", &actions, NULL, arguments, environ), 0,
                  "dmh cannot be started");
    posix_spawn_file_actions_destroy (&actions);
    cr_assert_eq (waitpid (child, &status, 0), child);
    return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
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

static void s_check (const char *name, const struct golden *golden, const char *out)
{
    char result[PATH_BYTES + 16], why[1024] = "";
    snprintf (result, sizeof result, "%s/input", out);
    s_same (name, golden->folder, result, "records.csv");
    s_same (name, golden->folder, result, "rejects.csv");
    char *text = workplace_read (result, "report.json", NULL);
    yajl_val report = text ? yajl_tree_parse (text, why, sizeof why) : NULL;
    cr_assert_not_null (report, "%s: report.json: %s", name, why);
    s_same_counts (name, golden->folder, report);
    s_same_issues (name, golden->folder, report);
    yajl_tree_free (report);
    free (text);
}

//  `visit` is called for each case with its name.
static size_t s_each_case (const struct workplace *place,
                           void (*visit) (const char *name, const struct golden *, const char *out,
                                          const char *log))
{
    size_t count = 0;
    char root[512], log[512];
    cr_assert_not_null (getcwd (root, sizeof root));
    snprintf (log, sizeof log, "%s/log", place->folder);
    DIR *names = opendir ("fixtures");
    cr_assert_not_null (names, "run the tests from the top of the checkout");
    for (struct dirent *entry; (entry = readdir (names));) {
        char folder[PATH_BYTES], out[PATH_BYTES];
        struct golden golden;
        if (entry->d_name[0] == '.')
            continue;
        snprintf (folder, sizeof folder, "%s/fixtures/%s", root, entry->d_name);
        snprintf (out, sizeof out, "%s/%s", place->folder, entry->d_name);
        if (!s_golden (folder, out, &golden))
            continue;
        visit (entry->d_name, &golden, out, log);
        count++;
    }
    closedir (names);
    return count;
}

static void s_visit_expected (const char *name, const struct golden *golden, const char *out, const char *log)
{
    int status = s_run (golden->folder, golden->arguments, log);
    char *said = workplace_read ("", log, NULL);    //  an absolute path
    cr_assert_eq (status, 0, "%s: dmh run ended with %d and said: %s", name, status, said ? said : "");
    free (said);
    s_check (name, golden, out);
}

Test (fixtures, what_was_worked_out_by_hand_comes_out)
{
    struct workplace place;
    workplace_make (&place);
    cr_expect_geq (s_each_case (&place, s_visit_expected), 10);
    workplace_remove (&place);
}

static void s_visit_verified (const char *name, const struct golden *golden, const char *out, const char *log)
{
    cr_assert_eq (s_run (golden->folder, golden->arguments, log), 0, "%s", name);
    char result[PATH_BYTES + 16];
    snprintf (result, sizeof result, "%s/input", out);
    char *verify[] = {"dmh", "verify", result, NULL};
    cr_expect_eq (s_run (golden->folder, verify, log), 0, "%s: dmh verify does not find its result whole",
                  name);
}

Test (fixtures, every_result_verifies)
{
    struct workplace place;
    workplace_make (&place);
    s_each_case (&place, s_visit_verified);
    workplace_remove (&place);
}

static void s_visit_strict (const char *name, const struct golden *golden, const char *out, const char *log)
{
    (void) out;
    struct golden strict = *golden;
    size_t n = 0;
    while (strict.arguments[n])
        n++;
    strict.arguments[n] = "--strict";
    char *rejects = workplace_read (golden->folder, "rejects.csv", NULL);
    bool rejected = rejects && strstr (rejects, ",rejected,"),
         set_aside = rejects && strstr (rejects, ",conflict,");
    free (rejects);
    if (rejected || !set_aside)    //  what conflicts alone do is the client's own test
        cr_expect_eq (s_run (golden->folder, strict.arguments, log), rejected ? 3 : 0, "%s with --strict",
                      name);
}

Test (fixtures, strict_ends_with_3_where_something_was_rejected)
{
    struct workplace place;
    workplace_make (&place);
    s_each_case (&place, s_visit_strict);
    workplace_remove (&place);
}
