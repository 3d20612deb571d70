//  settings_test.c: options by the command line and by a file, and the sentence for each that is wrong.
#include "messages/settings/settings.h"

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
        {"help", NULL, "this page", .letter = 'h', .flag = &values->help},
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
        {{"-fx"}, "there is no option -fx; --help lists them"},
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

//  What one line of words leads to.
struct letters {
    const char *folder;
    bool quiet, help;
    size_t rest;
};

static int s_letters (const char *const words[], struct letters *out, struct error *error)
{
    const struct setting table[] = {
        {"output", "DIR", "where results go", .letter = 'o', .text = &out->folder},
        {"quiet", NULL, "no table", .letter = 'q', .flag = &out->quiet},
        {"help", NULL, "this page", .letter = 'h', .flag = &out->help},
        {"kind", "KIND", "of records", .letter = 'k', .elsewhere = "run and submit"},
    };
    const char *rest[WORDS_MAX];
    char *argv[WORDS_MAX + 2] = {(char *) "program"};
    int argc = 1;
    *out = (struct letters){.folder = ""};
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *) words[argc - 1];
    return settings_read (table, sizeof table / sizeof *table, argc, argv, rest, &out->rest, error);
}

Test (settings, letters_are_taken_one_by_one_and_in_bundles)
{
    static const struct {
        const char *words[WORDS_MAX];
        const char *folder;
        bool quiet, help;
        size_t rest;
    } CASES[] = {
        {{"-o", "out", "-h", "a.csv"}, "out", false, true, 1},
        {{"-oout", "a.csv"}, "out", false, false, 1},
        {{"-o=out"}, "out", false, false, 0},
        {{"-o", "=out"}, "=out", false, false, 0},
        {{"-qo", "out", "a.csv"}, "out", true, false, 1},
        {{"-hqoout"}, "out", true, true, 0},
        {{"-oq"}, "q", false, false, 0},
        {{"-o", "-q"}, "-q", false, false, 0},
        {{"--output", "out", "-q"}, "out", true, false, 0},
        {{"--output=out"}, "out", false, false, 0},
        {{"-q", "--", "-h"}, "", true, false, 1},
        {{"-"}, "", false, false, 1},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct letters got;
        struct error error = {.code = DMH_OK};
        cr_assert_eq (s_letters (CASES[i].words, &got, &error), DMH_OK, "case %zu: %s", i, error.text);
        cr_expect_str_eq (got.folder, CASES[i].folder, "case %zu", i);
        cr_expect_eq (got.quiet, CASES[i].quiet, "case %zu", i);
        cr_expect_eq (got.help, CASES[i].help, "case %zu", i);
        cr_expect_eq (got.rest, CASES[i].rest, "case %zu", i);
    }
}

Test (settings, a_wrong_letter_and_an_option_of_others_are_named)
{
    static const struct {
        const char *words[WORDS_MAX], *sentence;
    } CASES[] = {
        {{"-o"}, "-o needs a value: DIR"},
        {{"-qo"}, "-o needs a value: DIR"},
        {{"-qx"}, "there is no option -x; --help lists them"},
        {{"-\xc3\xa4"}, "there is no option -\xc3\xa4; --help lists them"},
        {{"-output", "out"}, "there is no option -output; did you mean --output?"},
        {{"--quiet=yes"}, "--quiet takes no value"},
        {{"--kind", "patient"},
         "--kind is an option of run and submit, not of this one; --help lists those it has"},
        {{"-qk"}, "-k is an option of run and submit, not of this one; --help lists those it has"},
        {{"--kinds", "x"}, "there is no option --kinds; --help lists them"},
        {{"--he"}, "there is no option --he; --help lists them"},
        {{"--hlp"}, "there is no option --hlp; did you mean --help?"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct letters got;
        struct error error = {.code = DMH_OK};
        cr_expect_eq (s_letters (CASES[i].words, &got, &error), DMH_USAGE, "%s", CASES[i].sentence);
        cr_expect_str_eq (error.text, CASES[i].sentence);
    }
}

Test (settings, help_wraps_and_a_list_does_not)
{
    const char *text = NULL;
    const struct setting table[] = {
        {"endpoints-file-of-it", "FILE",
         "w\xc3\xa4rter that %u on and on until the line is as long as it may be, and then", .letter = 'e',
         .words = "a,b", .text = &text},
        {"kind", "KIND", "of others", .elsewhere = "run"},
        {"help", NULL, "this page", .flag = &(bool){false}},
    };
    char *page = NULL, *list = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&page, &n), *lines = open_memstream (&list, &n);
    cr_assert (to && lines);
    settings_help (table, 3, to);
    settings_list (table, 3, lines);
    fclose (to);
    fclose (lines);
    cr_expect_str_eq (page,
                      "  -e, --endpoints-file-of-it FILE\n"
                      "                           w\xc3\xa4rter that %u on and on until the line is as long\n"
                      "                           as it may be, and then\n"
                      "      --help               this page\n");
    cr_expect_str_eq (list,
                      "--endpoints-file-of-it\t-e\tFILE\ta,b\tw\xc3\xa4rter that %u on and on until the line "
                      "is as long as it may be, and then\n--help\t\t\t\tthis page\n");
    free (page);
    free (list);
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
    cr_expect_str_eq (text, "      --front ENDPOINT     clients' endpoint\n"
                            "      --config FILE        options from a file\n"
                            "      --slots N            jobs at once\n"
                            "  -h, --help               this page\n");
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
