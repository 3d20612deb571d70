//  browser_test.c: the web page in Debian's Chromium: see browser_test.mjs, which does it; here is what it
//  does it on, a real broker, worker and gateway.
#define _GNU_SOURCE
#include "test/support/processes/guarded_gateway.h"
#include "test/support/processes/node_script.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOKEN "annas-token-of-32-letters-000001"

enum { BROWSER_SECONDS = 300 };

Test (gateway_page, works_in_a_browser, .timeout = BROWSER_SECONDS)
{
    static const struct guarded_token TOKENS[] = {{"anna", "submit", TOKEN}, {NULL}};
    static const char *const PACKAGES[] = {"playwright-core", "axe-core", NULL};
    char chromium[PATH_MAX], ports[2][16];
    if (!node_script_can_run (PACKAGES))
        return;
    //  The one that has no windows takes a third less of the machine.
    if (!node_script_find ("chromium-headless-shell", chromium, sizeof chromium) &&
        !node_script_find ("chromium", chromium, sizeof chromium)) {
        fprintf (stderr, "SKIP: no chromium\n");
        return;
    }
    struct gateway_process self = {.pid = 0}, guarded = {.pid = 0};
    workplace_make (&self.place);
    self.servers.place = &self.place;
    servers_start_broker (&self.servers, false);
    gateway_process_start_alone (&self);
    process_await (&self.place, "gateway.log", "broker.found");
    guarded_gateway_start (&guarded, TOKENS);
    snprintf (ports[0], sizeof ports[0], "%u", self.port);
    snprintf (ports[1], sizeof ports[1], "%u", guarded.port);
    const char *words[] = {chromium, ports[0], ports[1], TOKEN, NULL};
    pid_t browser = node_script_start (&self.place, "browser.log",
                                       "test/integration/gateway/page/browser_test.mjs", words);
    process_await (&self.place, "browser.log", "worker wanted");
    servers_start_worker (&self.servers, 0, "4");
    int status = process_wait (browser, BROWSER_SECONDS);
    char *said = workplace_read (self.place.folder, "browser.log", NULL);
    cr_expect_eq (status, 0, "%s", said);
    cr_expect (strstr (said, "all good"), "%s", said);
    free (said);
    gateway_process_stop (&guarded);
    gateway_process_stop (&self);
}
