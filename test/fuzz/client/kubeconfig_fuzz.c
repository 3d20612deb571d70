//  kubeconfig_fuzz.c: any bytes as a kubeconfig. What is taken has a server and a namespace that a URL may
//  hold and a token that a header may; what is refused has a sentence.
#include "client/launch/kubernetes/kubeconfig.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 8192 };

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static void s_fail (const char *what)
{
    fprintf (stderr, "kubeconfig_fuzz: %s\n", what);
    abort ();
}

static void s_look (const struct kube_access *access)
{
    size_t n = strlen (access->server);
    if (strncmp (access->server, "http", 4) != 0 || strpbrk (access->server, " @?#") ||
        access->server[n - 1] == '/')
        s_fail ("the server is none");
    if (strpbrk (access->space, "/?#%. ") || !*access->space)
        s_fail ("the namespace is none");
    if (strpbrk (access->token, "\r\n") || strpbrk (access->context, "\r\n"))
        s_fail ("a line has another in it");
    if (access->trust.key && !strchr (access->trust.key, '/'))
        s_fail ("a path is relative to nothing");
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    struct kube_access access;
    struct error error = {.code = DMH_OK};
    kubeconfig_t *config = n > BYTES_MAX ? NULL : kubeconfig_new ();
    if (!config)
        return 0;
    kube_access_make (&access);
    int rc = kubeconfig_take (config, (const char *) data, n, "it", "/folder", &error);
    if (rc == DMH_OK)
        rc = kubeconfig_resolve (config, NULL, &access, &error);
    if (rc == DMH_OK)
        rc = kube_access_check (&access, &error);
    if (rc == DMH_OK)
        s_look (&access);
    else if (!*error.text)
        s_fail ("it is refused without a word");
    kube_access_clear (&access);
    kubeconfig_destroy (&config);
    return 0;
}
