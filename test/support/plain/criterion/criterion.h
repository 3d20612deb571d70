//  criterion.h: stands in for Criterion under ThreadSanitizer, with which Criterion cannot start (its sandbox
//  wants addresses that TSan has taken: Criterion issue 274). The part of its interface that our tests use.
//  test/support/plain/run.c is its main.
#ifndef DMH_PLAIN_CRITERION_H
#define DMH_PLAIN_CRITERION_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct plain_settings {
    void (*init) (void);
    void (*fini) (void);
    double timeout;
    bool disabled;
    int signal;    //  what has to end it; 0: nothing
    const char *description;
};
struct plain_test {
    const char *suite, *name;
    void (*body) (void);
    struct plain_settings settings;
    struct plain_test *next;
};
struct plain_suite {
    const char *name;
    struct plain_settings settings;
    struct plain_suite *next;
};
void plain_register (struct plain_test *test);
void plain_register_suite (struct plain_suite *suite);
//  Runs a test with what it begins and ends with, and ends the process.
typedef void plain_body (const struct plain_test *test);
//  Where a build has it (test/mutants/serve.c), it is the whole of main; answers its exit status.
int plain_serve (const struct plain_test *tests, plain_body *body) __attribute__ ((weak));
//  Counts a failure and says it; `fatal` ends the test. `format` may be empty.
void plain_check (bool ok, bool fatal, const char *file, int line, const char *what, const char *format, ...)
    __attribute__ ((format (printf, 6, 7)));

#define Test(SUITE, NAME, ...)                                                                               \
    static void SUITE##_##NAME##_body (void);                                                                \
    static struct plain_test SUITE##_##NAME##_test = {.suite = #SUITE,                                       \
                                                      .name = #NAME,                                         \
                                                      .body = SUITE##_##NAME##_body,                         \
                                                      .settings = {.init = NULL, ##__VA_ARGS__}};            \
    __attribute__ ((constructor)) static void SUITE##_##NAME##_register (void)                               \
    {                                                                                                        \
        plain_register (&SUITE##_##NAME##_test);                                                             \
    }                                                                                                        \
    static void SUITE##_##NAME##_body (void)

//  What every test of the suite begins and ends with.
#define TestSuite(SUITE, ...)                                                                                \
    static struct plain_suite SUITE##_suite = {.name = #SUITE,                                               \
                                               .settings = {.disabled = false, ##__VA_ARGS__}};              \
    __attribute__ ((constructor)) static void SUITE##_suite_register (void)                                  \
    {                                                                                                        \
        plain_register_suite (&SUITE##_suite);                                                               \
    }                                                                                                        \
    extern int plain_suite_##SUITE

#define PLAIN_CHECK_(OK, FATAL, WHAT, ...) plain_check ((OK), FATAL, __FILE__, __LINE__, WHAT, "" __VA_ARGS__)

#define cr_assert(C, ...) PLAIN_CHECK_ ((C), true, #C, __VA_ARGS__)
#define cr_assert_not(C, ...) PLAIN_CHECK_ (!(C), true, "not " #C, __VA_ARGS__)
#define cr_assert_null(P, ...) PLAIN_CHECK_ ((P) == NULL, true, #P " is NULL", __VA_ARGS__)
#define cr_assert_not_null(P, ...) PLAIN_CHECK_ ((P) != NULL, true, #P " is not NULL", __VA_ARGS__)
#define cr_assert_eq(A, B, ...) PLAIN_CHECK_ ((A) == (B), true, #A " == " #B, __VA_ARGS__)
#define cr_assert_neq(A, B, ...) PLAIN_CHECK_ ((A) != (B), true, #A " != " #B, __VA_ARGS__)
#define cr_assert_lt(A, B, ...) PLAIN_CHECK_ ((A) < (B), true, #A " < " #B, __VA_ARGS__)
#define cr_assert_leq(A, B, ...) PLAIN_CHECK_ ((A) <= (B), true, #A " <= " #B, __VA_ARGS__)
#define cr_assert_gt(A, B, ...) PLAIN_CHECK_ ((A) > (B), true, #A " > " #B, __VA_ARGS__)
#define cr_assert_geq(A, B, ...) PLAIN_CHECK_ ((A) >= (B), true, #A " >= " #B, __VA_ARGS__)
#define cr_assert_str_eq(A, B, ...) PLAIN_CHECK_ (strcmp ((A), (B)) == 0, true, #A " is " #B, __VA_ARGS__)
#define cr_assert_str_neq(A, B, ...)                                                                         \
    PLAIN_CHECK_ (strcmp ((A), (B)) != 0, true, #A " is not " #B, __VA_ARGS__)
#define cr_assert_str_empty(A, ...) PLAIN_CHECK_ (*(A) == '\0', true, #A " is empty", __VA_ARGS__)
#define cr_assert_str_not_empty(A, ...) PLAIN_CHECK_ (*(A) != '\0', true, #A " is not empty", __VA_ARGS__)
#define cr_expect_str_empty(A, ...) PLAIN_CHECK_ (*(A) == '\0', false, #A " is empty", __VA_ARGS__)
#define cr_expect_str_not_empty(A, ...) PLAIN_CHECK_ (*(A) != '\0', false, #A " is not empty", __VA_ARGS__)
#define cr_assert_arr_eq(A, B, N, ...)                                                                       \
    PLAIN_CHECK_ (memcmp ((A), (B), (N)) == 0, true, #A " is " #B, __VA_ARGS__)
#define cr_assert_float_eq(A, B, E, ...)                                                                     \
    PLAIN_CHECK_ ((A) - (B) <= (E) && (B) - (A) <= (E), true, #A " is near " #B, __VA_ARGS__)
#define cr_assert_fail(...) PLAIN_CHECK_ (false, true, "reached", __VA_ARGS__)
#define cr_fatal(...) PLAIN_CHECK_ (false, true, "reached", __VA_ARGS__)

#define cr_expect(C, ...) PLAIN_CHECK_ ((C), false, #C, __VA_ARGS__)
#define cr_expect_not(C, ...) PLAIN_CHECK_ (!(C), false, "not " #C, __VA_ARGS__)
#define cr_expect_null(P, ...) PLAIN_CHECK_ ((P) == NULL, false, #P " is NULL", __VA_ARGS__)
#define cr_expect_not_null(P, ...) PLAIN_CHECK_ ((P) != NULL, false, #P " is not NULL", __VA_ARGS__)
#define cr_expect_eq(A, B, ...) PLAIN_CHECK_ ((A) == (B), false, #A " == " #B, __VA_ARGS__)
#define cr_expect_neq(A, B, ...) PLAIN_CHECK_ ((A) != (B), false, #A " != " #B, __VA_ARGS__)
#define cr_expect_lt(A, B, ...) PLAIN_CHECK_ ((A) < (B), false, #A " < " #B, __VA_ARGS__)
#define cr_expect_leq(A, B, ...) PLAIN_CHECK_ ((A) <= (B), false, #A " <= " #B, __VA_ARGS__)
#define cr_expect_gt(A, B, ...) PLAIN_CHECK_ ((A) > (B), false, #A " > " #B, __VA_ARGS__)
#define cr_expect_geq(A, B, ...) PLAIN_CHECK_ ((A) >= (B), false, #A " >= " #B, __VA_ARGS__)
#define cr_expect_str_eq(A, B, ...) PLAIN_CHECK_ (strcmp ((A), (B)) == 0, false, #A " is " #B, __VA_ARGS__)
#define cr_expect_str_neq(A, B, ...)                                                                         \
    PLAIN_CHECK_ (strcmp ((A), (B)) != 0, false, #A " is not " #B, __VA_ARGS__)
#define cr_expect_arr_eq(A, B, N, ...)                                                                       \
    PLAIN_CHECK_ (memcmp ((A), (B), (N)) == 0, false, #A " is " #B, __VA_ARGS__)
#define cr_expect_float_eq(A, B, E, ...)                                                                     \
    PLAIN_CHECK_ ((A) - (B) <= (E) && (B) - (A) <= (E), false, #A " is near " #B, __VA_ARGS__)
#define cr_expect_fail(...) PLAIN_CHECK_ (false, false, "reached", __VA_ARGS__)
#define cr_fail(...) PLAIN_CHECK_ (false, false, "reached", __VA_ARGS__)

#define cr_log_info(...) ((void) fprintf (stderr, __VA_ARGS__), (void) fputc ('\n', stderr))
#define cr_log_warn(...) cr_log_info (__VA_ARGS__)
#define cr_log_error(...) cr_log_info (__VA_ARGS__)
#define cr_skip(...)                                                                                         \
    do {                                                                                                     \
        cr_log_info ("SKIP: " __VA_ARGS__);                                                                  \
        exit (0);                                                                                            \
    } while (0)
#define cr_skip_test(...) cr_skip (__VA_ARGS__)

#endif
