//  kubeconfig_test.c: which kubeconfigs are read and how, which are refused, and the account of a pod.
#include "client/launch/kubernetes/kubeconfig.h"
#include "client/launch/kubernetes/login.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  One cluster, user and context, with the user's and the cluster's members given.
#define CONFIG(CLUSTER, USER)                                                                                \
    "apiVersion: v1\ncurrent-context: c\nclusters: [{name: k, cluster: {server: 'https://k.example:6443/', " \
    "" CLUSTER "}}]\nusers: [{name: u, user: {" USER "}}]\n"                                                 \
    "contexts: [{name: c, context: {cluster: k, user: u, namespace: lab}}]\n"

static int s_resolve (const char *const texts[], const char *context, struct kube_access *out,
                      struct error *error)
{
    kubeconfig_t *config = kubeconfig_new ();
    int rc = DMH_OK;
    kube_access_make (out);
    for (size_t i = 0; rc == DMH_OK && texts[i]; i++)
        rc = kubeconfig_take (config, texts[i], strlen (texts[i]), "kubeconfig", "/home/x", error);
    if (rc == DMH_OK)
        rc = kubeconfig_resolve (config, context, out, error);
    if (rc == DMH_OK)
        rc = kube_access_check (out, error);
    kubeconfig_destroy (&config);
    return rc;
}

static void s_expect_file (const char *path, const char *content)
{
    char text[100] = "";
    FILE *file = fopen (path, "r");
    cr_assert_not_null (file, "%s", path);
    size_t n = fread (text, 1, sizeof text - 1, file);
    fclose (file);
    cr_assert_str_eq (text, content, "%zu bytes", n);
}

Test (kubeconfig, cluster_user_and_namespace_of_the_current_context_and_paths_of_the_file_s_folder)
{
    struct kube_access access;
    struct error error = {.code = DMH_OK};
    const char *const texts[] = {
        CONFIG ("certificate-authority: ca/ca.crt",
                "client-certificate: /etc/u.crt, client-key: u.key, token: abc.DEF-1"),
        NULL};
    cr_assert_eq (s_resolve (texts, NULL, &access, &error), DMH_OK, "%s", error.text);
    cr_assert_str_eq (access.server, "https://k.example:6443");
    cr_assert_str_eq (access.context, "c");
    cr_assert_str_eq (access.space, "lab");
    cr_assert_str_eq (access.token, "abc.DEF-1");
    cr_assert_str_eq (access.trust.authority, "/home/x/ca/ca.crt");
    cr_assert_str_eq (access.trust.certificate, "/etc/u.crt");
    cr_assert_str_eq (access.trust.key, "/home/x/u.key");
    kube_access_clear (&access);
}

Test (kubeconfig, what_stands_in_it_counts_more_than_a_file_and_is_on_no_disk)
{
    struct kube_access access;
    struct error error = {.code = DMH_OK};
    //  base64 of "authority", "certificate" and "the key!", one with line ends
    const char *const texts[] = {
        CONFIG ("certificate-authority: x, certificate-authority-data: YXV0aG9yaXR5",
                "client-certificate-data: 'Y2Vy dGlmaWNh dGU=', client-key-data: dGhlIGtleSE="),
        NULL};
    cr_assert_eq (s_resolve (texts, NULL, &access, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (strncmp (access.trust.authority, "/proc/self/fd/", 14), 0);
    s_expect_file (access.trust.authority, "authority");
    s_expect_file (access.trust.certificate, "certificate");
    s_expect_file (access.trust.key, "the key!");
    kube_access_clear (&access);
}

Test (kubeconfig, it_may_be_json_and_of_several_files_the_first_that_says_it_counts)
{
    struct kube_access access;
    struct error error = {.code = DMH_OK};
    const char *const texts[] = {
        "{\"current-context\": \"two\", \"users\": [{\"name\": \"u\", \"user\": {\"token\": \"first\"}}]}",
        "current-context: one\nclusters:\n- cluster:\n    server: https://[::1]:6443\n  name: k\n"
        "users:\n- name: u\n  user:\n    token: second\n"
        "contexts:\n- name: one\n  context: {cluster: none, user: u}\n"
        "- name: two\n  context:\n    cluster: k\n    user: u\n",
        NULL};
    cr_assert_eq (s_resolve (texts, NULL, &access, &error), DMH_OK, "%s", error.text);
    cr_assert_str_eq (access.server, "https://[::1]:6443");
    cr_assert_str_eq (access.token, "first");
    cr_assert_str_eq (access.space, "default");
    cr_assert_null (access.trust.authority, "the system's authorities");
    kube_access_clear (&access);
    cr_assert_eq (s_resolve (texts, "one", &access, &error), DMH_USAGE);
    cr_assert (strstr (error.text, "no cluster none"), "%s", error.text);
    kube_access_clear (&access);
}

Test (kubeconfig, what_would_mean_something_else_without_it_is_refused)
{
    static const struct {
        const char *text, *part;
    } CASES[] = {
        {CONFIG ("", "exec: {command: aws}"), "the user u logs in by a program, which dmh does not run"},
        {CONFIG ("", "auth-provider: {name: gcp}"), "logs in by a plugin"},
        {CONFIG ("", "username: a, password: b"), "logs in by a password"},
        {CONFIG ("", "token: a, as: root"), "acts as somebody else"},
        {CONFIG ("insecure-skip-tls-verify: true", "token: a"), "no credential is sent to just anybody"},
        {CONFIG ("tls-server-name: x", "token: a"), "has another name than its address says"},
        {CONFIG ("proxy-url: 'http://p'", "token: a"), "HTTPS_PROXY"},
        {CONFIG ("certificate-authority-data: '*'", "token: a"), "certificate-authority-data is no base64"},
        {CONFIG ("certificate-authority-data: 'YQ'", "token: a"), "certificate-authority-data is no base64"},
        {CONFIG ("", "token: 'a b'"), "is not one word"},
        {CONFIG ("", "token: \"a\\r\\nX: y\""), "is not one word"},
        {CONFIG ("", "tokenFile: /nowhere"), "the token in /nowhere cannot be used"},
        {"current-context: c\n", "has no context c"},
        {"contexts: []\n", "no current-context"},
        {"{", ": no YAML: "},
        {"", "no current-context"},
        {"a: &a [*a, *a]\ncurrent-context: *a\n", "no current-context"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct kube_access access;
        struct error error = {.code = DMH_OK};
        const char *const texts[] = {CASES[i].text, NULL};
        cr_assert_eq (s_resolve (texts, NULL, &access, &error), DMH_USAGE, "%s", CASES[i].text);
        cr_assert (strstr (error.text, CASES[i].part), "%s is not in %s", CASES[i].part, error.text);
        kube_access_clear (&access);
    }
}

Test (kubeconfig, secrets_go_by_tls_alone_but_to_this_host)
{
    static const struct {
        const char *server;
        int rc;
    } CASES[] = {{"https://k.example", DMH_OK},
                 {"https://k.example/k8s/clusters/c-1", DMH_OK},
                 {"http://127.0.0.1:8001", DMH_OK},
                 {"http://k.example", DMH_USAGE},
                 {"http://127.0.0.1:80@k.example", DMH_USAGE},
                 {"https://u@k.example", DMH_USAGE},
                 {"https://k.example?x", DMH_USAGE},
                 {"file:///etc/passwd", DMH_USAGE},
                 {"", DMH_USAGE}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct kube_access access;
        struct error error;
        kube_access_make (&access);
        snprintf (access.server, sizeof access.server, "%s", CASES[i].server);
        snprintf (access.space, sizeof access.space, "lab");
        cr_assert_eq (kube_access_check (&access, &error), CASES[i].rc, "%s", CASES[i].server);
    }
}

Test (kubeconfig, a_pod_has_an_account_in_its_folder)
{
    struct workplace place;
    struct kube_access access;
    struct error error = {.code = DMH_OK};
    workplace_make (&place);
    cr_assert_eq (kube_login_of_pod (&access, place.folder, "10.0.0.1", "443", &error), DMH_USAGE);
    workplace_write (&place, "token", "the.token\n", 10);
    workplace_write (&place, "namespace", "lab", 3);
    cr_assert_eq (kube_login_of_pod (&access, place.folder, "fd00::1", "6443", &error), DMH_OK, "%s",
                  error.text);
    cr_assert_str_eq (access.server, "https://[fd00::1]:6443");
    cr_assert_str_eq (access.token, "the.token");
    cr_assert_str_eq (access.space, "lab");
    cr_assert_str_eq (access.context, "");
    cr_assert (strstr (access.trust.authority, "/ca.crt"));
    kube_access_clear (&access);
    workplace_remove (&place);
}

Test (kubeconfig, files_are_those_of_the_option_the_environment_or_home_and_none_is_the_pod_s_account)
{
    struct workplace place;
    struct error error = {.code = DMH_OK};
    char files[KUBE_PATH_BYTES], named[1024], expected[1024];
    workplace_make (&place);
    setenv ("HOME", place.folder, 1);
    unsetenv ("KUBECONFIG");
    unsetenv ("KUBERNETES_SERVICE_HOST");
    cr_assert_eq (kube_login_files (NULL, files, &error), DMH_OK);
    cr_assert_str_empty (files);
    struct kube_access access;
    cr_assert_eq (kube_login (&access, NULL, NULL, NULL, &error), DMH_USAGE);
    cr_assert (strstr (error.text, "neither a kubeconfig"), "%s", error.text);
    workplace_write (&place, "a", "", 0);
    workplace_write (&place, "b", "", 0);
    snprintf (named, sizeof named, "%s/a:%s/none:%s/b", place.folder, place.folder, place.folder);
    snprintf (expected, sizeof expected, "%s/a:%s/b", place.folder, place.folder);
    setenv ("KUBECONFIG", named, 1);
    cr_assert_eq (kube_login_files (NULL, files, &error), DMH_OK);
    cr_assert_str_eq (files, expected);
    cr_assert_eq (kube_login_files ("", files, &error), DMH_OK);
    cr_assert_str_empty (files);
    cr_assert_eq (kube_login_files ("/nowhere/at/all", files, &error), DMH_USAGE);
    workplace_remove (&place);
}
