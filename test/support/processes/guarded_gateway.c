//  guarded_gateway.c: see guarded_gateway.h.
#include "test/support/processes/guarded_gateway.h"

#include "messages/base/digest.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void s_write_tokens (const struct workplace *place, const struct guarded_token tokens[])
{
    char text[1024] = "", hex[DIGEST_HEX_BYTES];
    for (size_t i = 0; tokens[i].name; i++) {
        size_t n = strlen (text);
        snprintf (text + n, sizeof text - n, "%s %s %s\n", tokens[i].name, tokens[i].role,
                  digest_of (tokens[i].token, strlen (tokens[i].token), hex));
    }
    workplace_write (place, "tokens", text, strlen (text));
}

void guarded_gateway_start (struct gateway_process *self, const struct guarded_token tokens[])
{
    static const char *const OPTIONS[] = {"--tokens",    "tokens",       "--key",
                                          "KEYS/gw.key", "--server-key", "KEYS/server.pub"};
    const char *server[] = {"dmh", "keys", "new", "server", "--keys", "KEYS", NULL};
    const char *gateway[] = {"dmh", "keys", "new", "gw", "--keys", "KEYS", "--rights", "gateway,admin", NULL};
    size_t words = 0;
    while (self->options[words])
        words++;
    workplace_make (&self->place);
    self->servers.place = &self->place;
    s_write_tokens (&self->place, tokens);
    cr_assert_eq (process_run (&self->place, server, NULL), 0);
    cr_assert_eq (process_run (&self->place, gateway, NULL), 0);
    self->servers.options[0] = "--keys";
    self->servers.options[1] = "KEYS";
    servers_start_broker (&self->servers, false);
    memcpy (self->options + words, OPTIONS, sizeof OPTIONS);
    gateway_process_start_alone (self);
    process_await (&self->place, "gateway.log", "broker.found");
}
