//  failing_calls.c: see failing_calls.h.
#include "test/support/stores/failing_calls.h"

#include "worker/text/text.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <unistd.h>

static const char *const FILES[] = {"records.csv", "records.ndjson", "rejects.csv", "audit.ndjson",
                                    "datapackage.json"};

void failing_calls_wrong (struct failing_calls *self, const char *format, ...)
{
    va_list args;
    va_start (args, format);
    fprintf (stderr, "WRONG: %s, %s %ld: ", self->who, self->kind, self->at);
    vfprintf (stderr, format, args);
    fputc ('\n', stderr);
    va_end (args);
    self->wrong++;
}

void failing_calls_arm (const struct failing_calls *self)
{
    char path[1024], mark[512], digits[24];
    snprintf (path, sizeof path, "%s/fail_nth.so", getenv ("DMH_BUILD"));
    snprintf (mark, sizeof mark, "%s/mark", self->place.folder);
    snprintf (digits, sizeof digits, "%ld", self->at);
    unlink (mark);
    setenv ("DMH_FAIL_KIND", self->kind, 1);
    setenv ("DMH_FAIL_AT", digits, 1);
    setenv ("DMH_FAIL_HOW", self->how ? self->how : "once", 1);
    setenv ("DMH_FAIL_MARK", mark, 1);
    setenv ("LD_PRELOAD", path, 1);
}

void failing_calls_disarm (void)
{
    unsetenv ("LD_PRELOAD");
}

bool failing_calls_struck (struct failing_calls *self)
{
    char *text = workplace_read (self->place.folder, "mark", NULL);
    if (self->at == 0)
        self->calls = text ? strtol (text, NULL, 10) : 0;
    free (text);
    return text != NULL && self->at > 0;
}

void failing_calls_remove (const struct failing_calls *self, const char *name)
{
    char command[600];
    snprintf (command, sizeof command, "rm -rf '%s/%s'", self->place.folder, name);
    cr_assert_eq (system (command), 0);
}

void failing_calls_argv (const struct failing_calls *self, const char *argv[2 * FAILING_CALLS_WORDS + 1],
                         const char *const *words, const char *const *more)
{
    size_t n = 0;
    for (; *words && n < FAILING_CALLS_WORDS; words++)
        argv[n++] = *words;
    for (const char *const *word = self->job->words; *word; word++)
        argv[n++] = *word;
    for (; more && *more && n < 2 * FAILING_CALLS_WORDS; more++)
        argv[n++] = *more;
    argv[n] = NULL;
}

//  The part of a report that is the same whenever and wherever it was made.
static struct text s_lasting (const char *report)
{
    const char *from = report ? strstr (report, "\"input\": {") : NULL;
    const char *to = from ? strstr (from, "\"timing\": {") : NULL;
    return to ? (struct text){from, (size_t) (to - from)} : (struct text){NULL, 0};
}

//  A joined table without an input that failed says so, and the command has failed.
static bool s_leaves_out (const char *ours)
{
    char *report = workplace_read (ours, "report.json", NULL);
    bool leaves = report && strstr (report, "\"left_out\"");
    free (report);
    return leaves;
}

static void s_judge_one (struct failing_calls *self, const char *ours, const char *base)
{
    for (size_t k = 0; k < sizeof FILES / sizeof *FILES; k++) {
        size_t n = 0, base_n = 0;
        char *text = workplace_read (ours, FILES[k], &n), *right = workplace_read (base, FILES[k], &base_n);
        if (!text != !right || n != base_n || (text && memcmp (text, right, n) != 0))
            failing_calls_wrong (self, "%s/%s is another one", ours, FILES[k]);
        free (text);
        free (right);
    }
    char *report = workplace_read (ours, "report.json", NULL),
         *right = workplace_read (base, "report.json", NULL);
    struct text lasting = s_lasting (report), other = s_lasting (right);
    if (!lasting.n || lasting.n != other.n || memcmp (lasting.at, other.at, other.n) != 0)
        failing_calls_wrong (self, "%s/report.json is another one", ours);
    free (report);
    free (right);
}

void failing_calls_check (struct failing_calls *self, const char *folder, bool all)
{
    for (size_t i = 0; i < FAILING_CALLS_RESULTS && self->job->results[i]; i++) {
        char ours[600], base[600];
        snprintf (ours, sizeof ours, "%s/%s/%s", self->place.folder, folder, self->job->results[i]);
        snprintf (base, sizeof base, "%s/base/%s", self->place.folder, self->job->results[i]);
        if (access (ours, F_OK) == 0 && !all && s_leaves_out (ours))
            continue;
        if (access (ours, F_OK) == 0)
            s_judge_one (self, ours, base);
        else if (all)
            failing_calls_wrong (self, "no result %s/%s", folder, self->job->results[i]);
    }
}

static void s_open (struct failing_calls *self)
{
    static const char *const RUN[] = {"dmh", "run", "--quiet", "-o", "base", NULL};
    const char *argv[2 * FAILING_CALLS_WORDS + 1];
    workplace_make (&self->place);
    for (const struct failing_calls_file *file = self->job->files; file->name; file++)
        workplace_write (&self->place, file->name, file->text, strlen (file->text));
    failing_calls_argv (self, argv, RUN, NULL);
    char *text = NULL;
    cr_assert_eq (process_run (&self->place, argv, &text), 0, "%s", text);
    free (text);
}

//  Every `step`-th run from `first` on, and on behind the last call where they are `all`, as not every run
//  has as many; how many were wrong.
static unsigned s_runs (struct failing_calls self, failing_calls_run *run, long few, long first, long step)
{
    s_open (&self);
    self.at = 0;
    run (&self);
    if (self.calls <= 0)
        failing_calls_wrong (&self, "there is no such call");
    bool all = few == 0;
    if (!all) {
        step = self.calls <= few ? 1 : self.calls / few;
        first = step == 1 ? 1 : 1 + (long) getpid () % step;
    }
    for (self.at = first; (all || self.at <= self.calls) && self.calls; self.at += step)
        if (!run (&self) && self.at > self.calls)
            break;
    if (self.wrong == 0)    //  else somebody wants to look
        workplace_remove (&self.place);
    return self.wrong;
}

long failing_calls_shards (long most)
{
    const char *fault = getenv ("DMH_FAULT");
    return fault && strcmp (fault, "all") == 0 ? most : 1;
}

void failing_calls_each (const struct failing_calls_job *job, const char *who, const char *kind,
                         failing_calls_run *run, long few, long shard, long shards)
{
    struct failing_calls self = {.job = job, .who = who, .kind = kind};
    bool all = failing_calls_shards (2) > 1;
    if (FAILING_CALLS_CAN)
        cr_assert_eq (s_runs (self, run, all ? 0 : few, shard + 1, shards), 0, "see above");
    else
        printf ("SKIP: a sanitizer has an allocator of its own\n");
}
