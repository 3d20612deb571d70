//  kubernetes_pods.c: see kubernetes_pods.h.
#include "test/support/hosts/kubernetes_pods.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { WORDS_MAX = 40, WORD_BYTES_MOST = 512, MOUNTS_MAX = 8 };

//  A volume in a container: where it is mounted, and where it is here.
struct mount {
    const char *path;
    char here[400];
};

static const struct json_value *s_under (const struct json_value *of, const char *first, const char *second)
{
    return json_value_member (json_value_member (of, first), second);
}

static const char *s_name (const struct json_value *object)
{
    return json_value_string (s_under (object, "metadata", "name"));
}

struct kubernetes_object *kubernetes_find (struct kubernetes_object all[KUBERNETES_PODS_MAX],
                                           const char *name)
{
    for (size_t i = 0; i < KUBERNETES_PODS_MAX; i++)
        if (*all[i].name && strcmp (all[i].name, name) == 0)
            return &all[i];
    return NULL;
}

bool kubernetes_add (struct kubernetes_pods *self, struct kubernetes_object all[KUBERNETES_PODS_MAX],
                     struct json_value *text)
{
    const char *name = s_name (text);
    if (!name || strlen (name) >= KUBERNETES_NAME_BYTES || kubernetes_find (all, name))
        return false;
    for (size_t i = 0; i < KUBERNETES_PODS_MAX; i++) {
        if (*all[i].name)
            continue;
        all[i] = (struct kubernetes_object){.text = text, .uid = ++self->made, .status = -1};
        snprintf (all[i].name, sizeof all[i].name, "%s", name);
        return true;
    }
    return false;
}

static void s_forget (struct kubernetes_object *object)
{
    json_value_destroy (&object->text);
    *object = (struct kubernetes_object){.name = ""};
}

//  Those that name the pod's uid as their owner's.
static void s_collect_secrets (struct kubernetes_pods *self, const struct kubernetes_object *pod)
{
    char uid[32];
    snprintf (uid, sizeof uid, "uid-%u", pod->uid);
    for (size_t i = 0; i < KUBERNETES_PODS_MAX; i++) {
        const struct json_value *owners = s_under (self->secrets[i].text, "metadata", "ownerReferences");
        const char *owner = owners ? json_value_string (json_value_member (owners->first, "uid")) : NULL;
        if (owner && strcmp (owner, uid) == 0)
            s_forget (&self->secrets[i]);
    }
}

static void s_look_after (struct kubernetes_pods *self, struct kubernetes_object *pod)
{
    int status;
    if (pod->pid > 0 && pod->status < 0 && waitpid (pod->pid, &status, WNOHANG) == pod->pid)
        pod->status = WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
    if (!pod->leaves || (pod->pid > 0 && pod->status < 0))
        return;
    s_collect_secrets (self, pod);
    s_forget (pod);
}

bool kubernetes_delete (struct kubernetes_pods *self, bool pod, const char *name)
{
    struct kubernetes_object *object = kubernetes_find (pod ? self->pods : self->secrets, name);
    if (!object)
        return false;
    if (pod) {
        object->leaves = true;
        if (object->pid > 0 && object->status < 0)
            kill (object->pid, SIGTERM);
        s_look_after (self, object);
    } else
        s_forget (object);
    return true;
}

//  The Secret's members as files, as its owner alone reads them.
static bool s_write_secret (struct kubernetes_pods *self, const char *name, const char *here)
{
    const struct kubernetes_object *secret = name ? kubernetes_find (self->secrets, name) : NULL;
    const struct json_value *data = secret ? json_value_member (secret->text, "stringData") : NULL;
    for (const struct json_value *one = data ? data->first : NULL; one; one = one->next) {
        char path[600];
        snprintf (path, sizeof path, "%s/%s", here, one->key);
        FILE *file = fopen (path, "w");
        if (!file)
            return false;
        fputs (one->text, file);
        fclose (file);
        chmod (path, 0400);
    }
    return data != NULL;
}

static const struct json_value *s_volume (const struct json_value *spec, const char *name)
{
    const struct json_value *volumes = json_value_member (spec, "volumes");
    for (const struct json_value *one = volumes ? volumes->first : NULL; one; one = one->next)
        if (strcmp (json_value_string (json_value_member (one, "name")), name) == 0)
            return one;
    return NULL;
}

//  false: one of the volumes is not there (yet).
static bool s_mount_all (struct kubernetes_pods *self, const struct kubernetes_object *pod,
                         const struct json_value *container, struct mount mounts[MOUNTS_MAX + 1])
{
    const struct json_value *all = json_value_member (container, "volumeMounts");
    char folder[330];
    size_t count = 0;
    snprintf (folder, sizeof folder, "%s/%s", self->place->folder, pod->name);
    mkdir (folder, 0700);
    for (const struct json_value *one = all ? all->first : NULL; one && count < MOUNTS_MAX; one = one->next) {
        const char *name = json_value_string (json_value_member (one, "name"));
        const struct json_value *volume = s_volume (json_value_member (pod->text, "spec"), name),
                                *secret = json_value_member (volume, "secret");
        mounts[count].path = json_value_string (json_value_member (one, "mountPath"));
        snprintf (mounts[count].here, sizeof mounts[count].here, "%s/%.60s", folder, name);
        mkdir (mounts[count].here, 0700);
        if (!volume ||
            (secret && !s_write_secret (self, json_value_string (json_value_member (secret, "secretName")),
                                        mounts[count].here)))
            return false;
        count++;
    }
    mounts[count].path = NULL;
    return true;
}

//  A word of the command line, with a mounted path as it is here.
static void s_word (const char *word, const struct mount *mounts, char out[WORD_BYTES_MOST])
{
    snprintf (out, WORD_BYTES_MOST, "%s", word);
    for (; mounts->path; mounts++)
        if (strncmp (word, mounts->path, strlen (mounts->path)) == 0)
            snprintf (out, WORD_BYTES_MOST, "%s%s", mounts->here, word + strlen (mounts->path));
}

static void s_start (struct kubernetes_pods *self, struct kubernetes_object *pod)
{
    static char words[WORDS_MAX][WORD_BYTES_MOST];
    const char *argv[WORDS_MAX + 1];
    struct mount mounts[MOUNTS_MAX + 1];
    char log[80];
    size_t count = 0;
    const struct json_value *containers = s_under (pod->text, "spec", "containers"),
                            *container = containers ? containers->first : NULL;
    if (!container || !s_mount_all (self, pod, container, mounts))
        return;
    static const char *const LISTS[] = {"command", "args"};
    for (size_t i = 0; i < 2; i++) {
        const struct json_value *list = json_value_member (container, LISTS[i]);
        for (const struct json_value *one = list ? list->first : NULL; one && count < WORDS_MAX;
             one = one->next) {
            s_word (one->text, mounts, words[count]);
            argv[count] = words[count];
            count++;
        }
    }
    argv[count] = NULL;
    snprintf (log, sizeof log, "%s.pod", pod->name);
    pod->pid = process_start (self->place, log, argv);
}

void kubernetes_pods_go_on (struct kubernetes_pods *self)
{
    for (size_t i = 0; i < KUBERNETES_PODS_MAX; i++) {
        struct kubernetes_object *pod = &self->pods[i];
        if (*pod->name && pod->pid == 0 && !pod->leaves && !self->unschedulable && !self->waiting)
            s_start (self, pod);
        if (*pod->name)
            s_look_after (self, pod);
    }
}

void kubernetes_pods_end (struct kubernetes_pods *self)
{
    for (size_t i = 0; i < KUBERNETES_PODS_MAX; i++) {
        if (*self->pods[i].name && self->pods[i].pid > 0 && self->pods[i].status < 0) {
            kill (self->pods[i].pid, SIGKILL);
            waitpid (self->pods[i].pid, NULL, 0);
        }
        s_forget (&self->pods[i]);
        s_forget (&self->secrets[i]);
    }
}

static void s_state_write (const struct kubernetes_pods *self, const struct kubernetes_object *pod,
                           json_writer_t *to)
{
    json_writer_object (to, "state");
    if (pod->pid == 0) {
        json_writer_object (to, "waiting");
        json_writer_string (to, "reason", self->waiting ? self->waiting : "ContainerCreating");
        if (self->waiting && self->message)
            json_writer_string (to, "message", self->message);
    } else if (pod->status < 0)
        json_writer_object (to, "running");
    else {
        json_writer_object (to, "terminated");
        json_writer_string (to, "reason", pod->status ? "Error" : "Completed");
        json_writer_number (to, "exitCode", (uint64_t) pod->status);
    }
    json_writer_close (to);
    json_writer_close (to);
}

static void s_status_write (const struct kubernetes_pods *self, const struct kubernetes_object *pod,
                            json_writer_t *to)
{
    json_writer_object (to, "status");
    json_writer_string (to, "phase",
                        pod->pid == 0      ? "Pending"
                        : pod->status < 0  ? "Running"
                        : pod->status == 0 ? "Succeeded"
                                           : "Failed");
    json_writer_array (to, "conditions");
    json_writer_object (to, NULL);
    json_writer_string (to, "type", "PodScheduled");
    json_writer_string (to, "status", self->unschedulable ? "False" : "True");
    if (self->unschedulable) {
        json_writer_string (to, "reason", "Unschedulable");
        json_writer_string (to, "message", self->unschedulable);
    }
    json_writer_close (to);
    json_writer_close (to);
    if (!self->unschedulable) {
        json_writer_array (to, "containerStatuses");
        json_writer_object (to, NULL);
        json_writer_string (to, "name", "worker");
        s_state_write (self, pod, to);
        json_writer_close (to);
        json_writer_close (to);
    }
    json_writer_close (to);
}

void kubernetes_pod_write (const struct kubernetes_pods *self, const struct kubernetes_object *pod,
                           json_writer_t *to, const char *key)
{
    char uid[32];
    snprintf (uid, sizeof uid, "uid-%u", pod->uid);
    json_writer_object (to, key);
    json_writer_string (to, "kind", "Pod");
    json_writer_object (to, "metadata");
    json_writer_string (to, "name", pod->name);
    json_writer_string (to, "uid", uid);
    json_writer_close (to);
    s_status_write (self, pod, to);
    json_writer_close (to);
}
