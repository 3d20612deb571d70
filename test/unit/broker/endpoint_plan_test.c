//  endpoint_plan_test.c: where the broker's sockets are, from what was named of them.
#include "broker/endpoint_plan.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test (endpoint_plan, what_is_not_named_stands_beside_the_front)
{
    static const struct {
        const char *named[ENDPOINT_COUNT], *at[ENDPOINT_COUNT];
        bool keys;
    } CASES[] = {
        {{NULL},
         {"ipc:///run/user/7/dmh/front", "ipc:///run/user/7/dmh/back", "ipc:///run/user/7/dmh/feed-in",
          "ipc:///run/user/7/dmh/feed", "ipc:///run/user/7/dmh/files"},
         false},
        {{NULL},
         {"tcp://127.0.0.1:5570", "tcp://127.0.0.1:5571", "tcp://127.0.0.1:5572", "tcp://127.0.0.1:5573",
          "tcp://127.0.0.1:5574"},
         true},
        {{"tcp://*:7000"},
         {"tcp://*:7000", "tcp://*:7001", "tcp://*:7002", "tcp://*:7003", "tcp://*:7004"},
         true},
        {{"tcp://[::1]:65531"},
         {"tcp://[::1]:65531", "tcp://[::1]:65532", "tcp://[::1]:65533", "tcp://[::1]:65534",
          "tcp://[::1]:65535"},
         false},
        {{"tcp://127.0.0.1:*"},
         {"tcp://127.0.0.1:*", "tcp://127.0.0.1:*", "tcp://127.0.0.1:*", "tcp://127.0.0.1:*",
          "tcp://127.0.0.1:*"},
         false},
        {{"tcp://127.0.0.1:0"},
         {"tcp://127.0.0.1:0", "tcp://127.0.0.1:0", "tcp://127.0.0.1:0", "tcp://127.0.0.1:0",
          "tcp://127.0.0.1:0"},
         false},
        {{"tcp://h:1", "tcp://h:90", NULL, "ipc:///f"},
         {"tcp://h:1", "tcp://h:90", "tcp://h:3", "ipc:///f", "tcp://h:5"},
         false},
        {{NULL, "tcp://127.0.0.1:9"},
         {"ipc:///run/user/7/dmh/front", "tcp://127.0.0.1:9", "ipc:///run/user/7/dmh/feed-in",
          "ipc:///run/user/7/dmh/feed", "ipc:///run/user/7/dmh/files"},
         false},
        {{"ipc:///srv/d/door"},
         {"ipc:///srv/d/door", "ipc:///srv/d/back", "ipc:///srv/d/feed-in", "ipc:///srv/d/feed",
          "ipc:///srv/d/files"},
         false},
        {{"ipc://front"}, {"ipc://front", "ipc://back", "ipc://feed-in", "ipc://feed", "ipc://files"}, false},
        {{"here"}, {"here", "here", "here", "here", "here"}, false},
    };
    struct endpoint_plan plan;
    struct error error = {.code = DMH_OK};
    setenv ("XDG_RUNTIME_DIR", "/run/user/7", 1);
    for (size_t c = 0; c < sizeof CASES / sizeof *CASES; c++) {
        cr_assert_eq (endpoint_plan_make (&plan, CASES[c].named, CASES[c].keys, &error), DMH_OK, "%s",
                      error.text);
        for (int i = 0; i < ENDPOINT_COUNT; i++)
            cr_expect_str_eq (plan.at[i], CASES[c].at[i], "case %zu, %s", c, ENDPOINT_NAMES[i]);
        bool own = !CASES[c].named[ENDPOINT_FRONT] && !CASES[c].keys;
        cr_expect_str_eq (plan.folder, own ? "/run/user/7/dmh" : "", "case %zu", c);
    }
}

Test (endpoint_plan, a_front_at_the_last_ports_wants_the_others_named)
{
    struct endpoint_plan plan;
    struct error error = {.code = DMH_OK};
    const char *named[ENDPOINT_COUNT] = {"tcp://127.0.0.1:65532"};
    cr_expect_eq (endpoint_plan_make (&plan, named, false, &error), DMH_USAGE);
    cr_expect_not_null (strstr (error.text, "--files"), "%s", error.text);
    named[ENDPOINT_FILES] = "off";
    cr_expect_eq (endpoint_plan_make (&plan, named, false, &error), DMH_OK);
}
