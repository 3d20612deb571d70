//  dispatcher_scenario_test.c: the dispatcher as little plays (dispatcher_play.h).
#include "test/support/schedule/dispatcher_play.h"

#include "broker/dispatch/dispatcher.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

Test (dispatcher, a_cancelled_attempt_holds_its_slot_until_the_worker_lets_go)
{
    static const struct scene SCENES[] = {
        {"the worker fails it", "0 open a\n0 open b\n0 ready w 1\n> give a.1 w\n"
                                "100 cancel a\n> cancelled\n> stop a.1 w\n"
                                "100 open?\n> 1\n"
                                "100 cancel a\n> not open\n"
                                "200 fail w a.1 bad\n> give b.1 w\n"},
        {"the worker hands it in", "0 open a\n0 open b\n0 ready w 1\n> give a.1 w\n"
                                   "100 cancel a\n> cancelled\n> stop a.1 w\n"
                                   "200 result w a.1\n> refused\n> give b.1 w\n"},
        {"heartbeats name it no more", "0 open a\n0 open b\n0 ready w 1\n> give a.1 w\n"
                                       "100 cancel a\n> cancelled\n> stop a.1 w\n"
                                       "500 beat w\n"    //  may have left before the job was there
                                       "1000 beat w a.1\n> stop a.1 w\n"
                                       "2000 beat w\n> give b.1 w\n"},
        {"its lease ends", "0 open a\n0 open b\n0 ready w 2\n> give a.1 w\n> give b.1 w\n"
                           "100 cancel a\n> cancelled\n> stop a.1 w\n"
                           "1000 result w b.1\n> accepted\n"
                           "3000 beat w a.1\n> stop a.1 w\n"
                           "3900 open c\n> give c.1 w\n"
                           "3900 open d\n"
                           "6000 beat w a.1 c.1\n> stop a.1 w\n"
                           "9000 fail w c.1 returned\n> queued c.1\n> give c.2 w\n"
                           "10000 tick\n> give d.1 w\n"},
        {"the worker leaves", "0 open a\n0 ready w 1\n> give a.1 w\n"
                              "100 cancel a\n> cancelled\n> stop a.1 w\n"
                              "200 bye w\n> gone w\n"
                              "200 open?\n> 0\n"},
        {"a heartbeat after that leaves it out", "0 open a\n0 open b\n0 ready w 1\n> give a.1 w\n"
                                                 "3000 beat w a.1\n"
                                                 "3100 cancel a\n> cancelled\n> stop a.1 w\n"
                                                 "4099 beat w\n"
                                                 "4100 beat w\n> give b.1 w\n"},
        {"its time would be over", "0 open a 0 0 1000\n0 ready w 1\n> give a.1 w\n"
                                   "500 cancel a\n> cancelled\n> stop a.1 w\n"
                                   "1000 tick\n"
                                   "1500 fail w a.1 bad\n1500 open?\n> 0\n"},
        {"the worker falls silent", "0 open a\n0 ready w 1\n> give a.1 w\n"
                                    "100 cancel a\n> cancelled\n> stop a.1 w\n"
                                    "4000 tick\n> gone w\n"
                                    "5000 ready v 1\n"},
    };
    PLAY_ALL (SCENES);
}

Test (dispatcher, a_retried_job_waits_for_its_old_attempt_and_takes_the_next_number)
{
    static const struct scene SCENES[] = {
        {"retried while it still holds its slot", "0 open a\n0 ready w 2\n> give a.1 w\n"
                                                  "100 cancel a\n> cancelled\n> stop a.1 w\n"
                                                  "200 reopen a.1\n"
                                                  "200 open?\n> 1\n"
                                                  "300 fail w a.1 bad\n> give a.2 w\n"
                                                  "400 result w a.1\n> refused\n"
                                                  "500 result w a.2\n> accepted\n"},
        {"retried and cancelled again", "0 open a\n0 open b\n0 ready w 1\n> give a.1 w\n"
                                        "100 cancel a\n> cancelled\n> stop a.1 w\n"
                                        "200 reopen a.1\n"
                                        "300 cancel a\n> cancelled\n"
                                        "300 open?\n> 1\n"
                                        "400 fail w a.1 bad\n> give b.1 w\n"},
        {"retried after it had let go", "0 open a\n0 ready w 1\n> give a.1 w\n"
                                        "100 cancel a\n> cancelled\n> stop a.1 w\n"
                                        "200 fail w a.1 bad\n"
                                        "300 reopen a.1\n> give a.2 w\n"},
        {"its tries begin anew", "0 open a\n0 ready w 1\n> give a.1 w\n"
                                 "100 fail w a.1 again\n> queued a.1\n1100 beat w\n> give a.2 w\n"
                                 "1200 cancel a\n> cancelled\n> stop a.2 w\n1300 reopen a.2\n"
                                 "1400 fail w a.2 bad\n> give a.3 w\n"
                                 "1500 fail w a.3 again\n> queued a.3\n2500 beat w\n> give a.4 w\n"
                                 "2600 fail w a.4 again\n> queued a.4\n"},
        {"retried twice is open once", "0 open a\n0 reopen a.0\n0 open?\n> 1\n"
                                       "0 ready w 2\n> give a.1 w\n"},
    };
    PLAY_ALL (SCENES);
}

Test (dispatcher, what_a_worker_brings_along_is_its_own_or_stopped)
{
    static const struct scene SCENES[] = {
        {"it keeps what it still runs", "0 open a\n0 ready w 1\n> give a.1 w\n"
                                        "3000 ready w 1 a.1\n"
                                        "6900 beat w a.1\n"
                                        "10000 result w a.1\n> accepted\n"},
        {"an attempt that was given to another is stopped",
         "0 open a\n0 ready w 1\n> give a.1 w\n"
         "0 ready v 1\n"
         "3000 beat v\n"
         "4000 tick\n> gone w\n> queued a.1\n> give a.2 v\n"
         "5000 beat v a.2\n"
         "5500 ready w 1 a.1\n> stop a.1 w\n"
         "5600 result w a.1\n> refused\n"
         "5700 result v a.2\n> accepted\n"},
        {"an attempt that never was is stopped", "0 ready w 1 x.7\n> stop x.7 w\n"},
        {"another's attempt is not its own", "0 open a\n0 ready w 1\n> give a.1 w\n"
                                             "0 ready v 1\n"
                                             "100 beat v a.1\n> stop a.1 v\n"
                                             "200 result v a.1\n> refused\n"
                                             "300 fail v a.1 bad\n> refused\n"
                                             "400 result w a.1\n> accepted\n"},
        {"who was forgotten has to register", "100 beat w\n> who is w\n"
                                              "200 ready w 1\n"
                                              "4200 tick\n> gone w\n"
                                              "4300 beat w\n> who is w\n"},
        {"draining is for life", "0 ready w 2\n0 drain w\n100 open a\n"
                                 "200 ready w 2\n"
                                 "300 ready v 1\n> give a.1 v\n"},
    };
    PLAY_ALL (SCENES);
}

Test (dispatcher, attempts_are_counted_numbered_and_given_up_with_a_sentence)
{
    static const struct scene SCENES[] = {
        {"three failures that may pass", "0 open a\n0 ready w 1\n> give a.1 w\n"
                                         "100 fail w a.1 again\n> queued a.1\n"
                                         "1099 beat w\n"
                                         "1100 tick\n> give a.2 w\n"
                                         "1200 fail w a.2 again\n> queued a.2\n"
                                         "3000 beat w\n"
                                         "5199 beat w\n"
                                         "5200 tick\n> give a.3 w\n"
                                         "5300 fail w a.3 again\n"
                                         "> failed a.3 io: no space left (tried 3 times)\n"
                                         "5300 open?\n> 0\n"
                                         "5400 fail w a.3 again\n> refused\n"},
        {"a failure that stays", "0 open a\n0 ready w 1\n> give a.1 w\n"
                                 "100 fail w a.1 bad\n> failed a.1 io: no space left\n"},
        {"one that stays after one that may pass",
         "0 open a\n0 ready w 1\n> give a.1 w\n"
         "100 fail w a.1 again\n> queued a.1\n1100 beat w\n> give a.2 w\n"
         "1200 fail w a.2 bad\n> failed a.2 io: no space left (tried 2 times)\n"},
        {"two wait, each for its own time",
         "0 open a\n0 ready w 2\n> give a.1 w\n0 open b\n> give b.1 w\n"
         "100 fail w a.1 again\n> queued a.1\n1100 beat w b.1\n> give a.2 w\n"
         "1200 fail w a.2 again\n> queued a.2\n"
         "1300 fail w b.1 again\n> queued b.1\n"    //  to be tried at 2300, and a at 5200
         "2300 beat w\n> give b.2 w\n5200 beat w b.2\n> give a.3 w\n"},
        {"cancelled while it waits", "0 open a\n0 ready w 1\n> give a.1 w\n"
                                     "100 fail w a.1 again\n> queued a.1\n"
                                     "200 cancel a\n> cancelled\n1100 beat w\n1200 open b\n> give b.1 w\n"},
        {"what is returned is not counted", "0 open a\n0 ready w 1\n> give a.1 w\n"
                                            "1 fail w a.1 returned\n> queued a.1\n> give a.2 w\n"
                                            "2 fail w a.2 returned\n> queued a.2\n> give a.3 w\n"
                                            "3 fail w a.3 returned\n> queued a.3\n> give a.4 w\n"
                                            "4 fail w a.4 again\n> queued a.4\n"
                                            "1004 beat w\n> give a.5 w\n"
                                            "1005 result w a.4\n> refused\n"
                                            "1006 result w a.5\n> accepted\n"},
        {"a goodbye is not counted", "0 open a\n0 ready w 1\n> give a.1 w\n"
                                     "1 bye w\n> gone w\n> queued a.1\n"
                                     "2 ready v 1\n> give a.2 v\n"},
        {"what was counted before a restart is counted on",
         "0 restore a.5 w 2\n0 ready w 1 a.5\n"
         "100 fail w a.5 again\n> failed a.5 io: no space left (tried 3 times)\n"},
        {"the same answer twice", "0 open a\n0 ready w 1\n> give a.1 w\n"
                                  "1 result w a.1\n> accepted\n"
                                  "2 result w a.1\n> refused\n"},
    };
    PLAY_ALL (SCENES);
}

Test (dispatcher, free_slots_choose_the_worker_then_its_last_job_then_who_came_first)
{
    static const struct scene SCENES[] = {
        {"more free slots, though it was given one just now",
         "0 ready w 3\n0 ready v 1\n1 open a\n> give a.1 w\n2 open b\n> give b.1 w\n"},
        {"as many: who came first", "0 ready w 1\n0 ready v 1\n1 open a\n> give a.1 w\n"},
        {"as many: whose last is older", "0 ready w 1\n0 ready v 1\n1 open a\n> give a.1 w\n"
                                         "2 result w a.1\n> accepted\n3 open b\n> give b.1 v\n"
                                         "4 result v b.1\n> accepted\n5 open c\n> give c.1 w\n"},
    };
    PLAY_ALL (SCENES);
}

Test (dispatcher, a_worker_that_cannot_be_reached_gets_nothing_until_it_is_heard)
{
    static const struct scene SCENES[] = {
        {"another takes it", "0 open a\n0 ready w 1\n> give a.1 w\n0 ready v 1\n"
                             "1 lost w a.1\n> queued a.1\n> give a.2 v\n"},
        {"it is heard again", "0 open a\n0 ready w 1\n> give a.1 w\n"
                              "1 lost w a.1\n> queued a.1\n"
                              "2 open b\n"
                              "500 beat w\n> give a.2 w\n"},
        {"an old attempt's order", "0 open a\n0 ready w 1\n> give a.1 w\n"
                                   "1 fail w a.1 returned\n> queued a.1\n> give a.2 w\n"
                                   "2 lost w a.1\n"
                                   "3 result w a.2\n> accepted\n"},
        {"another's, nobody's, and of no job", "0 open a\n0 ready w 1\n> give a.1 w\n0 ready v 1\n"
                                               "1 lost v a.1\n1 lost x a.1\n1 lost w b.1\n"
                                               "2 open b\n> give b.1 v\n"
                                               "3 result w a.1\n> accepted\n"},
    };
    PLAY_ALL (SCENES);
}

#define POISONED                                                                                             \
    "poison: three workers died while they ran it, the last one with nothing beside it, so the input is "    \
    "the likely reason; look at it with dmh inspect, or retry the job when the workers were ended for "      \
    "another reason"

Test (dispatcher, a_job_that_workers_die_with_is_tried_alone_and_then_no_more)
{
    static const struct scene SCENES[] = {
        {"its neighbour loses nothing", "0 open bad\n0 open b\n0 ready u 2\n> give bad.1 u\n> give b.1 u\n"
                                        "4000 ready v 2\n> gone u\n> queued b.1\n> queued bad.1\n"
                                        "> give bad.2 v\n> give b.2 v\n"
                                        //  Two deaths each: each alone, and in their order.
                                        "8000 ready w 2\n> gone v\n> queued b.2\n> queued bad.2\n"
                                        "> give bad.3 w\n"
                                        "12000 ready x 2\n> gone w\n> failed bad.3 " POISONED "\n"
                                        "> give b.3 x\n"
                                        "12100 fail x b.3 again\n> queued b.3\n"    //  its first try
                                        "13100 beat x\n> give b.4 x\n"
                                        "13200 open c\n"
                                        "13300 result x b.4\n> accepted\n> give c.1 x\n"},
        {"a link that was cut is no death", "0 open bad\n0 ready u 1\n> give bad.1 u\n"
                                            "4000 ready v 1\n> gone u\n> queued bad.1\n> give bad.2 v\n"
                                            "5000 ready u 1\n"
                                            "8000 ready w 1\n> gone v\n> queued bad.2\n> give bad.3 u\n"
                                            "12000 ready x 1\n> gone u\n> queued bad.3\n> gone w\n"
                                            "> give bad.4 x\n"
                                            "13000 ready u 1\n"
                                            "16000 ready y 1\n> gone x\n> queued bad.4\n"
                                            "> give bad.5 y\n"},
        {"it waits for an idle worker, which gets nothing before",
         "0 open a\n0 open b\n0 ready v 2\n> give a.1 v\n> give b.1 v\n"
         "0 restore bad.2 u 0 1\n"
         "1000 ready w 3\n"
         "1000 open c\n> give c.1 w\n"
         "3000 beat v a.1 b.1\n3000 beat w c.1\n6000 beat v a.1 b.1\n6000 beat w c.1\n"
         "8000 tick\n> queued bad.2\n"
         "8100 open d\n"    //  w is reserved, as it has the fewest
         "8200 result v a.1\n> accepted\n> give d.1 v\n"
         "8300 result w c.1\n> accepted\n> give bad.3 w\n"
         "8400 open e\n"
         "8500 result v b.1\n> accepted\n> give e.1 v\n"
         "8600 open f\n"
         "8700 result w bad.3\n> accepted\n> give f.1 w\n"},
        {"what is more urgent does not wait for it", "0 restore bad.2 u 0 1\n0 open a 1\n"
                                                     "0 ready w 2\n> give a.1 w\n"
                                                     "3000 beat w a.1\n6000 beat w a.1\n"
                                                     "8000 tick\n> queued bad.2\n"
                                                     "8100 open b 1\n> give b.1 w\n"
                                                     "8200 open c\n"
                                                     "8300 result w a.1\n> accepted\n"
                                                     "8400 result w b.1\n> accepted\n> give bad.3 w\n"},
        {"an idle worker is found among busy ones",
         "0 restore bad.2 u 0 1\n0 open a\n0 ready w 2\n> give a.1 w\n"
         "3000 beat w a.1\n6000 beat w a.1\n7900 ready v 2\n8000 tick\n> queued bad.2\n> give bad.3 v\n"},
        {"whatever their names", "0 restore bad.2 u 0 1\n0 open a\n0 ready v 2\n> give a.1 v\n"
                                 "3000 beat v a.1\n6000 beat v a.1\n7900 ready w 2\n"
                                 "8000 tick\n> queued bad.2\n> give bad.3 w\n"},
        {"two find two idle workers", "0 restore x.2 u 0 1\n0 restore y.2 t 0 1\n"
                                      "7000 ready w 1\n7000 ready v 1\n"
                                      "7900 cancel none\n> not open\n"
                                      "8000 tick\n> queued x.2\n> queued y.2\n> give x.3 w\n> give y.3 v\n"},
        {"what is more urgent leaves it the other idle worker",
         "0 restore bad.2 u 0 1\n7000 ready w 1\n7000 ready v 1\n"
         "8000 open a 1\n> queued bad.2\n> give a.1 w\n> give bad.3 v\n"},
        {"nor is one that is held up by what was cancelled",
         "0 restore bad.2 u 0 1\n0 open a\n0 ready w 2\n> give a.1 w\n"
         "100 cancel a\n> cancelled\n> stop a.1 w\n"
         "3000 beat w a.1\n> stop a.1 w\n6000 beat w a.1\n> stop a.1 w\n"
         "8000 beat w a.1\n> stop a.1 w\n> queued bad.2\n"
         "8100 open b\n> give b.1 w\n8200 result w b.1\n> accepted\n"
         "8300 fail w a.1 bad\n> give bad.3 w\n"},
        {"a worker that is held up by what was taken from it is not kept free for it",
         "0 restore bad.2 u 0 1\n0 open a 0 5000\n0 ready w 2\n> give a.1 w\n"
         "4900 beat w a.1\n"
         "5000 beat w a.1\n> stop a.1 w\n> queued a.1\n"
         "6500 beat w a.1\n> stop a.1 w\n> give a.2 w\n"
         "7000 result w a.2\n> accepted\n"
         "8000 beat w a.1\n> stop a.1 w\n> queued bad.2\n"
         "8100 open b\n> give b.1 w\n"
         "8200 result w b.1\n> accepted\n"
         "8300 fail w a.1 bad\n> give bad.3 w\n"},
        {"after a restart nothing comes beside it", "0 restore bad.3 w 0 2\n0 open a\n"
                                                    "100 ready w 2 bad.3\n"
                                                    "200 result w bad.3\n> accepted\n> give a.1 w\n"},
        {"a retry begins anew", "0 restore bad.3 w 0 2\n100 cancel bad\n> cancelled\n> stop bad.3 w\n"
                                "200 reopen bad.3\n300 bye w\n> gone w\n"
                                "400 open a\n500 ready v 2\n> give bad.4 v\n> give a.1 v\n"},
        {"the last that was heard need not be a heartbeat",
         "0 open a\n0 open b\n0 ready w 2\n> give a.1 w\n> give b.1 w\n"
         "1000 beat w a.1 b.1\n1500 result w b.1\n> accepted\n"
         "5000 tick\n5500 ready v 1\n> gone w\n> queued a.1\n> give a.2 v\n"
         "5600 fail v a.2 again\n> queued a.2\n6600 beat v\n> give a.3 v\n"
         "6700 fail v a.3 again\n> queued a.3\n9700 beat v\n10700 beat v\n> give a.4 v\n"},
        {"a lost job is no death",
         "0 open a\n0 ready w 1\n> give a.1 w\n"
         "3000 beat w\n4000 beat w\n> queued a.1\n"
         "5000 beat w\n> give a.2 w\n"
         "8000 beat w\n9000 beat w\n> queued a.2\n"
         "12000 beat w\n13000 beat w\n> give a.3 w\n"
         "16000 beat w\n17000 beat w\n"
         "> failed a.3 unavailable: the worker that ran it lost it (tried 3 times)\n"},
    };
    PLAY_ALL (SCENES);
}

#define STALLED                                                                                              \
    "stalled: it did not get on by a byte for 5 s; where its input is that slow, --stall-seconds gives it "  \
    "longer"
#define TOO_LONG "time_limit: it ran for more than the 5 s that --time-limit gives it"

Test (dispatcher, no_job_runs_for_ever)
{
    static const struct scene SCENES[] = {
        {"what gets on is left alone", "0 open a 0 5000\n0 ready w 1\n> give a.1 w\n"
                                       "3000 beat w a.1+1\n6000 beat w a.1+2\n9000 beat w a.1+3\n"
                                       "9100 result w a.1\n> accepted\n"},
        {"it is taken away and tried elsewhere, and its slot is not given before it is free",
         "0 open a 0 5000\n0 ready w 1\n> give a.1 w\n"
         "3000 beat w a.1\n4900 beat w a.1\n5500 tick\n"
         "5600 beat w a.1\n> stop a.1 w\n> queued a.1\n"
         "5700 open b\n"
         "6000 beat w a.1\n> stop a.1 w\n"
         "6600 ready v 1\n> give a.2 v\n"    //  after its back-off
         "6700 result v a.2\n> accepted\n> give b.1 v\n"
         "7000 open c\n"
         "9000 beat v b.1\n9000 beat w a.1\n> stop a.1 w\n"
         "9500 result w a.1\n> refused\n> give c.1 w\n"},
        {"each time", "0 open a 0 5000\n0 ready w 3\n> give a.1 w\n"
                      "3000 beat w a.1\n"
                      "5000 beat w a.1\n> stop a.1 w\n> queued a.1\n"
                      "6000 beat w a.1\n> stop a.1 w\n> give a.2 w\n"
                      "8000 beat w a.1 a.2\n> stop a.1 w\n"
                      "11000 beat w a.1 a.2\n> stop a.1 w\n> stop a.2 w\n> queued a.2\n"
                      "14000 beat w a.1 a.2\n> stop a.1 w\n> stop a.2 w\n"
                      "15000 tick\n> give a.3 w\n"
                      "17000 beat w a.1 a.2 a.3\n> stop a.1 w\n> stop a.2 w\n"
                      "20000 beat w a.1 a.2 a.3\n> stop a.1 w\n> stop a.2 w\n> stop a.3 w\n"
                      "> failed a.3 " STALLED " (tried 3 times)\n"
                      "20000 open?\n> 0\n"
                      "20100 open b\n"    //  there is no slot that they do not hold
                      "20200 fail w a.2 bad\n> give b.1 w\n"},
        {"a time limit ends it", "0 open a 0 0 5000\n0 ready w 1\n> give a.1 w\n"
                                 "3000 beat w a.1+1\n"
                                 "5000 tick\n> stop a.1 w\n> failed a.1 " TOO_LONG "\n"
                                 "5000 open?\n> 0\n5100 cancel a\n> not open\n"
                                 "5200 reopen a.1\n"    //  while it still holds the slot
                                 "5300 fail w a.1 bad\n> give a.2 w\n"},
        {"that counts on over a restart, once the worker could have said that it is done",
         "0 restore a.1 w 0 0 5000 3000\n1000 ready w 1 a.1\n2000 tick\n3000 beat w a.1+1\n"
         "5000 tick\n> stop a.1 w\n> failed a.1 " TOO_LONG "\n"},
        {"what was done while the broker was away is done",
         "0 restore a.1 w 0 0 5000 3000\n3000 ready w 1 a.1\n3100 tick\n3200 result w a.1\n> accepted\n"},
        {"its worker is waited for first", "0 restore a.1 w 0 0 5000 3000\n4500 tick\n"
                                           "5000 ready w 1 a.1\n5100 result w a.1\n> accepted\n"},
        {"a heartbeat may have left before it was stopped",
         "0 open a 0 5000\n0 ready w 1\n> give a.1 w\n4900 beat w a.1\n"
         "5000 beat w a.1\n> stop a.1 w\n> queued a.1\n5100 open b\n"
         "5999 beat w\n6000 beat w\n> give a.2 w\n"},
        {"each attempt gets on for itself", "0 open a 0 5000\n0 ready w 1\n> give a.1 w\n"
                                            "100 beat w a.1+5\n"
                                            "200 fail w a.1 returned\n> queued a.1\n> give a.2 w\n"
                                            "3000 beat w a.2+5\n6000 beat w a.2+5\n7999 beat w a.2+5\n"
                                            "8000 beat w a.2+5\n> stop a.2 w\n> queued a.2\n"},
        {"the worker dies with what was taken from it", "0 open a 0 5000\n0 ready w 1\n> give a.1 w\n"
                                                        "4000 beat w a.1\n"
                                                        "5000 beat w a.1\n> stop a.1 w\n> queued a.1\n"
                                                        "9000 ready v 1\n> gone w\n> give a.2 v\n"
                                                        "8100 fail v a.2 again\n> queued a.2\n"},
        {"who was cancelled is not taken away", "0 open a 0 5000\n0 ready w 1\n> give a.1 w\n"
                                                "3000 beat w a.1\n"
                                                "4500 cancel a\n> cancelled\n> stop a.1 w\n"
                                                "5000 tick\n"
                                                "6000 beat w a.1\n> stop a.1 w\n"
                                                "6100 open b\n"
                                                "7000 beat w\n> give b.1 w\n"},
    };
    PLAY_ALL (SCENES);
}

Test (dispatcher, after_a_restart_unknown_workers_hold_their_jobs_for_a_while)
{
    static const struct scene SCENES[] = {
        {"the worker comes back with it", "0 restore a.1 w 0\n"
                                          "7000 ready w 1 a.1\n"
                                          "9000 beat w a.1\n"
                                          "9100 result w a.1\n> accepted\n"},
        {"the worker comes back without it", "0 restore a.1 w 0\n"
                                             "1000 ready w 1\n"
                                             "4000 beat w\n"
                                             "7000 beat w\n"
                                             "8000 beat w\n> queued a.1\n"
                                             "9000 beat w\n> give a.2 w\n"},
        {"one of two is done before it comes back", "0 restore a.1 w 0\n0 restore b.1 w 0\n"
                                                    "100 result w a.1\n> accepted\n"
                                                    "200 ready w 2 b.1\n300 result w b.1\n> accepted\n"},
        {"it says goodbye at once", "0 restore a.1 w 0\n"
                                    "100 bye w\n> gone w\n> queued a.1\n"
                                    "200 ready v 1\n> give a.2 v\n"},
        {"cancelled before it comes back", "0 restore a.1 w 0\n"
                                           "100 cancel a\n> cancelled\n> stop a.1 w\n"
                                           "200 ready w 1 a.1\n> stop a.1 w\n"
                                           "300 fail w a.1 bad\n"
                                           "300 open?\n> 0\n"},
    };
    PLAY_ALL (SCENES);
}

Test (dispatcher, a_hundred_thousand_queued_jobs_leave_in_order)
{
    enum { JOBS = 100000 };
    dispatcher_t *dispatcher = dispatcher_new (PLAY_ATTEMPTS);
    struct ready ready = {.worker = "w", .slots = 1};
    struct action action;
    for (uint64_t i = 0; i < JOBS; i++) {
        char job[ID_BYTES];
        snprintf (job, sizeof job, "%06d", (int) i);
        struct opening opening = {.job = job, .priority = (int64_t) (i % 7), .sequence = i};
        cr_assert_eq (dispatcher_open (dispatcher, &opening, 0, 0), DMH_OK);
    }
    cr_assert_eq (dispatcher_open_count (dispatcher), JOBS);
    cr_assert_eq (dispatcher_ready (dispatcher, &ready, 0), DMH_OK);
    int priority = 6, last = -1;
    for (size_t i = 0; i < JOBS; i++) {
        dispatcher_tick (dispatcher, 0);
        cr_assert (dispatcher_action (dispatcher, &action));
        cr_assert_eq (action.sort, ACTION_GIVE);
        int job = atoi (action.job);
        if (job % 7 != priority) {
            priority--;
            last = -1;
        }
        cr_assert_eq (job % 7, priority, "%s came out of turn", action.job);
        cr_assert_gt (job, last, "%s came out of order", action.job);
        last = job;
        cr_assert (dispatcher_result (dispatcher, "w", action.job, 1, 0));
    }
    cr_assert_eq (dispatcher_open_count (dispatcher), 0);
    cr_assert_eq (priority, 0);
    dispatcher_destroy (&dispatcher);
    cr_assert_null (dispatcher);
    dispatcher_destroy (&dispatcher);
}
