//  fail_nth_tables_test.c: the n-th write, fsync, rename, statement of SQL, file or allocation of a load into
//  a data set, or of a join, fails, or the process is killed there, or the disk is full from there on
//  (test/fault/fail_nth.c does it). The inputs are harmonized before, so that the calls are those of the load
//  and of the join. A data set is whole, and as before the load or as after it; a join leaves no table that
//  is not the right one; and the same command goes on to what an undisturbed one makes. DMH_FAULT=all takes
//  every n; else some of them.
#include "test/support/stores/failing_calls.h"

#include <criterion/criterion.h>
#ifndef DMH_SANITIZED
#include <criterion/parameterized.h>
#endif
#include <ctype.h>
#include <signal.h>
#include <unistd.h>

enum { FEW = 3, KILLED = 128 + SIGKILL };

//  seed.csv is there before; r1 is corrected, r2 stays in conflict, r3 repeats, r4 and r5 are new; b.csv says
//  of r4 the same and of r5 otherwise, and has other columns; c.csv is of another kind, with a record twice.
#define FILES                                                                                                \
    {                                                                                                        \
        {"seed.csv", "result_id,patient_id,test_code,value,status\n"                                         \
                     "r1,1,GLU,5,preliminary\nr2,1,GLU,6,final\nr3,2,GLU,7,final\n"},                        \
            {"a.csv", "result_id,patient_id,test_code,value,status,ward\n"                                   \
                      "r1,1,GLU,8,corrected,A\nr2,1,GLU,9,preliminary,A\nr3,2,GLU,7,final,\n"                \
                      "r4,3,GLU,4,final,B\nr5,3,GLU,3,final,B\n"},                                           \
            {"b.csv", "status,result_id,patient_id,test_code,value,device\n"                                 \
                      "final,r4,3,GLU,4,\nfinal,r5,3,GLU,2,X\nfinal,,,GLU,1,X\n"},                           \
            {"c.csv", "patient_id,city\n1,Rome\n2,Oslo\n2,Oslo\n"},                                          \
    }

static const struct failing_calls_job LOAD = {
    FILES, {"a.csv", "b.csv", "c.csv", "--skip-done", "--dataset", "set"}, {"a", "c"}};
static const struct failing_calls_job JOIN = {
    FILES, {"a.csv", "b.csv", "c.csv", "--skip-done", "--join"}, {"joined/lab_result", "joined/patient"}};

static const char *const RUN[] = {"dmh", "run", "--quiet", "-o", "out", NULL};

//  Of dmh with these words: its status; *text as process_run.
#define DMH(SELF, TEXT, ...)                                                                                 \
    process_run (&(SELF)->place, (const char *const[]){"dmh", __VA_ARGS__, NULL}, TEXT)

//  The job's command; its status.
static int s_command (const struct failing_calls *self, char **text)
{
    const char *argv[2 * FAILING_CALLS_WORDS + 1];
    failing_calls_argv (self, argv, RUN, NULL);
    return process_run (&self->place, argv, text);
}

static void s_shell (const struct failing_calls *self, const char *what)
{
    char command[1024];
    snprintf (command, sizeof command, "cd '%s' && %s", self->place.folder, what);
    cr_assert_eq (system (command), 0, "%s", command);
}

//  The folders in which each run begins: first/out has the results of the inputs, first/set (with `seeded`)
//  a data set with seed.csv.
static void s_prepare (struct failing_calls *self, bool seeded)
{
    char *text = NULL;
    cr_assert_eq (DMH (self, &text, "run", "--quiet", "-o", "out", "a.csv", "b.csv", "c.csv"), 0, "%s", text);
    free (text);
    s_shell (self, "rm -rf first set && mkdir first && mv out first");
    if (!seeded)
        return;
    cr_assert_eq (DMH (self, &text, "run", "--quiet", "-o", "of-seed", "seed.csv", "--dataset", "set"), 0,
                  "%s", text);
    free (text);
    s_shell (self, "mv set first");
}

//  The disturbed command, from the beginning. Whether the fault struck; its status and what it said.
static bool s_disturb (struct failing_calls *self, int *status, char **text)
{
    s_shell (self, "rm -rf out set && cp -a first/. .");
    failing_calls_arm (self);
    *status = s_command (self, text);
    failing_calls_disarm ();
    bool struck = failing_calls_struck (self), killed = self->how && strcmp (self->how, "kill") == 0;
    if (struck && killed ? *status != KILLED : *status > 4)
        failing_calls_wrong (self, "status %d: %s", *status, *text);
    else if (!killed && *status != 0 && (!**text || !struck))
        failing_calls_wrong (self, "status %d, said: %s", *status, *text);
    return struck;
}

//  What the set holds of each kind, as dmh dataset show says, yours to free; "" where there is none.
static char *s_kinds (struct failing_calls *self)
{
    char *text = NULL;
    int status = DMH (self, &text, "dataset", "show", "set", "--json");
    if (status != 0 && !strstr (text, "holds no data set"))
        failing_calls_wrong (self, "dataset show: status %d: %s", status, text);
    char *end = strstr (text, "{\"load\"");
    *(status != 0 ? text : end ? end : text + strlen (text)) = 0;
    return text;
}

//  The two tables of a kind in an export, its times overwritten, as they are another each run.
static char *s_table (const struct failing_calls *self, const char *to, const char *kind, const char *file)
{
    char folder[600];
    snprintf (folder, sizeof folder, "%s/%s/%s", self->place.folder, to, kind);
    char *text = workplace_read (folder, file, NULL);
    for (char *at = text; at && (at = strstr (at, ".")); at++)
        if (at - text > 19 && at[-9] == 'T' && isdigit (at[1]) && at[4] == 'Z')
            memset (at - 19, 't', 24);
    return text ? text : strdup ("(not there)");
}

static void s_export (struct failing_calls *self, const char *to)
{
    char *text = NULL;
    failing_calls_remove (self, to);
    if (DMH (self, &text, "dataset", "export", "set", "-o", to) != 0)
        failing_calls_wrong (self, "dataset export: %s", text);
    free (text);
}

//  The set is exported as the one of the undisturbed command is.
static void s_check_export (struct failing_calls *self)
{
    static const char *const TABLES[][2] = {{"lab_result", "records.csv"},
                                            {"lab_result", "history.csv"},
                                            {"patient", "records.csv"},
                                            {"patient", "history.csv"}};
    s_export (self, "export");
    for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++) {
        char *ours = s_table (self, "export", TABLES[i][0], TABLES[i][1]),
             *right = s_table (self, "right", TABLES[i][0], TABLES[i][1]);
        if (strcmp (ours, right) != 0)
            failing_calls_wrong (self, "%s/%s is\n%sand should be\n%s", TABLES[i][0], TABLES[i][1], ours,
                                 right);
        free (ours);
        free (right);
    }
}

static void s_check_whole (struct failing_calls *self)
{
    char *text = NULL;
    int status = DMH (self, &text, "dataset", "check", "set");
    if (status != 0 && !strstr (text, "holds no data set"))
        failing_calls_wrong (self, "dataset check: status %d: %s", status, text);
    free (text);
}

//  What the set holds before the load, and after an undisturbed one. The test is one process a play.
static char *s_before, *s_after;

static void s_measure (struct failing_calls *self, bool seeded)
{
    char *text = NULL;
    int status;
    s_prepare (self, seeded);
    s_shell (self, "rm -rf set && cp -a first/. .");
    free (s_before);
    free (s_after);
    s_before = s_kinds (self);
    s_disturb (self, &status, &text);
    cr_assert_eq (status, 0, "%s", text);
    free (text);
    s_after = s_kinds (self);
    cr_assert_str_neq (s_before, s_after);
    s_export (self, "right");
}

static bool s_is_full (const struct failing_calls *self)
{
    return self->how && strcmp (self->how, "on") == 0;
}

static bool s_load (struct failing_calls *self, bool seeded)
{
    char *text = NULL, *held;
    int status;
    if (self->at == 0) {
        s_measure (self, seeded);
        return false;
    }
    bool struck = s_disturb (self, &status, &text);
    s_check_whole (self);
    held = s_kinds (self);
    if (strcmp (held, s_after) != 0 && (status == 0 || strcmp (held, s_before) != 0))
        failing_calls_wrong (self, "status %d: %s; the set holds\n%sbefore\n%safter\n%s", status, text, held,
                             s_before, s_after);
    //  What comes behind the commit has no need of the disk.
    if (s_is_full (self) && status != 0 && !strstr (text, "set/dataset.") && !strstr (text, "out/batch."))
        failing_calls_wrong (self, "the set is not named: %s", text);
    free (held);
    free (text);
    if (s_command (self, &text) != 0)
        failing_calls_wrong (self, "the same again: %s", text);
    free (text);
    s_check_whole (self);
    s_check_export (self);
    return struck;
}

//  No table has its name unless it is right, and the same command makes them.
static bool s_join (struct failing_calls *self)
{
    char *text = NULL;
    int status;
    if (self->at == 0)
        s_prepare (self, false);
    bool struck = s_disturb (self, &status, &text);
    bool full = s_is_full (self);
    failing_calls_check (self, "out", status == 0);
    if (full && struck && status == 0)
        failing_calls_wrong (self, "the disk is full and the command is content");
    if (full && struck && !strstr (text, "out/joined/") && !strstr (text, "out/batch."))
        failing_calls_wrong (self, "the table is not named: %s", text);
    free (text);
    if (s_command (self, &text) != 0)
        failing_calls_wrong (self, "the same again: %s", text);
    free (text);
    failing_calls_check (self, "out", true);
    return struck;
}

//  The same where what the records say besides the common columns is more than is kept in memory.
static bool s_join_wide (struct failing_calls *self)
{
    static const char WIDE[] =
        "rm -rf base && awk 'BEGIN { print \"result_id,patient_id,test_code,value,ward\";"
        " for (i = 0; i < 4000; i++) printf \"w%d,1,GLU,5,%0700d\\n\", i, i }' > a.csv";
    static const char *const BASE[] = {"dmh", "run", "--quiet", "-o", "base", NULL};
    const char *argv[2 * FAILING_CALLS_WORDS + 1];
    if (self->at == 0) {
        char *text = NULL;
        s_shell (self, WIDE);
        failing_calls_argv (self, argv, BASE, NULL);
        cr_assert_eq (process_run (&self->place, argv, &text), 0, "%s", text);
        free (text);
    }
    return s_join (self);
}

#define HOW(NAME, HOW_, CALL)                                                                                \
    static bool NAME (struct failing_calls *self)                                                            \
    {                                                                                                        \
        self->how = HOW_;                                                                                    \
        return CALL;                                                                                         \
    }
HOW (s_first_load, "once", s_load (self, false))
HOW (s_later_load, "once", s_load (self, true))
HOW (s_killed_first_load, "kill", s_load (self, false))
HOW (s_killed_later_load, "kill", s_load (self, true))
HOW (s_full_first_load, "on", s_load (self, false))
HOW (s_full_later_load, "on", s_load (self, true))
HOW (s_killed_join, "kill", s_join (self))
HOW (s_full_join, "on", s_join (self))
HOW (s_full_wide_join, "on", s_join_wide (self))

#define LIFE(WHO, JOB, KIND, FEW_OF_IT)                                                                      \
    FAILING_CALLS_TEST (WHO##_at_the_nth_##KIND##_is_whole_and_goes_on, &JOB, #WHO, #KIND, s_##WHO, FEW_OF_IT)
LIFE (first_load, LOAD, alloc, FEW)
LIFE (first_load, LOAD, write, FEW)
LIFE (first_load, LOAD, sync, FEW)
LIFE (first_load, LOAD, rename, FEW)
LIFE (first_load, LOAD, open, FEW)
LIFE (first_load, LOAD, sql, 2 * FEW)
LIFE (later_load, LOAD, alloc, FEW)
LIFE (later_load, LOAD, write, FEW)
LIFE (later_load, LOAD, sync, FEW)
LIFE (later_load, LOAD, open, FEW)
LIFE (later_load, LOAD, sql, 2 * FEW)
LIFE (killed_first_load, LOAD, write, FEW)
LIFE (killed_first_load, LOAD, sync, FEW)
LIFE (killed_first_load, LOAD, rename, FEW)
LIFE (killed_first_load, LOAD, open, FEW)
LIFE (killed_first_load, LOAD, sql, FEW)
LIFE (killed_later_load, LOAD, write, FEW)
LIFE (killed_later_load, LOAD, sync, FEW)
LIFE (killed_later_load, LOAD, sql, FEW)
LIFE (killed_join, JOIN, write, FEW)
LIFE (killed_join, JOIN, sync, FEW)
LIFE (killed_join, JOIN, rename, FEW)
LIFE (killed_join, JOIN, open, FEW)
LIFE (full_first_load, LOAD, write, FEW)
LIFE (full_later_load, LOAD, write, FEW)
LIFE (full_join, JOIN, write, FEW)
LIFE (full_wide_join, JOIN, write, 3 * FEW)
