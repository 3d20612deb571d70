//  pod_sight.c: see pod_sight.h.
#include "client/launch/kubernetes/pod_sight.h"

#include <stdio.h>
#include <string.h>

static const struct json_value *s_under (const struct json_value *of, const char *outer, const char *inner)
{
    return json_value_member (json_value_member (of, outer), inner);
}

static bool s_says (const struct json_value *of, const char *member, const char *text)
{
    const char *said = json_value_string (json_value_member (of, member));
    return said && strcmp (said, text) == 0;
}

const char *pod_name (const struct json_value *pod)
{
    return json_value_string (s_under (pod, "metadata", "name"));
}

//  "reason: message" of a condition or a state; false: it has neither.
static bool s_why (const struct json_value *of, char out[ENGINE_WHY_BYTES])
{
    const char *reason = json_value_string (json_value_member (of, "reason")),
               *message = json_value_string (json_value_member (of, "message"));
    if (!reason && !message)
        return false;
    snprintf (out, ENGINE_WHY_BYTES, "%s%s%s", reason ? reason : "", reason && message ? ": " : "",
              message ? message : "");
    out[strcspn (out, "\r\n")] = 0;
    return true;
}

//  The first element of an array of the status that has `member`; that member.
static const struct json_value *s_container (const struct json_value *status, const char *state)
{
    const struct json_value *all = json_value_member (status, "containerStatuses");
    const struct json_value *found = NULL;
    for (const struct json_value *one = json_value_is (all, JSON_ARRAY) ? all->first : NULL; one && !found;
         one = one->next)
        found = s_under (one, "state", state);
    return found;
}

//  What holds it up: nodes, an image, a volume.
static void s_waits (const struct json_value *status, char why[ENGINE_WHY_BYTES])
{
    const struct json_value *waiting = s_container (status, "waiting"),
                            *conditions = json_value_member (status, "conditions");
    bool ordinary = !waiting || s_says (waiting, "reason", "ContainerCreating") ||
                    s_says (waiting, "reason", "PodInitializing");
    if (!ordinary && s_why (waiting, why))
        return;
    for (const struct json_value *one = json_value_is (conditions, JSON_ARRAY) ? conditions->first : NULL;
         one; one = one->next)
        if (s_says (one, "type", "PodScheduled") && s_says (one, "status", "False") && s_why (one, why))
            return;
    if (!waiting || !s_why (waiting, why))
        snprintf (why, ENGINE_WHY_BYTES, "Kubernetes says that its pod is pending");
}

//  Why it is no more: the node's word for all of it, or how its process ended.
static void s_ended (const struct json_value *status, char why[ENGINE_WHY_BYTES])
{
    const struct json_value *ended = s_container (status, "terminated"),
                            *code = json_value_member (ended, "exitCode");
    const char *reason = json_value_string (json_value_member (ended, "reason"));
    if (s_why (status, why) || !ended)
        return;
    snprintf (why, ENGINE_WHY_BYTES, "Kubernetes says %.60s, exit status %.10s", reason ? reason : "nothing",
              json_value_is (code, JSON_NUMBER) ? code->text : "unknown");
}

struct engine_sight pod_sight (const struct json_value *pod)
{
    struct engine_sight sight = {.state = ENGINE_UNKNOWN};
    const struct json_value *status = json_value_member (pod, "status");
    const char *phase = json_value_string (json_value_member (status, "phase"));
    if (!phase || strcmp (phase, "Pending") == 0) {
        sight.state = ENGINE_WAITING;
        s_waits (status, sight.why);
    } else if (strcmp (phase, "Running") == 0)
        sight.state = ENGINE_LIVES;
    else if (strcmp (phase, "Succeeded") == 0 || strcmp (phase, "Failed") == 0) {
        sight.state = ENGINE_GONE;
        s_ended (status, sight.why);
    }
    return sight;
}
