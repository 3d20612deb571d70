//  stop_test.c: the end of a gateway waits for nobody's patience: what is under way is answered, and what
//  runs is told.
#include "test/support/processes/gateway_process.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

//  Stops a process where it stands; when this returns none of its threads runs.
static void s_freeze (pid_t pid)
{
    int status = 0;
    kill (pid, SIGSTOP);
    cr_assert_eq (waitpid (pid, &status, WUNTRACED), pid);
    cr_assert (WIFSTOPPED (status));
}

Test (gateway_stop, answers_at_once_who_waits_for_a_broker_that_says_nothing, .timeout = 120)
{
    static const char REQUEST[] = "POST /api/v1/jobs?name=p.csv HTTP/1.1\r\nHost: localhost\r\n"
                                  "Content-Length: 13\r\n\r\npatient_id\n1\n";
    static const char QUESTION[] = "GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n";
    struct gateway_process self = {.pid = 0};
    gateway_process_start (&self);
    s_freeze (self.servers.broker);
    int sending = http_connect (self.port), asking = http_connect (self.port);
    cr_assert (http_send (sending, REQUEST, strlen (REQUEST)));
    cr_assert (http_send (asking, QUESTION, strlen (QUESTION)));
    gateway_process_await_spooled (&self, 1);
    kill (self.pid, SIGTERM);
    struct http_answer answer = http_receive (sending, false);
    cr_expect_eq (answer.status, 503, "%s", answer.body);
    cr_expect (http_answer_has (&answer, "the gateway ends"), "%s", answer.body);
    http_answer_clear (&answer);
    answer = http_receive (asking, false);
    cr_expect_eq (answer.status, 503, "%s", answer.body);
    http_answer_clear (&answer);
    cr_expect_eq (process_wait (self.pid, 20), 0);
    self.pid = 0;
    kill (self.servers.broker, SIGCONT);
    close (sending);
    close (asking);
    gateway_process_stop (&self);
}
