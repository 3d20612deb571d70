//  arguments_test.c: the table of options and its checks say the same.
#include "client/arguments/arguments.h"

#include <criterion/criterion.h>
#include <string.h>

static void s_nobody (const char *option, char out[OWNERS_BYTES])
{
    snprintf (out, OWNERS_BYTES, "the owner of %s", option);
}

//  The words of the options in one set; how many there are.
static size_t s_take_words (unsigned set)
{
    struct arguments none;
    struct setting settings[OPTION_ROWS_MAX];
    size_t count = option_rows (&none, set, settings), words = 0;
    for (size_t i = 0; i < count; i++)
        for (const char *at = settings[i].words; at && *at; at += strcspn (at, ","), at += *at == ',') {
            char option[160];
            int n = (int) strcspn (at, ",");
            bool open = at[n - 1] == ':';    //  a name follows
            snprintf (option, sizeof option, "--%s=%.*s%s", settings[i].name, n, at,
                      open ? "resulted_at" : "");
            char *argv[] = {(char *) "dmh", option, NULL};
            struct arguments arguments;
            struct error error = {.code = DMH_OK};
            cr_expect_eq (arguments_read (&arguments, set, s_nobody, 2, argv, &error), DMH_OK, "%s: %s",
                          option, error.text);
            arguments_clear (&arguments);
            words++;
        }
    return words;
}

Test (arguments, every_word_that_completion_offers_is_taken)
{
    size_t words = 0;
    for (unsigned set = 1; set < 1u << 30; set <<= 1)    //  one name may be two options
        words += s_take_words (set);
    cr_expect_gt (words, 40, "options without words");
}

Test (arguments, no_letter_means_two_things_to_one_command)
{
    static const unsigned SETS[] = {ARGUMENTS_JOB | ARGUMENTS_WORK | ARGUMENTS_FOLDER | ARGUMENTS_QUIET,
                                    ARGUMENTS_FILE | ARGUMENTS_QUIET | ARGUMENTS_BROKER, ARGUMENTS_VERIFY,
                                    ARGUMENTS_KEYS, ARGUMENTS_LIST | ARGUMENTS_BROKER};
    for (size_t s = 0; s < sizeof SETS / sizeof *SETS; s++) {
        struct arguments none;
        struct setting settings[OPTION_ROWS_MAX];
        size_t count = option_rows (&none, SETS[s], settings);
        for (size_t i = 0; i < count; i++)
            for (size_t k = i + 1; k < count; k++) {
                cr_expect_str_neq (settings[i].name, settings[k].name);
                cr_expect (!settings[i].letter || settings[i].letter != settings[k].letter, "-%c",
                           settings[i].letter);
            }
    }
}

Test (arguments, an_option_of_others_is_told_by_its_owner)
{
    char *argv[] = {(char *) "list", (char *) "--audit", (char *) "full", NULL};
    struct arguments arguments;
    struct error error = {.code = DMH_OK};
    cr_expect_eq (arguments_read (&arguments, ARGUMENTS_LIST, s_nobody, 3, argv, &error), DMH_USAGE);
    cr_expect_str_eq (
        error.text, "--audit is an option of the owner of audit, not of this one; --help lists those it has");
    arguments_clear (&arguments);
}
