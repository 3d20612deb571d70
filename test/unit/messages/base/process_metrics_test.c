//  process_metrics_test.c: what is said of this process is what the system says of it, by the names of
//  Prometheus's own clients, and nothing is left open behind it.
#include "messages/base/process_metrics.h"

#include "test/support/processes/descriptors.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static char *s_text (bool total_in_name)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    process_metrics_write (total_in_name, to);
    fclose (to);
    return text;
}

//  The value of the line that begins so; the test fails where there is none.
static double s_value (const char *text, const char *name)
{
    char line[100];
    snprintf (line, sizeof line, "\n%s ", name);
    const char *found = strstr (text, line);
    cr_assert_not_null (found, "no %s in %s", name, text);
    return strtod (found + strlen (line), NULL);
}

Test (process_metrics, each_family_has_its_help_and_its_type)
{
    static const char *const FAMILIES[][2] = {{"process_virtual_memory_bytes", "gauge"},
                                              {"process_resident_memory_bytes", "gauge"},
                                              {"process_open_fds", "gauge"},
                                              {"process_max_fds", "gauge"},
                                              {"process_start_time_seconds", "gauge"},
                                              {"process_cpu_seconds_total", "counter"}};
    char *text = s_text (true), *open = s_text (false), line[100];
    for (size_t i = 0; i < sizeof FAMILIES / sizeof *FAMILIES; i++) {
        snprintf (line, sizeof line, "# HELP %s ", FAMILIES[i][0]);
        cr_expect (strstr (text, line), "no %s in %s", line, text);
        snprintf (line, sizeof line, "# TYPE %s %s\n%s ", FAMILIES[i][0], FAMILIES[i][1], FAMILIES[i][0]);
        cr_expect (strstr (text, line), "no %s in %s", line, text);
    }
    cr_expect (strstr (open, "# TYPE process_cpu_seconds counter\nprocess_cpu_seconds_total "), "%s", open);
    free (text);
    free (open);
}

Test (process_metrics, memory_and_descriptors_are_those_of_the_system)
{
    struct rlimit limit;
    size_t before = descriptors_count ();
    cr_assert_eq (getrlimit (RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = 200;
    cr_assert_eq (setrlimit (RLIMIT_NOFILE, &limit), 0);
    char *text = s_text (true);
    cr_expect_eq (descriptors_count (), before, "nothing is left open");
    cr_expect_eq (s_value (text, "process_open_fds"), (double) before);
    cr_expect_eq (s_value (text, "process_max_fds"), 200);
    double all = s_value (text, "process_virtual_memory_bytes"),
           resident = s_value (text, "process_resident_memory_bytes");
    cr_expect_gt (resident, 4096);
    cr_expect_geq (all, resident);
    free (text);
}

//  Within the time since this test began, whose process it is, and a little before.
Test (process_metrics, it_began_when_the_test_did)
{
    enum { LONGEST = 3600 };
    char *text = s_text (true);
    double began = s_value (text, "process_start_time_seconds"), now = (double) time (NULL);
    cr_expect_leq (began, now + 1);
    cr_expect_geq (began, now - LONGEST);
    free (text);
}
