//  submit_load_test.c: submit --load: what comes from a broker goes into a real PostgreSQL, also where the
//  client is killed in the middle of it.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/processes/postgres_server.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>

struct scene {
    struct postgres_server server;
    struct workplace place;
    struct servers servers;
};

static bool s_scene (struct scene *self)
{
    if (!postgres_server_start (&self->server))
        return false;
    workplace_make (&self->place);
    self->servers = (struct servers){.place = &self->place};
    servers_start_broker (&self->servers, false);
    servers_start_worker (&self->servers, 0, "2");
    setenv ("DMH_BROKER", self->servers.front, 1);
    command_line_write (&self->place, "a.csv", "patient_id\n1\n2\n");
    command_line_write (&self->place, "b.csv", "patient_id\n3\n4\n5\n");
    command_line_write (&self->place, "c.csv", "patient_id\n6\n");
    return true;
}

static void s_end (struct scene *self)
{
    servers_stop (&self->servers);
    workplace_remove (&self->place);
    postgres_server_stop (&self->server);
}

#define SUBMIT(SCENE)                                                                                        \
    {                                                                                                        \
        "submit", "a.csv", "b.csv", "c.csv", "--batch", "night", "--wait", "-o", "out", "--load",            \
            (SCENE)->server.url, "--load-schema", "s", NULL                                                  \
    }

static void s_expect (struct scene *self, const char *sql, const char *answer)
{
    char said[POSTGRES_ANSWER_BYTES];
    cr_expect_str_eq (postgres_server_ask (&self->server, sql, said), answer, "%s", sql);
}

//  Waits until the answer is this one, or the client has ended.
static void s_await (struct scene *self, const char *sql, const char *answer)
{
    char said[POSTGRES_ANSWER_BYTES];
    for (int i = 0; strcmp (postgres_server_ask (&self->server, sql, said), answer) != 0; i++) {
        cr_assert_lt (i, 2000, "%s", sql);
        poll (NULL, 0, 10);
    }
}

Test (submit_load, what_a_broker_gives_is_loaded_once, .timeout = 180)
{
    struct scene scene;
    if (!s_scene (&scene))
        return;
    const char *const words[] = SUBMIT (&scene);
    command_line_expect (command_line_run (&scene.place, NULL, words), 0, "s.patient: 6 records loaded\n",
                         NULL);
    s_expect (&scene, "SELECT string_agg (patient_id, ',' ORDER BY patient_id) FROM s.patient",
              "1,2,3,4,5,6");
    s_expect (&scene, "SELECT string_agg (input, ',' ORDER BY input) FROM s.dmh_load", "a.csv,b.csv,c.csv");
    command_line_expect (command_line_run (&scene.place, NULL, words), 0,
                         "s.patient: 0 records loaded, 6 were there\n", NULL);
    s_expect (&scene, "SELECT count (*) FROM s.patient", "6");
    s_end (&scene);
}

Test (submit_load, a_client_killed_in_the_middle_of_a_batch_loads_the_rest_the_next_time, .timeout = 180)
{
    struct scene scene;
    if (!s_scene (&scene))
        return;
    const char *const words[] = SUBMIT (&scene);
    command_line_write (&scene.place, "z.csv", "patient_id\n0\n");
    command_line_expect (CALL (&scene.place, "submit", "z.csv", "--wait", "-o", "out", "--load",
                               scene.server.url, "--load-schema", "s"),
                         0, "s.patient: 1 record loaded\n", NULL);
    //  The transaction of b.csv waits for somebody who has the key.
    postgres_server_run (
        &scene.server,
        "CREATE FUNCTION hold () RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.input = 'b.csv' "
        "THEN PERFORM pg_advisory_xact_lock (7); END IF; RETURN NEW; END $$;"
        "CREATE TRIGGER hold BEFORE INSERT ON s.dmh_load FOR EACH ROW EXECUTE FUNCTION hold ()");
    PGconn *holder = PQconnectdb (scene.server.url);
    PQclear (PQexec (holder, "SELECT pg_advisory_lock (7)"));
    pid_t client = command_line_start (&scene.place, words, NULL);
    s_await (&scene, "SELECT count (*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted", "1");
    cr_assert_eq (kill (client, SIGKILL), 0);
    struct command_result said = command_line_end (&scene.place, client);
    cr_expect_eq (said.status, -1);
    command_result_clear (&said);
    PQfinish (holder);
    s_await (&scene, "SELECT count (*) FROM pg_stat_activity WHERE application_name = 'dmh'", "0");
    s_expect (&scene, "SELECT string_agg (patient_id, ',' ORDER BY patient_id) FROM s.patient", "0,1,2");
    command_line_expect (command_line_run (&scene.place, NULL, words), 0,
                         "s.patient: 4 records loaded, 2 were there\n", NULL);
    s_expect (&scene, "SELECT string_agg (patient_id, ',' ORDER BY patient_id) FROM s.patient",
              "0,1,2,3,4,5,6");
    s_expect (&scene, "SELECT count (*), count (DISTINCT input) FROM s.dmh_load", "4|4");
    s_end (&scene);
}
