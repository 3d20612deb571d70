//  dmhr.c: what R calls: a worker is begun, a job taken, answered, the worker ended. R's thread alone; what
//  runs beside it never calls R.
#include "worker/r/src/handover.h"
#include "worker/r/src/keeper.h"
#include "worker/r/src/task_job.h"

#include "messages/base/log.h"
#include "messages/sockets/unix_socket.h"
#include "messages/version.h"
#include "worker/results/results_folder.h"
#include "worker/session/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define R_NO_REMAP
#include <R.h>
#include <R_ext/Rdynload.h>
#include <R_ext/Visibility.h>
#include <Rinternals.h>

enum { LOOK_MS = 200, NAME_TEXT_BYTES = 64 };

//  The one worker of this process.
static struct worker_of_r {
    bool open;
    struct handover handover;
    struct keeper keeper;
    struct access access;
    struct named_task task;
    char endpoint[URI_BYTES], folder[SOCKET_FOLDER_BYTES];
    char task_name[WORD_BYTES], name[NAME_TEXT_BYTES];
    char *results;
} s_worker;

//  A setting by its name, of a list of strings; NULL: it is not given.
static const char *s_setting (SEXP settings, const char *name)
{
    SEXP names = Rf_getAttrib (settings, R_NamesSymbol);
    for (R_xlen_t i = 0; i < Rf_xlength (settings); i++) {
        SEXP value = VECTOR_ELT (settings, i);
        if (strcmp (CHAR (STRING_ELT (names, i)), name) == 0 && Rf_isString (value) &&
            Rf_xlength (value) == 1 && STRING_ELT (value, 0) != NA_STRING)
            return CHAR (STRING_ELT (value, 0));
    }
    return NULL;
}

static void s_clear (void)
{
    keeper_close (&s_worker.keeper);
    handover_close (&s_worker.handover);
    access_clear (&s_worker.access);
    free (s_worker.results);
    s_worker.results = NULL;
    s_worker.open = false;
}

static int s_begin (SEXP settings, uint64_t drain_seconds, struct error *error)
{
    const char *broker = s_setting (settings, "broker"), *key = s_setting (settings, "key"),
               *name = s_setting (settings, "name"), *results = s_setting (settings, "results");
    char standard[URI_BYTES];
    enum log_format format;
    enum log_level level;
    *s_worker.folder = 0;
    snprintf (s_worker.endpoint, sizeof s_worker.endpoint, "%s", broker ? broker : "");
    if (!broker)
        access_broker (key, s_worker.endpoint, s_worker.folder);
    snprintf (s_worker.name, sizeof s_worker.name, "%s", name ? name : "");
    snprintf (s_worker.task_name, sizeof s_worker.task_name, "%s", s_setting (settings, "task"));
    s_worker.task = (struct named_task){s_worker.task_name, task_job};
    if (!results)
        results = results_folder_default (standard, sizeof standard);
    int rc = log_options (s_setting (settings, "log_format"), s_setting (settings, "log_level"), &format,
                          &level, error);
    if (rc == DMH_OK && *s_worker.folder)
        rc = unix_socket_check (s_worker.endpoint, error);
    if (rc == DMH_OK && *s_worker.folder)
        rc = socket_folder_make (s_worker.folder, error);
    if (rc == DMH_OK)
        rc = access_open (&(struct access_paths){.broker = s_worker.endpoint,
                                                 .key = key,
                                                 .server_key = s_setting (settings, "server_key"),
                                                 .data_root = s_setting (settings, "data_root"),
                                                 .sign_key = s_setting (settings, "sign_key")},
                          &s_worker.access, error);
    if (rc == DMH_OK)
        rc = results_folder_make (results, &s_worker.results, error);
    if (rc == DMH_OK)
        rc = handover_open (&s_worker.handover, error);
    if (rc != DMH_OK)
        return rc;
    log_open ("worker", format, level);
    task_job_serve (&s_worker.handover);
    s_worker.keeper.handover = &s_worker.handover;
    s_worker.keeper.drain_seconds = drain_seconds;
    s_worker.keeper.config = (struct session_config){.broker = s_worker.endpoint,
                                                     .name = *s_worker.name ? s_worker.name : NULL,
                                                     .results = s_worker.results,
                                                     .slots = 1,
                                                     .threads = 1,
                                                     .credential = &s_worker.access.credential,
                                                     .sign_key = s_worker.access.sign_key,
                                                     .roots = s_worker.access.roots,
                                                     .tasks = &s_worker.task,
                                                     .tasks_count = 1};
    return keeper_open (&s_worker.keeper, error);
}

static SEXP s_open (SEXP settings, SEXP drain_seconds)
{
    struct error error = {.code = DMH_OK};
    if (s_worker.open)
        Rf_error ("a worker is at work in this process already");
    double seconds = Rf_asReal (drain_seconds);
    s_worker.handover.to_r = s_worker.handover.from_r = -1;
    s_worker.keeper.ready = s_worker.keeper.stop = -1;
    int rc = s_begin (settings, seconds > 0 && seconds <= 86400 ? (uint64_t) seconds : 0, &error);
    s_worker.open = true;
    if (rc != DMH_OK) {
        s_clear ();
        Rf_error ("%s", error.text);
    }
    return R_NilValue;
}

//  What R's thread has to know of a job.
static SEXP s_told (const struct handed *handed)
{
    static const char *const NAMES[] = {"job", "out", "folders", "sources", "reference_individuals", ""};
    SEXP told = PROTECT (Rf_mkNamed (VECSXP, (const char **) (uintptr_t) NAMES));
    R_xlen_t count = (R_xlen_t) handed->count;
    SET_VECTOR_ELT (told, 0, Rf_mkString (handed->job));
    SET_VECTOR_ELT (told, 1, Rf_mkString (handed->out));
    SET_VECTOR_ELT (told, 2, Rf_allocVector (STRSXP, count));
    SET_VECTOR_ELT (told, 3, Rf_allocVector (STRSXP, count));
    for (R_xlen_t i = 0; i < count; i++) {
        SET_STRING_ELT (VECTOR_ELT (told, 2), i, Rf_mkChar (handed->tables[i].folder));
        SET_STRING_ELT (VECTOR_ELT (told, 3), i, Rf_mkCharCE (handed->tables[i].source, CE_UTF8));
    }
    SET_VECTOR_ELT (told, 4, Rf_ScalarLogical (handed->reference_individuals));
    UNPROTECT (1);
    return told;
}

//  The next job, as a list; NULL: the worker has ended. Can be interrupted.
static SEXP s_next (void)
{
    for (;;) {
        struct handed handed;
        R_CheckUserInterrupt ();
        if (!s_worker.open)
            return R_NilValue;
        switch (handover_take (&s_worker.handover, LOOK_MS, &handed)) {
        case HANDOVER_END:
            return R_NilValue;
        case HANDOVER_JOB: {
            SEXP told = PROTECT (s_told (&handed));    //  out of memory leaks it, and ends the worker
            handed_clear (&handed);
            UNPROTECT (1);
            return told;
        }
        case HANDOVER_NOTHING:
            break;
        }
    }
}

//  `message`: why it failed, NULL when it is done. Whether anybody waits for it.
static SEXP s_answer (SEXP message, SEXP records)
{
    struct handed_answer answer = {.records = 0};
    double count = Rf_asReal (records);
    if (count > 0 && count < 1e15)
        answer.records = (uint64_t) count;
    if (Rf_isString (message) && Rf_xlength (message) == 1)
        error_set (&answer.error, DMH_BAD_INPUT, "%s", Rf_translateCharUTF8 (STRING_ELT (message, 0)));
    return Rf_ScalarLogical (s_worker.open && handover_answer (&s_worker.handover, &answer));
}

//  Whether an interrupt was for the job that R did, and not for the worker.
static SEXP s_interrupted (void)
{
    return Rf_ScalarLogical (s_worker.open && handover_was_interrupted (&s_worker.handover));
}

static SEXP s_moved (void)
{
    if (s_worker.open)
        handover_moved (&s_worker.handover);
    return R_NilValue;
}

static SEXP s_close (void)
{
    if (!s_worker.open)
        return R_NilValue;
    handover_give_up (&s_worker.handover);
    s_clear ();
    return R_NilValue;
}

static SEXP s_version (void)
{
    return Rf_mkString (DMH_VERSION);
}

static const R_CallMethodDef CALLS[] = {{"worker_open", (DL_FUNC) (void (*) (void)) s_open, 2},
                                        {"worker_next", (DL_FUNC) (void (*) (void)) s_next, 0},
                                        {"worker_answer", (DL_FUNC) (void (*) (void)) s_answer, 2},
                                        {"worker_interrupted", (DL_FUNC) (void (*) (void)) s_interrupted, 0},
                                        {"worker_moved", (DL_FUNC) (void (*) (void)) s_moved, 0},
                                        {"worker_close", (DL_FUNC) (void (*) (void)) s_close, 0},
                                        {"worker_version", (DL_FUNC) (void (*) (void)) s_version, 0},
                                        {NULL, NULL, 0}};

void attribute_visible R_init_dmhr (DllInfo *info);
void attribute_visible R_init_dmhr (DllInfo *info)
{
    R_registerRoutines (info, NULL, CALLS, NULL, NULL);
    R_useDynamicSymbols (info, FALSE);
}
