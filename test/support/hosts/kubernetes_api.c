//  kubernetes_api.c: see kubernetes_api.h. Paths and answers are those of Kubernetes' API v1.
#include "test/support/hosts/kubernetes_api.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <string.h>

static const char TOKEN[] = "a-token.of-an_account";

//  A request while its body comes.
struct request {
    char *body;
    size_t used;
};

static const char CERTIFICATES[] =
    "set -e\n"
    "make () { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout \"$1.pem\" "
    "-subj \"/CN=$1\" -out \"$1.csr\"; }\n"
    "for ca in authority other; do\n"
    "    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
    "-subj \"/CN=$ca\" -addext keyUsage=critical,keyCertSign -keyout $ca.pem -out $ca.crt\n"
    "done\n"
    "make server; make client\n"
    "printf 'subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=serverAuth\\n' >server.ext\n"
    "printf 'extendedKeyUsage=clientAuth\\n' >client.ext\n"
    "for name in server client; do\n"
    "    openssl x509 -req -in $name.csr -CA authority.crt -CAkey authority.pem -CAcreateserial -days 2 "
    "-extfile $name.ext -out $name.crt\n"
    "done\n"
    "base64 -w0 authority.crt >authority.base64; base64 -w0 client.crt >client.base64; "
    "base64 -w0 client.pem >key.base64\n";

static void s_note (const struct kubernetes_api *self, const char *method, const char *path, const char *body)
{
    char name[300];
    snprintf (name, sizeof name, "%s/api.requests", self->place->folder);
    FILE *file = fopen (name, "a");
    if (!file)
        return;
    fprintf (file, "%s %s\n%s%s", method, path, body ? body : "", body ? "\n" : "");
    fclose (file);
}

static bool s_has_certificate (struct MHD_Connection *connection)
{
    unsigned status = 0;
    const union MHD_ConnectionInfo *about =
        MHD_get_connection_info (connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    gnutls_session_t session = about ? about->tls_session : NULL;
    return session && gnutls_certificate_get_peers (session, &(unsigned){0}) &&
           gnutls_certificate_verify_peers2 (session, &status) == 0 && status == 0;
}

static bool s_is_known (struct MHD_Connection *connection)
{
    const char *said = MHD_lookup_connection_value (connection, MHD_HEADER_KIND, "Authorization");
    char right[80];
    snprintf (right, sizeof right, "Bearer %s", TOKEN);
    return said ? strcmp (said, right) == 0 : s_has_certificate (connection);
}

static enum MHD_Result s_answer (struct MHD_Connection *connection, unsigned status, const char *text,
                                 size_t n, const char *retry_after)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer (n, (void *) (uintptr_t) text, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header (response, "Content-Type", "application/json");
    if (retry_after)
        MHD_add_response_header (response, "Retry-After", retry_after);
    enum MHD_Result result = MHD_queue_response (connection, status, response);
    MHD_destroy_response (response);
    return result;
}

static enum MHD_Result s_answer_text (struct MHD_Connection *connection, unsigned status,
                                      json_writer_t **text)
{
    size_t n;
    const char *bytes = json_writer_text (*text, &n);
    enum MHD_Result result = s_answer (connection, status, bytes, n, NULL);
    json_writer_destroy (text);
    return result;
}

static enum MHD_Result s_say (struct MHD_Connection *connection, unsigned status, const char *message,
                              const char *retry_after, const char *reason)
{
    json_writer_t *text = json_writer_new (false);
    size_t n;
    json_writer_object (text, NULL);
    json_writer_string (text, "kind", "Status");
    if (reason)
        json_writer_string (text, "reason", reason);
    json_writer_string (text, "message", message);
    json_writer_number (text, "code", status);
    json_writer_close (text);
    const char *bytes = json_writer_text (text, &n);
    enum MHD_Result result = s_answer (connection, status, bytes, n, retry_after);
    json_writer_destroy (&text);
    return result;
}

static enum MHD_Result s_post (struct kubernetes_api *self, struct MHD_Connection *connection, bool pod,
                               const char *body, size_t n)
{
    struct error error;
    struct json_value *text = json_value_new (body, n, JSON_VALUE_DEPTH_MAX, "the body", &error);
    if (!text)
        return s_say (connection, 400, error.text, NULL, NULL);
    json_writer_t *made = json_writer_new (false);
    struct kubernetes_object *all = pod ? self->pods.pods : self->pods.secrets;
    const char *name = json_value_string (json_value_member (json_value_member (text, "metadata"), "name"));
    char kept[KUBERNETES_NAME_BYTES];
    snprintf (kept, sizeof kept, "%s", name ? name : "");
    bool dry = MHD_lookup_connection_value (connection, MHD_GET_ARGUMENT_KIND, "dryRun") != NULL;
    bool added = !dry && kubernetes_add (&self->pods, all, text);
    if (!added)
        json_value_destroy (&text);
    if (!added && !dry) {
        json_writer_destroy (&made);
        return s_say (connection, 409, "it already exists", NULL, "AlreadyExists");
    }
    if (added && pod)
        kubernetes_pod_write (&self->pods, kubernetes_find (all, kept), made, NULL);
    else {
        json_writer_object (made, NULL);
        json_writer_close (made);
    }
    return s_answer_text (connection, 201, &made);
}

static enum MHD_Result s_list (struct kubernetes_api *self, struct MHD_Connection *connection)
{
    const char *selector = MHD_lookup_connection_value (connection, MHD_GET_ARGUMENT_KIND, "labelSelector"),
               *next = MHD_lookup_connection_value (connection, MHD_GET_ARGUMENT_KIND, "continue");
    if (!selector || strcmp (selector, "app.kubernetes.io/managed-by=dmh") != 0)
        return s_say (connection, 400, "the selector is another one", NULL, NULL);
    //  Pages of one pod: the marker is the place of the next, with characters that a query escapes.
    size_t at = next ? strtoul (next + strcspn (next, "0123456789"), NULL, 10) : 0;
    json_writer_t *text = json_writer_new (false);
    json_writer_object (text, NULL);
    json_writer_array (text, "items");
    while (at < KUBERNETES_PODS_MAX && !*self->pods.pods[at].name)
        at++;
    if (at < KUBERNETES_PODS_MAX)
        kubernetes_pod_write (&self->pods, &self->pods.pods[at], text, NULL);
    json_writer_close (text);
    json_writer_object (text, "metadata");
    char marker[32];
    snprintf (marker, sizeof marker, "from&=%zu", at + 1);
    if (at + 1 < KUBERNETES_PODS_MAX)
        json_writer_string (text, "continue", marker);
    json_writer_close (text);
    json_writer_close (text);
    return s_answer_text (connection, 200, &text);
}

static enum MHD_Result s_log (struct kubernetes_api *self, struct MHD_Connection *connection,
                              const char *name)
{
    char file[80];
    size_t n = 0;
    snprintf (file, sizeof file, "%.60s.pod", name);
    char *text = workplace_read (self->place->folder, file, &n);
    enum MHD_Result result = text ? s_answer (connection, 200, text, n, NULL)
                                  : s_say (connection, 400, "the container is waiting to start", NULL, NULL);
    free (text);
    return result;
}

//  `path` stands behind the namespace.
static enum MHD_Result s_do (struct kubernetes_api *self, struct MHD_Connection *connection,
                             const char *method, const char *path, const struct request *request)
{
    char kind[16] = "", name[KUBERNETES_NAME_BYTES] = "", under[16] = "";
    sscanf (path, "/%15[^/]/%63[^/]/%15s", kind, name, under);
    bool pod = strcmp (kind, "pods") == 0;
    if (!pod && strcmp (kind, "secrets") != 0)
        return s_say (connection, 404, "the server could not find the requested resource", NULL, NULL);
    kubernetes_pods_go_on (&self->pods);
    if (strcmp (method, "POST") == 0 && !*name) {
        enum MHD_Result result = s_post (self, connection, pod, request->body, request->used);
        kubernetes_pods_go_on (&self->pods);
        return result;
    }
    if (strcmp (method, "GET") == 0 && pod && !*name)
        return s_list (self, connection);
    struct kubernetes_object *found = kubernetes_find (pod ? self->pods.pods : self->pods.secrets, name);
    if (!found)
        return s_say (connection, 404, "it is not found", NULL, NULL);
    if (strcmp (method, "DELETE") == 0) {
        kubernetes_delete (&self->pods, pod, name);
        return s_answer (connection, 200, "{}", 2, NULL);
    }
    if (strcmp (under, "log") == 0)
        return s_log (self, connection, name);
    json_writer_t *text = json_writer_new (false);
    kubernetes_pod_write (&self->pods, found, text, NULL);
    return s_answer_text (connection, 200, &text);
}

static struct kubernetes_fault *s_fault (struct kubernetes_api *self, const char *method, const char *whole)
{
    for (size_t i = 0; i < KUBERNETES_FAULTS; i++) {
        struct kubernetes_fault *fault = &self->faults[i];
        if (fault->times == 0 || strcmp (fault->method, method) != 0 || !strstr (whole, fault->part))
            continue;
        fault->times--;
        return fault;
    }
    return NULL;
}

static enum MHD_Result s_decide (struct kubernetes_api *self, struct MHD_Connection *connection,
                                 const char *method, const char *path, const struct request *request)
{
    static const char SPACE[] = "/api/v1/namespaces/lab";
    char whole[400];
    const char *dry = MHD_lookup_connection_value (connection, MHD_GET_ARGUMENT_KIND, "dryRun");
    snprintf (whole, sizeof whole, "%.300s%s%.20s", path, dry ? "?dryRun=" : "", dry ? dry : "");
    s_note (self, method, whole, request->body);
    if (!s_is_known (connection))
        return s_say (connection, 401, "Unauthorized", NULL, NULL);
    const struct kubernetes_fault *fault = s_fault (self, method, whole);
    if (fault && !fault->done_all_the_same)
        return fault->status
                   ? s_say (connection, fault->status, fault->message, fault->retry_after, fault->reason)
                   : MHD_NO;
    if (strncmp (path, SPACE, strlen (SPACE)) != 0)
        return s_say (connection, 404, "namespaces is not found", NULL, NULL);
    enum MHD_Result result = s_do (self, connection, method, path + strlen (SPACE), request);
    return fault ? MHD_NO : result;
}

static enum MHD_Result s_handle (void *context, struct MHD_Connection *connection, const char *path,
                                 const char *method, const char *version, const char *upload, size_t *n,
                                 void **kept)
{
    struct kubernetes_api *self = context;
    struct request *request = *kept;
    (void) version;
    if (!request) {
        *kept = calloc (1, sizeof *request);
        return *kept ? MHD_YES : MHD_NO;
    }
    if (*n) {
        char *more = realloc (request->body, request->used + *n + 1);
        if (!more)
            return MHD_NO;
        memcpy (more + request->used, upload, *n);
        request->body = more;
        request->used += *n;
        more[request->used] = 0;
        *n = 0;
        return MHD_YES;
    }
    pthread_mutex_lock (&self->lock);
    enum MHD_Result result = s_decide (self, connection, method, path, request);
    pthread_mutex_unlock (&self->lock);
    return result;
}

static void s_done (void *context, struct MHD_Connection *connection, void **kept,
                    enum MHD_RequestTerminationCode code)
{
    struct request *request = *kept;
    (void) context, (void) connection, (void) code;
    if (request)
        free (request->body);
    free (request);
}

static void s_write_config (const struct kubernetes_api *self)
{
    char text[16384], path[300], *authority = workplace_read (self->place->folder, "authority.base64", NULL),
                                 *certificate = workplace_read (self->place->folder, "client.base64", NULL),
                                 *key = workplace_read (self->place->folder, "key.base64", NULL);
    int n = snprintf (
        text, sizeof text,
        "apiVersion: v1\nkind: Config\ncurrent-context: token\npreferences: {}\n"
        "clusters:\n- name: file\n  cluster: {server: \"%s\", certificate-authority: authority.crt}\n"
        "- name: data\n  cluster:\n    server: %s\n    certificate-authority-data: %s\n"
        "- name: other\n  cluster: {server: \"%s\", certificate-authority: other.crt}\n"
        "users:\n- name: account\n  user: {token: %s}\n- name: nobody\n  user: {token: no-token-of-anybody}\n"
        "- name: certified\n  user:\n    client-certificate-data: %s\n    client-key-data: %s\n"
        "contexts:\n- {name: token, context: {cluster: file, user: account, namespace: lab}}\n"
        "- {name: certificate, context: {cluster: data, user: certified, namespace: lab}}\n"
        "- {name: stranger, context: {cluster: file, user: nobody, namespace: lab}}\n"
        "- {name: other-ca, context: {cluster: other, user: account, namespace: lab}}\n",
        self->url, self->url, authority, self->url, TOKEN, certificate, key);
    cr_assert (n > 0 && n < (int) sizeof text);
    workplace_write (self->place, "kubeconfig", text, (size_t) n);
    snprintf (path, sizeof path, "%s/kubeconfig", self->place->folder);
    setenv ("KUBECONFIG", path, 1);
    free (authority);
    free (certificate);
    free (key);
}

const char *kubernetes_api_open (struct kubernetes_api *self, const struct workplace *place)
{
    const char *const make[] = {"/bin/sh", "-c", CERTIFICATES, NULL};
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl (INADDR_LOOPBACK)}};
    *self = (struct kubernetes_api){.place = place, .pods = {.place = place}};
    pthread_mutex_init (&self->lock, NULL);
    if (MHD_is_feature_supported (MHD_FEATURE_TLS) != MHD_YES)
        return "libmicrohttpd speaks no TLS here";
    if (process_run (place, make, NULL) != 0)
        return "openssl makes no certificates here";
    char *key = workplace_read (place->folder, "server.pem", NULL),
         *certificate = workplace_read (place->folder, "server.crt", NULL),
         *authority = workplace_read (place->folder, "authority.crt", NULL);
    self->daemon = MHD_start_daemon (MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_TLS, 0, NULL, NULL, s_handle,
                                     self, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_HTTPS_MEM_KEY, key,
                                     MHD_OPTION_HTTPS_MEM_CERT, certificate, MHD_OPTION_HTTPS_MEM_TRUST,
                                     authority, MHD_OPTION_NOTIFY_COMPLETED, s_done, NULL, MHD_OPTION_END);
    free (key);
    free (certificate);
    free (authority);
    if (!self->daemon)
        return "no server by HTTPS can be started here";
    snprintf (self->url, sizeof self->url, "https://127.0.0.1:%u",
              MHD_get_daemon_info (self->daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    s_write_config (self);
    return NULL;
}

void kubernetes_api_close (struct kubernetes_api *self)
{
    if (self->daemon)
        MHD_stop_daemon (self->daemon);
    kubernetes_pods_end (&self->pods);
    pthread_mutex_destroy (&self->lock);
}

char *kubernetes_api_requests (const struct kubernetes_api *self)
{
    char *text = workplace_read (self->place->folder, "api.requests", NULL);
    return text ? text : strdup ("");
}
