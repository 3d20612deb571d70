//  queue_url_test.c: URLs of queues, as RFC 3986 and the AMQP and Redis schemes have them.
#include "client/bridge/queue_url.h"

#include <criterion/criterion.h>
#include <string.h>

Test (queue_url, is_taken_apart)
{
    static const struct {
        const char *text, *host, *user, *password, *path, *shown;
        unsigned port;
        bool tls, has_path;
    } CASES[] = {
        {"redis://h", "h", "", "", "", "redis://h:6379", 6379, false, false},
        {"rediss://h:7000/2", "h", "", "", "2", "rediss://h:7000", 7000, true, true},
        {"redis://:pw@10.0.0.1:1", "10.0.0.1", "", "pw", "", "redis://10.0.0.1:1", 1, false, false},
        {"amqp://u:p%40s%3a%2F@h/%2f", "h", "u", "p@s:/", "/", "amqp://h:5672", 5672, false, true},
        {"amqps://u@h:65535/", "h", "u", "", "", "amqps://h:65535", 65535, true, true},
        {"amqp://[::1]:5673/v", "::1", "", "", "v", "amqp://[::1]:5673", 5673, false, true},
        {"amqp://[::1]", "::1", "", "", "", "amqp://[::1]:5672", 5672, false, false},
        {"redis://u:a@b@h", "h", "u", "a@b", "", "redis://h:6379", 6379, false, false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct queue_url url;
        struct error error = {.code = DMH_OK};
        char shown[QUEUE_SHOWN_BYTES];
        cr_assert_eq (queue_url_read (CASES[i].text, &url, &error), DMH_OK, "%s: %s", CASES[i].text,
                      error.text);
        cr_expect_str_eq (url.host, CASES[i].host);
        cr_expect_str_eq (url.user, CASES[i].user);
        cr_expect_str_eq (url.password, CASES[i].password);
        cr_expect_str_eq (url.path, CASES[i].path);
        cr_expect_str_eq (queue_url_show (&url, shown), CASES[i].shown);
        cr_expect_eq (url.port, CASES[i].port);
        cr_expect_eq (url.tls, CASES[i].tls, "%s", CASES[i].text);
        cr_expect_eq (url.has_path, CASES[i].has_path, "%s", CASES[i].text);
    }
}

Test (queue_url, that_is_none_is_refused_without_being_said)
{
    static const char *const CASES[] = {
        "",
        "redis",
        "http://h",
        "redis://",
        "redis:///1",
        "redis://secret@",
        "redis://h:",
        "redis://h:0",
        "redis://h:65536",
        "redis://h:1x",
        "amqp://[::1",
        "amqp://[::1]5",
        "amqp://h/%",
        "amqp://h/%4",
        "amqp://h/%00",
        "amqp://h/%zz",
        "amqp://secret%@h",
        "redis://h?secret=1",
        "amqp://h/v#secret",
        "REDIS://h",
        "amqp://[[1]:5",
        "amqp://[ab]",
        "amqp://[::%2f]",
        "amqp://a b",
        "amqp://a,b",
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct queue_url url = {.port = 77};
        struct error error = {.code = DMH_OK};
        cr_expect_eq (queue_url_read (CASES[i], &url, &error), DMH_USAGE, "%s", CASES[i]);
        cr_expect_eq (url.port, 77, "%s", CASES[i]);
        cr_expect_null (strstr (error.text, "secret"), "%s", error.text);
    }
}

Test (queue_url, of_a_length_beyond_its_bounds_is_refused)
{
    char text[700];
    struct queue_url url;
    for (size_t n = 254; n < 258; n++) {
        memset (text, 'x', sizeof text);
        memcpy (text, "redis://", 8);
        text[8 + n] = 0;
        cr_expect_eq (queue_url_read (text, &url, NULL), n < QUEUE_HOST_BYTES ? DMH_OK : DMH_USAGE, "%zu", n);
        memset (text, 'x', sizeof text);
        memcpy (text, "amqp://h/", 9);
        text[9 + n] = 0;
        cr_expect_eq (queue_url_read (text, &url, NULL), n < QUEUE_WORD_BYTES ? DMH_OK : DMH_USAGE, "%zu", n);
    }
}
