//  origin_test.c: which pages may ask for something that changes anything.
#include "client/gateway/http/origin.h"

#include <criterion/criterion.h>

#define HOST "gate.example:8443"

Test (origin, is_scheme_host_and_port_of_the_gateway_itself)
{
    static const struct {
        const char *origin;
        int plain, tls;    //  what a gateway without and with TLS of its own says
    } CASES[] = {
        {"https://" HOST, DMH_OK, DMH_OK},    //  without TLS: a proxy in front has it
        {"HTTPS://GATE.EXAMPLE:8443", DMH_OK, DMH_OK},
        {"http://" HOST, DMH_OK, DMH_UNAUTHORIZED},
        {"ftp://" HOST, DMH_UNAUTHORIZED, DMH_UNAUTHORIZED},
        {"chrome-extension://" HOST, DMH_UNAUTHORIZED, DMH_UNAUTHORIZED},
        {"https://gate.example", DMH_UNAUTHORIZED, DMH_UNAUTHORIZED},
        {"https://evil.example/://" HOST, DMH_UNAUTHORIZED, DMH_UNAUTHORIZED},
        {"null", DMH_UNAUTHORIZED, DMH_UNAUTHORIZED},
        {"", DMH_UNAUTHORIZED, DMH_UNAUTHORIZED},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error = {.code = DMH_OK};
        cr_expect_eq (origin_check (CASES[i].origin, NULL, HOST, false, &error), CASES[i].plain, "%s",
                      CASES[i].origin);
        cr_expect_eq (origin_check (CASES[i].origin, NULL, HOST, true, &error), CASES[i].tls, "%s with TLS",
                      CASES[i].origin);
    }
}
