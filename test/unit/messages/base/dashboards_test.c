//  dashboards_test.c: what deploy/ brings for Prometheus and Grafana asks for metrics that there are; the
//  rules fire when they should, where promtool is there to say so.
#include "messages/base/metrics.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *s_read (const char *path)
{
    char *text = NULL;
    size_t room = 0;
    FILE *file = fopen (path, "re");
    cr_assert_not_null (file, "%s", path);
    cr_assert_gt (getdelim (&text, &room, 0, file), 0);
    fclose (file);
    return text;
}

//  Everything that the three programs say.
static char *s_said (void)
{
    static const char *const COMPONENTS[] = {"broker", "worker", "gateway"};
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    for (size_t i = 0; i < 3; i++)
        metrics_write (COMPONENTS[i], "0", METRICS_PROMETHEUS, to);
    fclose (to);
    return text;
}

static bool s_is_said (const char *said, const char *name)
{
    size_t n = strlen (name);
    for (const char *at = said; (at = strstr (at, name)); at++)
        if (at > said && at[-1] == '\n' && (at[n] == ' ' || at[n] == '{'))
            return true;
    return false;
}

Test (dashboards, every_metric_that_is_asked_for_is_said)
{
    static const char *const FILES[] = {"deploy/grafana/dmh.json", "deploy/prometheus/dmh.rules.yml",
                                        "deploy/prometheus/dmh.rules.test.yml"};
    char *said = s_said ();
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        size_t count = 0;
        char *text = s_read (FILES[i]), name[128];
        for (const char *at = text; (at = strstr (at, "dmh_")); at += strlen (name), count++) {
            size_t n = 0;
            while (n + 1 < sizeof name && (isalnum ((unsigned char) at[n]) || at[n] == '_'))
                n++;
            snprintf (name, sizeof name, "%.*s", (int) n, at);
            cr_expect (s_is_said (said, name), "%s asks for %s, which nobody says", FILES[i], name);
        }
        cr_expect_gt (count, 5, "%s", FILES[i]);
        free (text);
    }
    free (said);
}

Test (dashboards, the_rules_fire_when_they_should)
{
    if (system ("command -v promtool >/dev/null") != 0) {
        printf ("SKIP: no promtool here (deploy/validators.sh brings it)\n");
        return;
    }
    cr_expect_eq (system ("promtool check config deploy/prometheus/prometheus.yml >/dev/null 2>&1"), 0);
    cr_expect_eq (system ("promtool test rules deploy/prometheus/dmh.rules.test.yml >/dev/null 2>&1"), 0);
}
