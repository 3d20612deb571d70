//  refusal_test.c: why a broker does not answer is said as soon as the network tells: each call may wait for
//  an hour, and ends long before.
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"
#include "test/support/processes/reserved_port.h"

#include <criterion/criterion.h>
#include <signal.h>

//  dmh list with these further words.
static void s_refused (const struct workplace *place, const char *const words[6], int status,
                       const char *says)
{
    const char *argv[12] = {"list", "--timeout", "3600"};
    for (size_t i = 0; i < 6 && words[i]; i++)
        argv[3 + i] = words[i];
    command_line_expect (command_line_run (place, NULL, argv), status, "", says);
}

Test (refusal, an_address_that_nobody_listens_at_is_said_to_be_one, .timeout = 120)
{
    struct workplace place;
    char nobody[ENDPOINT_BYTES];
    workplace_make (&place);
    reserved_port_endpoint (nobody);
    s_refused (&place, (const char *[6]){"--broker", nobody}, 4, "nobody listens at tcp://127.0.0.1:");
    s_refused (&place, (const char *[6]){"--broker", "ipc://none"}, 4, "nobody listens at ipc://none");
    s_refused (&place, (const char *[6]){"--broker", "tcp://nowhere.invalid:5570"}, 4,
               "the host of tcp://nowhere.invalid:5570 is not known");
    workplace_remove (&place);
}

Test (refusal, an_address_that_is_none_is_wrong_usage, .timeout = 120)
{
    static const char *const CASES[][2] = {
        {"tcp://127.0.0.1:99999", "has no port from 1 to 65535"},
        {"tcp://127.0.0.1:65536", "has no port from 1 to 65535"},
        {"tcp://127.0.0.1:0", "has no port from 1 to 65535"},
        {"tcp://127.0.0.1:", "has no port from 1 to 65535"},
        {"tcp://127.0.0.1", "has no port from 1 to 65535"},
        {"tcp://127.0.0.1:http", "has no port from 1 to 65535"},
        {"tcp://:5570", "has no port from 1 to 65535 behind its host"},
        {"127.0.0.1:5570", "is not the address of a broker; give --broker tcp://HOST:5570"},
        {"tcp://127.0.0.1:1,tcp://127.0.0.1:70000", "“tcp://127.0.0.1:70000” has no port"},
    };
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        s_refused (&place, (const char *[6]){"--broker", CASES[i][0]}, 2, CASES[i][1]);
    workplace_remove (&place);
}

static void s_new_key (const struct workplace *place, const char *name, const char *folder,
                       const char *rights)
{
    const char *argv[] = {"dmh",  "keys", "new", name, "--keys", folder, rights ? "--rights" : NULL,
                          rights, NULL};
    cr_assert_eq (process_run (place, argv, NULL), 0, "%s", name);
}

Test (refusal, a_broker_with_keys_says_which_of_them_is_wrong, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place, .options = {"--keys", "keys", NULL}};
    workplace_make (&place);
    s_new_key (&place, "server", "keys", NULL);
    s_new_key (&place, "anna", "keys", "client");
    s_new_key (&place, "eve", "elsewhere", NULL);
    servers_start_broker (&servers, false);
    const char *front = servers.front;
    s_refused (&place, (const char *[6]){"--broker", front}, 4, "wants a key: give yours by --key");
    s_refused (
        &place,
        (const char *[6]){"--broker", front, "--key", "keys/anna.key", "--server-key", "elsewhere/eve.pub"},
        4, "--server-key has to be its own server.pub");
    s_refused (
        &place,
        (const char *[6]){"--broker", front, "--key", "elsewhere/eve.key", "--server-key", "keys/server.pub"},
        4, "does not let this key in");
    command_line_expect (
        CALL (&place, "list", "--broker", front, "--key", "keys/anna.key", "--server-key", "keys/server.pub"),
        0, NULL, "");
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (refusal, a_broker_without_keys_wants_none, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    workplace_make (&place);
    s_new_key (&place, "server", "keys", NULL);
    s_new_key (&place, "anna", "keys", NULL);
    servers_start_broker (&servers, false);
    s_refused (&place,
               (const char *[6]){"--broker", servers.front, "--key", "keys/anna.key", "--server-key",
                                 "keys/server.pub"},
               4, "has no keys: leave --key and --server-key");
    servers_stop (&servers);
    workplace_remove (&place);
}

Test (refusal, of_a_list_one_that_is_not_there_is_nothing_to_say, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char list[200], nobody[ENDPOINT_BYTES];
    workplace_make (&place);
    servers_start_broker (&servers, false);
    reserved_port_endpoint (nobody);
    snprintf (list, sizeof list, "%s,%s", nobody, servers.front);
    command_line_expect (CALL (&place, "list", "--broker", list), 0, NULL, "");
    servers_stop (&servers);
    workplace_remove (&place);
}
