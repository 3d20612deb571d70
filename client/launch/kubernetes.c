//  kubernetes.c: workers as pods of a Kubernetes cluster, a pod each, which its API server is asked for by
//  HTTPS. A worker's key is a Secret that its pod owns, so that whoever removes the pod removes it. A pod is
//  never started again: who scales starts another.
#include "client/launch/kubernetes/api.h"
#include "client/launch/kubernetes/login.h"
#include "client/launch/kubernetes/pod_sight.h"
#include "client/launch/kubernetes/pod_text.h"
#include "client/launch/log_tail.h"
#include "messages/base/narrow.h"
#include "messages/keys/key_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 2048, DOING_BYTES = 96, PAGE_PODS = 250, LOG_LINES = 40, LOG_BYTES = 16384 };

//  Of a namespace all that was launched.
static const char ALL_PODS[] = "/pods?labelSelector=app.kubernetes.io%2Fmanaged-by%3Ddmh";

//  The cluster that a worker was launched on: `host` is CONTEXT/NAMESPACE, or the namespace alone in a pod.
static int s_open (struct kube_api *api, const struct launched *worker, struct error *error)
{
    char context[NAME_BYTES];
    const char *slash = strrchr (worker->host, '/'), *space = slash ? slash + 1 : worker->host;
    snprintf (context, sizeof context, "%.*s", slash ? NARROW (int, slash - worker->host) : 0, worker->host);
    return kube_api_open (api, worker->reach, slash ? context : NULL, space, error);
}

static int s_open_plan (struct kube_api *api, const struct launch_plan *plan, struct error *error)
{
    if (!plan->image)
        return error_set (error, DMH_USAGE,
                          "--on kubernetes needs --image IMAGE, which has dmh-worker (deploy/Dockerfile)");
    return kube_api_open (api, plan->kubeconfig, plan->context, plan->space, error);
}

//  `end` stands behind the kind: "?dryRun=All", "/NAME", or nothing. DMH_CONFLICT: there is one of that name.
static int s_create (struct kube_api *api, const char *kind, const char *end, const char *worker,
                     const json_writer_t *text, struct json_value **made, struct error *error)
{
    char path[128], doing[DOING_BYTES];
    size_t n;
    const char *body = json_writer_text (text, &n);
    bool secret = strcmp (kind, "secrets") == 0;
    snprintf (path, sizeof path, "/%s%s", kind, end);
    snprintf (doing, sizeof doing, "create the %s %s", secret ? "Secret" : "pod", worker);
    const struct kube_request request = {
        .method = "POST", .path = path, .doing = doing, .body = body, .body_bytes = n, .secret = secret};
    return kube_api_call (api, &request, made, error);
}

static int s_get_pod (struct kube_api *api, const char *worker, struct json_value **pod, struct error *error)
{
    char path[128], doing[DOING_BYTES];
    snprintf (path, sizeof path, "/pods/%s", worker);
    snprintf (doing, sizeof doing, "read the pod %s", worker);
    return kube_api_call (api, &(struct kube_request){.method = "GET", .path = path, .doing = doing}, pod,
                          error);
}

static json_writer_t *s_secret (const char *worker, const char *uid, struct error *error)
{
    char path[LAUNCHED_PATH_BYTES], key[KEY_FILE_BYTES_MAX + 1];
    struct key_file_access access;
    size_t n = 0;
    json_writer_t *text = NULL;
    if (key_file_read (launched_path (worker, ".key", path), key, &n, &access, error) != DMH_OK)
        return NULL;
    key[n <= KEY_FILE_BYTES_MAX ? n : 0] = 0;
    text = pod_secret_new (worker, key, uid);
    explicit_bzero (key, sizeof key);
    if (!text)
        error_set (error, DMH_INTERNAL, "out of memory");
    return text;
}

//  As if, with the API server's own checks: rights, quotas, what the namespace takes. A webhook that does not
//  play along says nothing about the launch.
static int s_try (struct kube_api *api, const struct launch_plan *plan, struct error *error)
{
    static const char NAME[] = "dmh-worker-as-if", DRY[] = "?dryRun=All";
    json_writer_t *texts[2] = {NULL, NULL};
    int rc = pod_text_new (plan, NAME, &texts[0], error);
    if (rc == DMH_OK && plan->server_key) {
        texts[1] = pod_secret_new (NAME, "", NULL);
        rc = texts[1] ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    }
    for (size_t i = 0; rc == DMH_OK && i < 2; i++)
        if (texts[i])
            rc = s_create (api, i ? "secrets" : "pods", DRY, NAME, texts[i], NULL, error);
    if (rc == DMH_USAGE && error && (strstr (error->text, "dry run") || strstr (error->text, "dryRun")))
        rc = DMH_OK;
    json_writer_destroy (&texts[0]);
    json_writer_destroy (&texts[1]);
    return rc;
}

static int s_check (const struct launch_plan *plan, size_t count, struct error *error)
{
    struct kube_api api;
    (void) count;
    int rc = s_open_plan (&api, plan, error);
    if (rc != DMH_OK)
        return rc;
    rc = s_try (&api, plan, error);
    kube_api_close (&api);
    return rc;
}

//  A pod of that name that is there when it was asked for twice is the one of the first time; its launch's
//  name is chance.
static int s_start_pod (struct kube_api *api, const struct launch_plan *plan, struct launched *worker,
                        char uid[64], struct error *error)
{
    json_writer_t *text = NULL;
    struct json_value *pod = NULL;
    int rc = pod_text_new (plan, worker->name, &text, error);
    if (rc == DMH_OK)
        rc = s_create (api, "pods", "", worker->name, text, &pod, error);
    if (rc == DMH_CONFLICT && api->again)
        rc = s_get_pod (api, worker->name, &pod, error);
    json_writer_destroy (&text);
    if (rc == DMH_OK) {
        const char *said = json_value_string (json_value_member (json_value_member (pod, "metadata"), "uid"));
        snprintf (uid, 64, "%s", said ? said : "");
        snprintf (worker->place, sizeof worker->place, "%s", worker->name);
    }
    json_value_destroy (&pod);
    return rc;
}

//  The pod waits for its Secret, and does not outlive it as a Secret of nobody.
static int s_start_one (struct kube_api *api, const struct launch_plan *plan, struct launched *worker,
                        struct error *error)
{
    char uid[64];
    int rc = s_start_pod (api, plan, worker, uid, error);
    if (rc != DMH_OK || !plan->server_key)
        return rc;
    json_writer_t *text = s_secret (worker->name, *uid ? uid : NULL, error);
    rc = text ? s_create (api, "secrets", "", worker->name, text, NULL, error) : DMH_IO;
    if (rc == DMH_CONFLICT && api->again)
        rc = DMH_OK;
    json_writer_destroy (&text);
    return rc;
}

//  Where they are is noted before anything is started: whatever becomes of this dmh, what is there is found.
static int s_start (const struct launch_plan *plan, struct launched *workers, size_t count,
                    struct error *error)
{
    struct kube_api api;
    int rc = s_open_plan (&api, plan, error);
    if (rc != DMH_OK)
        return rc;
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        snprintf (workers[i].host, sizeof workers[i].host, "%s%s%s", api.access.context,
                  *api.access.context ? "/" : "", api.access.space);
        rc = kube_login_files (plan->kubeconfig, workers[i].reach, error);
        if (rc == DMH_OK)
            rc = launched_note (&workers[i], error);
    }
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        rc = s_start_one (&api, plan, &workers[i], error);
    kube_api_close (&api);
    return rc;
}

//  A page of pods: those of `workers` that are of this host and have one are seen. `*next`: where it goes on,
//  malloc'd; NULL: nowhere.
static int s_see_page (struct kube_api *api, const struct launched *workers, size_t count, const char *host,
                       struct engine_sight *sights, char **next, struct error *error)
{
    char path[PATH_BYTES];
    struct json_value *page = NULL;
    int n = snprintf (path, sizeof path, "%s&limit=%d%s%s", ALL_PODS, PAGE_PODS, *next ? "&continue=" : "",
                      *next ? *next : "");
    free (*next);
    *next = NULL;
    if (n >= PATH_BYTES)
        return error_set (error, DMH_UNAVAILABLE,
                          "Kubernetes lists pods in pages that it does not name well");
    int rc = kube_api_call (
        api, &(struct kube_request){.method = "GET", .path = path, .doing = "list the pods of workers"},
        &page, error);
    const struct json_value *items = json_value_member (page, "items");
    for (const struct json_value *pod = json_value_is (items, JSON_ARRAY) ? items->first : NULL; pod;
         pod = pod->next) {
        const char *name = pod_name (pod);
        for (size_t i = 0; name && i < count; i++)
            if (strcmp (workers[i].name, name) == 0 && strcmp (workers[i].host, host) == 0)
                sights[i] = pod_sight (pod);
    }
    const char *more =
        json_value_string (json_value_member (json_value_member (page, "metadata"), "continue"));
    if (rc == DMH_OK && more && *more)
        *next = http_escape (more);
    json_value_destroy (&page);
    return rc;
}

//  One alone is asked for by its name.
static int s_see_one (struct kube_api *api, const struct launched *worker, struct engine_sight *sight,
                      struct error *error)
{
    struct json_value *pod = NULL;
    int rc = s_get_pod (api, worker->name, &pod, error);
    if (rc == DMH_OK)
        *sight = pod_sight (pod);
    json_value_destroy (&pod);
    return rc == DMH_NOT_FOUND ? DMH_OK : rc;
}

static int s_look_at (const struct launched *workers, size_t count, size_t first, struct engine_sight *sights,
                      struct error *error)
{
    struct kube_api api;
    char *next = NULL;
    int rc = s_open (&api, &workers[first], error);
    if (rc != DMH_OK)
        return rc;
    if (count == 1)
        rc = s_see_one (&api, workers, sights, error);
    else
        do
            rc = s_see_page (&api, workers, count, workers[first].host, sights, &next, error);
        while (rc == DMH_OK && next);
    free (next);
    kube_api_close (&api);
    return rc;
}

//  One cluster and namespace after the other; one that is away says nothing of the others.
static int s_look (const struct launched *workers, size_t count, struct engine_sight *sights,
                   struct error *error)
{
    int rc = DMH_OK;
    for (size_t i = 0; i < count; i++)
        sights[i] = (struct engine_sight){.state = ENGINE_GONE};
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        bool seen = !*workers[i].host;    //  it was never started
        for (size_t k = 0; k < i && !seen; k++)
            seen = strcmp (workers[k].host, workers[i].host) == 0;
        if (seen)
            continue;
        rc = s_look_at (workers, count, i, sights, error);
        bool away = rc == DMH_UNAVAILABLE;
        for (size_t k = i; away && k < count; k++)
            if (strcmp (workers[k].host, workers[i].host) == 0)
                sights[k].state = ENGINE_UNKNOWN;
        rc = away ? DMH_OK : rc;
    }
    return rc;
}

static int s_remove (struct kube_api *api, const char *kind, const char *name, struct error *error)
{
    char path[128], doing[DOING_BYTES];
    snprintf (path, sizeof path, "/%s/%s", kind, name);
    snprintf (doing, sizeof doing, "delete the %s %s", strcmp (kind, "pods") == 0 ? "pod" : "Secret", name);
    int rc = kube_api_call (api, &(struct kube_request){.method = "DELETE", .path = path, .doing = doing},
                            NULL, error);
    return rc == DMH_NOT_FOUND ? DMH_OK : rc;
}

static int s_end (const struct launched *worker, struct error *error)
{
    struct kube_api api;
    if (!*worker->host)
        return DMH_OK;
    int rc = s_open (&api, worker, error);
    if (rc == DMH_OK) {
        rc = s_remove (&api, "pods", worker->name, error);
        if (rc == DMH_OK && *worker->keys)
            rc = s_remove (&api, "secrets", worker->name, error);
        kube_api_close (&api);
    }
    return rc == DMH_OK ? rc : DMH_UNAVAILABLE;
}

static void s_log (const struct launched *worker, char tail[ENGINE_TAIL_BYTES])
{
    struct kube_api api;
    char path[128], *text = calloc (1, LOG_BYTES);
    *tail = 0;
    snprintf (path, sizeof path, "/pods/%s/log?tailLines=%d&limitBytes=%d", worker->name, LOG_LINES,
              LOG_BYTES - 1);
    if (text && *worker->host && s_open (&api, worker, NULL) == DMH_OK) {
        kube_api_text (&api, path, text, LOG_BYTES);
        log_tail_of (text, strlen (text), tail);
        kube_api_close (&api);
    }
    free (text);
}

const struct engine ENGINE_KUBERNETES = {"kubernetes", true, s_check, s_start, s_look, s_end, s_log};
