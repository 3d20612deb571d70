//  pod_text.c: see pod_text.h. What a pod may do is what its work needs and no more, so that it is taken
//  where the namespace enforces the "restricted" standard.
#include "client/launch/kubernetes/pod_text.h"

#include "client/launch/worker_line.h"
#include "messages/base/narrow.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char KEY_FOLDER[] = "/run/dmh-key", RESULTS[] = "/var/lib/dmh", SCRATCH[] = "/tmp";

enum { KEY_MODE = 0440 };    //  root's, and the pod's group's

const char *pod_launch (const char *worker, char out[POD_LAUNCH_BYTES])
{
    const char *dash = strrchr (worker, '-');
    snprintf (out, POD_LAUNCH_BYTES, "%.*s", NARROW (int, dash ? (size_t) (dash - worker) : strlen (worker)),
              worker);
    return out;
}

static void s_metadata (json_writer_t *to, const char *worker, const char *uid)
{
    char launch[POD_LAUNCH_BYTES];
    json_writer_object (to, "metadata");
    json_writer_string (to, "name", worker);
    json_writer_object (to, "labels");
    json_writer_string (to, "app.kubernetes.io/name", "dmh-worker");
    json_writer_string (to, "app.kubernetes.io/component", "worker");
    json_writer_string (to, POD_LABEL_MANAGED, "dmh");
    json_writer_string (to, POD_LABEL_LAUNCH, pod_launch (worker, launch));
    json_writer_close (to);
    if (uid) {
        json_writer_array (to, "ownerReferences");
        json_writer_object (to, NULL);
        json_writer_string (to, "apiVersion", "v1");
        json_writer_string (to, "kind", "Pod");
        json_writer_string (to, "name", worker);
        json_writer_string (to, "uid", uid);
        json_writer_close (to);
        json_writer_close (to);
    }
    json_writer_close (to);
}

static void s_begin (json_writer_t *to, const char *kind, const char *worker, const char *uid)
{
    json_writer_object (to, NULL);
    json_writer_string (to, "apiVersion", "v1");
    json_writer_string (to, "kind", kind);
    s_metadata (to, worker, uid);
}

//  CPUs by threads, memory by what jobs may need together; a limit as well as a request, as a node's other
//  guests shall not pay for it.
static void s_resources (json_writer_t *to, const struct launch_plan *plan)
{
    static const char *const NAMES[] = {"requests", "limits"};
    char cpus[24], bytes[24];
    snprintf (cpus, sizeof cpus, "%" PRIu64, plan->threads);
    snprintf (bytes, sizeof bytes, "%" PRIu64, plan->memory + POD_MEMORY_BESIDE_JOBS);
    json_writer_object (to, "resources");
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        json_writer_object (to, NAMES[i]);
        json_writer_string (to, "cpu", cpus);
        if (plan->memory)
            json_writer_string (to, "memory", bytes);
        json_writer_close (to);
    }
    json_writer_close (to);
}

static void s_mount (json_writer_t *to, const char *name, const char *path, bool read_only)
{
    json_writer_object (to, NULL);
    json_writer_string (to, "name", name);
    json_writer_string (to, "mountPath", path);
    if (read_only)
        json_writer_boolean (to, "readOnly", true);
    json_writer_close (to);
}

static void s_container (json_writer_t *to, const struct launch_plan *plan, const struct worker_line *line)
{
    json_writer_array (to, "containers");
    json_writer_object (to, NULL);
    json_writer_string (to, "name", "worker");
    json_writer_string (to, "image", plan->image);
    json_writer_array (to, "command");
    json_writer_string (to, NULL, line->words[0]);
    json_writer_close (to);
    json_writer_array (to, "args");
    for (size_t i = 1; i < line->count; i++)
        json_writer_string (to, NULL, line->words[i]);
    json_writer_close (to);
    s_resources (to, plan);
    json_writer_array (to, "volumeMounts");
    s_mount (to, "results", plan->results, false);
    s_mount (to, "scratch", SCRATCH, false);
    if (plan->server_key)
        s_mount (to, "key", KEY_FOLDER, true);
    json_writer_close (to);
    json_writer_object (to, "securityContext");
    json_writer_boolean (to, "allowPrivilegeEscalation", false);
    json_writer_boolean (to, "readOnlyRootFilesystem", true);
    json_writer_object (to, "capabilities");
    json_writer_array (to, "drop");
    json_writer_string (to, NULL, "ALL");
    json_writer_close (to);
    json_writer_close (to);
    json_writer_close (to);
    json_writer_string (to, "terminationMessagePolicy", "FallbackToLogsOnError");
    json_writer_close (to);
    json_writer_close (to);
}

static void s_volumes (json_writer_t *to, const char *worker, bool has_key)
{
    static const char *const FOLDERS[] = {"results", "scratch"};
    json_writer_array (to, "volumes");
    for (size_t i = 0; i < sizeof FOLDERS / sizeof *FOLDERS; i++) {
        json_writer_object (to, NULL);
        json_writer_string (to, "name", FOLDERS[i]);
        json_writer_object (to, "emptyDir");
        json_writer_close (to);
        json_writer_close (to);
    }
    if (has_key) {
        json_writer_object (to, NULL);
        json_writer_string (to, "name", "key");
        json_writer_object (to, "secret");
        json_writer_string (to, "secretName", worker);
        json_writer_number (to, "defaultMode", KEY_MODE);
        json_writer_close (to);
        json_writer_close (to);
    }
    json_writer_close (to);
}

static void s_who (json_writer_t *to)
{
    json_writer_object (to, "securityContext");
    json_writer_boolean (to, "runAsNonRoot", true);
    json_writer_number (to, "runAsUser", POD_USER);
    json_writer_number (to, "runAsGroup", POD_USER);
    json_writer_number (to, "fsGroup", POD_USER);
    json_writer_object (to, "seccompProfile");
    json_writer_string (to, "type", "RuntimeDefault");
    json_writer_close (to);
    json_writer_close (to);
}

int pod_text_new (const struct launch_plan *plan, const char *worker, json_writer_t **out,
                  struct error *error)
{
    struct worker_line line;
    struct launch_plan there = *plan;
    size_t n;
    char key[64];
    there.results = plan->results ? plan->results : RESULTS;
    there.threads = plan->threads ? plan->threads : 1;
    snprintf (key, sizeof key, "%s/key", KEY_FOLDER);
    *out = NULL;
    int rc = worker_line_make (&line, &there, "dmh-worker", worker, plan->server_key ? key : NULL, error);
    if (rc != DMH_OK)
        return rc;
    json_writer_t *to = json_writer_new (false);
    if (!to)
        return error_set (error, DMH_INTERNAL, "out of memory");
    s_begin (to, "Pod", worker, NULL);
    json_writer_object (to, "spec");
    json_writer_string (to, "restartPolicy", "Never");
    json_writer_number (to, "terminationGracePeriodSeconds", POD_GRACE_SECONDS);
    json_writer_boolean (to, "automountServiceAccountToken", false);
    json_writer_boolean (to, "enableServiceLinks", false);
    s_who (to);
    s_container (to, &there, &line);
    s_volumes (to, worker, plan->server_key != NULL);
    json_writer_close (to);
    json_writer_close (to);
    if (!json_writer_text (to, &n)) {
        json_writer_destroy (&to);
        return error_set (error, DMH_INTERNAL, "out of memory");
    }
    *out = to;
    return DMH_OK;
}

json_writer_t *pod_secret_new (const char *worker, const char *key, const char *uid)
{
    json_writer_t *to = json_writer_new (false);
    size_t n;
    if (!to)
        return NULL;
    s_begin (to, "Secret", worker, uid);
    json_writer_string (to, "type", "Opaque");
    json_writer_boolean (to, "immutable", true);
    json_writer_object (to, "stringData");
    json_writer_string (to, "key", key);
    json_writer_close (to);
    json_writer_close (to);
    if (!json_writer_text (to, &n))
        json_writer_destroy (&to);
    return to;
}
