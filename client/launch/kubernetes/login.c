//  login.c: see login.h.
#include "client/launch/kubernetes/login.h"

#include "client/launch/kubernetes/kubeconfig.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char ACCOUNT[] = "/var/run/secrets/kubernetes.io/serviceaccount";

int kube_login_of_pod (struct kube_access *self, const char *folder, const char *host, const char *port,
                       struct error *error)
{
    char path[KUBE_PATH_BYTES], space[KUBE_SPACE_BYTES + 1] = "";
    kube_access_make (self);
    bool six = strchr (host, ':') && *host != '[';
    snprintf (self->server, sizeof self->server, "https://%s%.300s%s:%.10s", six ? "[" : "", host,
              six ? "]" : "", port);
    snprintf (self->authority.path, sizeof self->authority.path, "%s/ca.crt", folder);
    snprintf (path, sizeof path, "%s/namespace", folder);
    FILE *file = fopen (path, "re");
    if (file) {
        if (fscanf (file, "%63s", space) != 1)
            *space = 0;
        fclose (file);
    }
    snprintf (self->space, sizeof self->space, "%s", *space ? space : "default");
    snprintf (path, sizeof path, "%s/token", folder);
    int rc = kube_token_read (path, self->token, error);
    if (rc == DMH_OK)
        rc = kube_access_check (self, error);
    if (rc != DMH_OK)
        kube_access_clear (self);
    return rc;
}

int kube_login_files (const char *kubeconfig, char *out, struct error *error)
{
    const char *named = kubeconfig ? kubeconfig : getenv ("KUBECONFIG"), *home = getenv ("HOME");
    char given[KUBE_PATH_BYTES], *rest = given;
    size_t used = 0;
    *out = 0;
    if (kubeconfig && !*kubeconfig)
        return DMH_OK;
    if (named && *named)
        snprintf (given, sizeof given, "%s", named);
    else
        snprintf (given, sizeof given, "%s/.kube/config", home ? home : "");
    for (const char *one; (one = strsep (&rest, ":")) != NULL;) {
        char *path = *one ? realpath (one, NULL) : NULL;
        int n = path ? snprintf (out + used, KUBE_PATH_BYTES - used, "%s%s", used ? ":" : "", path) : 0;
        free (path);
        used += (size_t) n;
        if (used >= KUBE_PATH_BYTES)
            return error_set (error, DMH_USAGE, "the paths of the kubeconfigs are too long");
    }
    if (used || !named || !*named)
        return DMH_OK;
    return error_set (error, DMH_USAGE, "the kubeconfig %.300s cannot be read: %s", named, strerror (errno));
}

static int s_of_files (struct kube_access *self, const char *files, const char *context, struct error *error)
{
    char paths[KUBE_PATH_BYTES], *rest = paths;
    kubeconfig_t *config = kubeconfig_new ();
    int rc = config ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    snprintf (paths, sizeof paths, "%s", files);
    for (const char *path; rc == DMH_OK && (path = strsep (&rest, ":")) != NULL;)
        rc = kubeconfig_read (config, path, error);
    if (rc == DMH_OK)
        rc = kubeconfig_resolve (config, context, self, error);
    kubeconfig_destroy (&config);
    return rc;
}

static int s_of_account (struct kube_access *self, struct error *error)
{
    const char *host = getenv ("KUBERNETES_SERVICE_HOST"), *port = getenv ("KUBERNETES_SERVICE_PORT");
    if (host && *host)
        return kube_login_of_pod (self, ACCOUNT, host, port && *port ? port : "443", error);
    return error_set (error, DMH_USAGE,
                      "there is neither a kubeconfig (--kubeconfig FILE, KUBECONFIG, ~/.kube/config) nor a "
                      "pod's service account here");
}

int kube_login (struct kube_access *self, const char *kubeconfig, const char *context, const char *space,
                struct error *error)
{
    char files[KUBE_PATH_BYTES];
    kube_access_make (self);
    int rc = kube_login_files (kubeconfig, files, error);
    if (rc == DMH_OK)
        rc = *files ? s_of_files (self, files, context, error) : s_of_account (self, error);
    if (rc == DMH_OK && space)
        snprintf (self->space, sizeof self->space, "%s", space);
    if (rc == DMH_OK)
        rc = kube_access_check (self, error);
    if (rc != DMH_OK)
        kube_access_clear (self);
    return rc;
}
