//  settings_test.c: options by the command line and by a file, and the sentence for each that is wrong.
#include "messages/base/settings.h"

#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <string.h>

struct values {
    const char *front, *config;
    uint64_t slots;
    bool help;
};

enum { COUNT = 4, WORDS_MAX = 8 };

static void s_table (struct values *values, struct setting out[COUNT])
{
    const struct setting table[COUNT] = {
        {"front", "ENDPOINT", "clients' endpoint", .text = &values->front},
        {"config", "FILE", "options from a file", .text = &values->config},
        {"slots", "N", "jobs at once", .number = &values->slots, .least = 1, .most = 64},
        {"h", NULL, "this page", .flag = &values->help},
    };
    memcpy (out, table, sizeof table);
}

static int s_read (struct values *values, const char *const words[], const char **rest, size_t *rest_count,
                   struct error *error)
{
    struct setting table[COUNT];
    char *argv[WORDS_MAX + 2] = {(char *) "program"};
    int argc = 1;
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *) words[argc - 1];
    s_table (values, table);
    return settings_read (table, COUNT, argc, argv, rest, rest_count, error);
}

Test (settings, an_option_is_taken_however_it_is_written)
{
    static const char *const CASES[][WORDS_MAX] = {
        {"--slots", "7", "--front", "x", "-h", NULL},
        {"--slots=7", "--front=x", "-h", NULL},
        {"-h", "--slots=1", "--slots=7", "--front=y", "--front", "x", NULL},    //  the last one counts
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct values values = {.slots = 2};
        const char *rest[WORDS_MAX];
        size_t count = 9;
        struct error error = {.code = DMH_OK};
        cr_assert_eq (s_read (&values, CASES[i], rest, &count, &error), DMH_OK, "%s", error.text);
        cr_expect_eq (values.slots, 7);
        cr_expect_str_eq (values.front, "x");
        cr_expect (values.help);
        cr_expect_eq (count, 0);
    }
}

Test (settings, words_that_are_no_options_are_kept_and_two_dashes_end_options)
{
    static const char *const WORDS[] = {"a", "-", "--", "--slots", "-h", NULL};
    struct values values = {.slots = 2};
    const char *rest[WORDS_MAX];
    size_t count = 0;
    cr_assert_eq (s_read (&values, WORDS, rest, &count, NULL), DMH_OK);
    cr_assert_eq (count, 4);
    cr_expect_str_eq (rest[0], "a");
    cr_expect_str_eq (rest[1], "-");
    cr_expect_str_eq (rest[2], "--slots");
    cr_expect_str_eq (rest[3], "-h");
    cr_expect_not (values.help);
}

Test (settings, what_is_wrong_is_named_with_what_is_right)
{
    static const struct {
        const char *words[3];
        const char *sentence;
    } CASES[] = {
        {{"--slot", "7"}, "there is no option --slot; did you mean --slots?"},
        {{"--elephants"}, "there is no option --elephants; --help lists them"},
        {{"-x"}, "there is no option -x; --help lists them"},
        {{"-xy"}, "there is no option -xy; --help lists them"},
        {{"--slots"}, "--slots needs a value: N"},
        {{"--slots", "0"}, "--slots takes a whole number from 1 to 64, not “0”"},
        {{"--slots=65"}, "--slots takes a whole number from 1 to 64, not “65”"},
        {{"--slots="}, "--slots takes a whole number from 1 to 64, not “”"},
        {{"--slots=-1"}, "--slots takes a whole number from 1 to 64, not “-1”"},
        {{"--slots= 1"}, "--slots takes a whole number from 1 to 64, not “ 1”"},
        {{"--slots=1x"}, "--slots takes a whole number from 1 to 64, not “1x”"},
        {{"--slots=99999999999999999999"},
         "--slots takes a whole number from 1 to 64, not “99999999999999999999”"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct values values = {.slots = 2};
        const char *rest[WORDS_MAX];
        size_t count;
        struct error error = {.code = DMH_OK};
        cr_expect_eq (s_read (&values, CASES[i].words, rest, &count, &error), DMH_USAGE, "%s",
                      CASES[i].sentence);
        cr_expect_str_eq (error.text, CASES[i].sentence);
        cr_expect_eq (values.slots, 2, "nothing is taken");
    }
}

Test (settings, a_letter_takes_the_word_behind_it)
{
    const char *folder = "";
    bool help = false;
    const struct setting table[] = {{"o", "DIR", "where results go", .text = &folder},
                                    {"h", NULL, "this page", .flag = &help}};
    char *argv[] = {"program", "-o", "out", "-h", "a.csv", "-o"};
    const char *rest[WORDS_MAX];
    size_t count = 0;
    struct error error = {.code = DMH_OK};
    cr_assert_eq (settings_read (table, 2, 5, argv, rest, &count, &error), DMH_OK, "%s", error.text);
    cr_expect_str_eq (folder, "out");
    cr_expect (help);
    cr_assert_eq (count, 1);
    cr_expect_str_eq (rest[0], "a.csv");
    cr_expect_eq (settings_read (table, 2, 6, argv, rest, &count, &error), DMH_USAGE);
    cr_expect_str_eq (error.text, "-o needs a value: DIR");
}

Test (settings, help_has_a_line_for_each)
{
    struct values values;
    struct setting table[COUNT];
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    s_table (&values, table);
    settings_help (table, COUNT, to);
    fclose (to);
    cr_expect_str_eq (text, "  --front ENDPOINT         clients' endpoint\n"
                            "  --config FILE            options from a file\n"
                            "  --slots N                jobs at once\n"
                            "  -h                       this page\n");
    free (text);
}

static void s_write (const struct workplace *place, const char *text, char path[512])
{
    snprintf (path, 512, "%s/options", place->folder);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    cr_assert_geq (fputs (text, file), 0);
    cr_assert_eq (fclose (file), 0);
}

Test (settings, the_command_line_overrules_the_file_that_it_names)
{
    struct workplace place;
    struct values values = {.slots = 2};
    struct setting table[COUNT];
    struct error error = {.code = DMH_OK};
    char path[512];
    workplace_make (&place);
    s_write (&place, "# of the ward\n\n  front = tcp://a:1  # ours\nslots=9\n", path);
    char *argv[] = {"program", "--slots", "3", "--config", path, NULL};
    s_table (&values, table);
    cr_assert_eq (settings_read_all (table, COUNT, 5, argv, &values.config, &error), DMH_OK, "%s",
                  error.text);
    cr_expect_eq (values.slots, 3);
    cr_expect_str_eq (values.front, "tcp://a:1");
    workplace_remove (&place);
}

Test (settings, a_wrong_line_of_the_file_is_named_by_file_and_number)
{
    static const struct {
        const char *text, *sentence;
    } CASES[] = {
        {"slots = 3\nfront\n", ", line 2: is not `name = value`"},
        {"\n\nslotz = 3\n", ", line 3: there is no option --slotz; did you mean --slots?"},
        {"slots = many", ", line 1: --slots takes a whole number from 1 to 64, not “many”"},
    };
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct values values = {.slots = 2};
        struct setting table[COUNT];
        struct error error = {.code = DMH_OK};
        char path[512];
        s_write (&place, CASES[i].text, path);
        s_table (&values, table);
        cr_expect_eq (settings_read_file (table, COUNT, path, &error), DMH_USAGE);
        cr_expect (strncmp (error.text, path, strlen (path)) == 0, "%s", error.text);
        cr_expect_str_eq (error.text + strlen (path), CASES[i].sentence);
    }
    workplace_remove (&place);
}

Test (settings, a_file_that_is_not_there_is_said)
{
    struct values values = {.slots = 2};
    struct setting table[COUNT];
    struct error error = {.code = DMH_OK};
    s_table (&values, table);
    cr_expect_eq (settings_read_file (table, COUNT, "/nowhere/options", &error), DMH_USAGE);
    cr_expect_str_eq (error.text, "/nowhere/options cannot be read: No such file or directory");
}

Test (settings, what_is_read_again_is_taken_over_where_it_may_change)
{
    struct values now = {.front = "x", .slots = 2, .help = false},
                  fresh = {.front = "y", .slots = 3, .help = true};
    struct setting holds[COUNT], read[COUNT];
    s_table (&now, holds);
    s_table (&fresh, read);
    cr_expect_eq (settings_reload (holds, read, COUNT), 3, "nothing may change");
    cr_expect (strcmp (now.front, "x") == 0 && now.slots == 2 && !now.help);
    for (size_t i = 0; i < COUNT; i++)
        holds[i].reloadable = true;
    cr_expect_eq (settings_reload (holds, read, COUNT), 0);
    cr_expect (strcmp (now.front, "y") == 0 && now.slots == 3 && now.help);
    fresh.front = NULL;
    cr_expect_eq (settings_reload (holds, read, COUNT), 0);
    cr_expect_null (now.front);
    for (size_t i = 0; i < COUNT; i++)
        holds[i].reloadable = false;
    cr_expect_eq (settings_reload (holds, read, COUNT), 0, "nothing differs, NULL from NULL neither");
}
