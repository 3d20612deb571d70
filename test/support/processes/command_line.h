//  command_line.h: for tests: dmh called as its users call it, in a workplace of the test's own, and what it
//  said.
#ifndef DMH_TEST_SUPPORT_COMMAND_LINE_H
#define DMH_TEST_SUPPORT_COMMAND_LINE_H

#include "test/support/processes/workplace.h"

#include <sys/types.h>

//  Six lines of patients: of 5 records 2 are written, 1 is a duplicate, 1 a conflict, 1 rejected.
extern const char COMMAND_LINE_PATIENTS[];

//  What one call said.
struct command_result {
    int status;    //  its exit code; -1 when it did not exit
    char *out, *err;
};

//  Starts a program of $DMH_BUILD in the place's folder with `words` (ended by NULL) as arguments, standard
//  input from `in` (NULL: nothing), outputs to <log>.out and <log>.err there. The test fails when it cannot
//  be started.
pid_t command_line_program (const struct workplace *place, const char *program, const char *log,
                            const char *in, const char *const *words);

//  dmh, with its outputs in call.out and call.err, which the next call writes anew.
pid_t command_line_start (const struct workplace *place, const char *const *words, const char *in);

//  Waits for a command_line_start's end.
struct command_result command_line_end (const struct workplace *place, pid_t child);
void command_result_clear (struct command_result *said);

//  Both in one.
struct command_result command_line_run (const struct workplace *place, const char *in,
                                        const char *const *words);
#define CALL(PLACE, ...) command_line_run (PLACE, NULL, (const char *const[]){__VA_ARGS__, NULL})

//  The call ended with `status`, and its outputs hold these parts (NULL: anything). Forgets it.
void command_line_expect (struct command_result said, int status, const char *on_out, const char *on_err);

//  Whether this build has that program: dmh-bridge is built where its libraries are.
bool command_line_has (const char *program);

//  A text file in the place's folder.
void command_line_write (const struct workplace *place, const char *name, const char *text);

#endif
