//  kubeconfig.c: see kubeconfig.h. The files are merged as kubectl merges them: of each name, and of what
//  stands once, the first is taken.
#include "client/launch/kubernetes/kubeconfig.h"

#include "messages/base/narrow.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct part {
    yaml_document_t document;
    char *source, *folder;
};

struct kubeconfig {
    struct part parts[KUBECONFIG_FILES_MAX];
    size_t count;
};

//  A node and the file that it stands in; `node` is NULL where there is none.
struct place {
    const struct part *part;
    const yaml_node_t *node;
};

kubeconfig_t *kubeconfig_new (void)
{
    return calloc (1, sizeof (kubeconfig_t));
}

void kubeconfig_destroy (kubeconfig_t **self_p)
{
    kubeconfig_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++) {
        yaml_document_delete (&self->parts[i].document);
        free (self->parts[i].source);
        free (self->parts[i].folder);
    }
    free (self);
    *self_p = NULL;
}

static int s_parse (yaml_document_t *document, const char *text, size_t n, const char *source,
                    struct error *error)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize (&parser))
        return error_set (error, DMH_INTERNAL, "out of memory");
    yaml_parser_set_input_string (&parser, (const unsigned char *) text, n);
    int rc = DMH_OK;
    if (!yaml_parser_load (&parser, document))
        rc = error_set (error, DMH_USAGE, "%s, line %zu: no YAML: %s", source, parser.problem_mark.line + 1,
                        parser.problem ? parser.problem : "it cannot be read");
    yaml_parser_delete (&parser);
    return rc;
}

int kubeconfig_take (kubeconfig_t *self, const char *text, size_t n, const char *source, const char *folder,
                     struct error *error)
{
    struct part part = {.source = NULL};
    if (self->count == KUBECONFIG_FILES_MAX)
        return error_set (error, DMH_USAGE, "KUBECONFIG names more than %d files", KUBECONFIG_FILES_MAX);
    int rc = s_parse (&part.document, text, n, source, error);
    if (rc != DMH_OK)
        return rc;
    part.source = strdup (source);
    part.folder = strdup (folder);
    if (part.source && part.folder) {
        self->parts[self->count++] = part;
        return DMH_OK;
    }
    yaml_document_delete (&part.document);
    free (part.source);
    free (part.folder);
    return error_set (error, DMH_INTERNAL, "out of memory");
}

int kubeconfig_read (kubeconfig_t *self, const char *path, struct error *error)
{
    FILE *file = fopen (path, "re");
    char *text = malloc (KUBECONFIG_BYTES_MAX + 1), folder[KUBE_PATH_BYTES];
    int rc = DMH_OK;
    size_t n = 0;
    if (!file)
        rc = error_set (error, DMH_USAGE, "the kubeconfig %s cannot be read: %s", path, strerror (errno));
    else if (!text)
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    else if ((n = fread (text, 1, KUBECONFIG_BYTES_MAX + 1, file)) > KUBECONFIG_BYTES_MAX || ferror (file))
        rc = error_set (error, DMH_USAGE, "the kubeconfig %s cannot be read: %s", path,
                        ferror (file) ? strerror (errno) : "it is longer than 1 MiB");
    const char *slash = strrchr (path, '/');
    snprintf (folder, sizeof folder, "%.*s", slash ? NARROW (int, slash - path) : 1, slash ? path : ".");
    if (rc == DMH_OK)
        rc = kubeconfig_take (self, text, n, path, folder, error);
    if (text)
        explicit_bzero (text, n);
    free (text);
    if (file)
        fclose (file);
    return rc;
}

//  A member of a mapping.
static struct place s_member (struct place of, const char *name)
{
    struct place found = {.part = of.part};
    if (!of.node || of.node->type != YAML_MAPPING_NODE)
        return found;
    //  libyaml's functions take documents that they do not change as if they did.
    yaml_document_t *document = (yaml_document_t *) (uintptr_t) &of.part->document;
    const yaml_node_pair_t *begin = of.node->data.mapping.pairs.start, *end = of.node->data.mapping.pairs.top;
    for (const yaml_node_pair_t *pair = begin; !found.node && pair < end; pair++) {
        const yaml_node_t *key = yaml_document_get_node (document, pair->key);
        if (key && key->type == YAML_SCALAR_NODE && key->data.scalar.length == strlen (name) &&
            memcmp (key->data.scalar.value, name, strlen (name)) == 0)
            found.node = yaml_document_get_node (document, pair->value);
    }
    return found;
}

//  The text of a scalar; NULL for anything else, for one with a NUL in it, for an empty one and for null.
static const char *s_text (struct place at)
{
    if (!at.node || !at.part || at.node->type != YAML_SCALAR_NODE)
        return NULL;
    const char *text = (const char *) at.node->data.scalar.value;
    bool plain = at.node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (!*text || strlen (text) != at.node->data.scalar.length ||
        (plain && (strcmp (text, "null") == 0 || strcmp (text, "~") == 0)))
        return NULL;
    return text;
}

static const char *s_member_text (struct place of, const char *name)
{
    return s_text (s_member (of, name));
}

static struct place s_root (const struct part *part)
{
    yaml_document_t *document = (yaml_document_t *) (uintptr_t) &part->document;
    return (struct place){.part = part, .node = yaml_document_get_root_node (document)};
}

//  Of the list `list` the element that is called `name`: its member `what`.
static struct place s_named (const kubeconfig_t *self, const char *list, const char *name, const char *what)
{
    for (size_t i = 0; i < self->count; i++) {
        struct place all = s_member (s_root (&self->parts[i]), list);
        if (!all.node || all.node->type != YAML_SEQUENCE_NODE)
            continue;
        yaml_document_t *document = (yaml_document_t *) (uintptr_t) &self->parts[i].document;
        for (const yaml_node_item_t *item = all.node->data.sequence.items.start;
             item < all.node->data.sequence.items.top; item++) {
            struct place one = {.part = all.part, .node = yaml_document_get_node (document, *item)};
            const char *called = s_member_text (one, "name");
            if (called && strcmp (called, name) == 0)
                return s_member (one, what);
        }
    }
    return (struct place){.node = NULL};
}

static const char *s_current (const kubeconfig_t *self)
{
    for (size_t i = 0; i < self->count; i++) {
        const char *current = s_member_text (s_root (&self->parts[i]), "current-context");
        if (current)
            return current;
    }
    return NULL;
}

//  What `name` of `of` says, which is a path, perhaps relative to the file's folder.
static int s_take_path (struct place of, const char *name, struct kube_file *file, struct error *error)
{
    const char *path = s_member_text (of, name);
    if (!path || !of.part)
        return DMH_OK;
    int n = *path == '/' ? snprintf (file->path, sizeof file->path, "%s", path)
                         : snprintf (file->path, sizeof file->path, "%s/%s", of.part->folder, path);
    return n < KUBE_PATH_BYTES
               ? DMH_OK
               : error_set (error, DMH_USAGE, "%s: the path of %s is too long", of.part->source, name);
}

//  The bytes of base64, which may have line ends in it. Their number, or -1.
static int s_decode (const char *text, unsigned char *out)
{
    unsigned char *packed = malloc (strlen (text) + 1);
    int n = 0, got = -1, padding = 0;
    for (; packed && *text; text++)
        if (!strchr (" \t\r\n", *text)) {
            packed[n++] = (unsigned char) *text;
            padding += *text == '=';
        }
    if (packed && n % 4 == 0 && padding <= 2)
        got = EVP_DecodeBlock (out, packed, n);
    if (packed)
        explicit_bzero (packed, (size_t) n);
    free (packed);
    return got < padding ? -1 : got - padding;
}

//  A file that is named by `name`, or stands in `name`-data, which counts more.
static int s_take_file (struct place of, const char *name, struct kube_file *file, struct error *error)
{
    char data[64];
    snprintf (data, sizeof data, "%s-data", name);
    const char *text = s_member_text (of, data);
    if (!text || !of.part)
        return s_take_path (of, name, file, error);
    unsigned char *bytes = malloc (strlen (text) + 1);
    int n = bytes ? s_decode (text, bytes) : 0, rc;
    if (!bytes)
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    else if (n <= 0)
        rc = error_set (error, DMH_USAGE, "%s: %s is no base64", of.part->source, data);
    else
        rc = kube_file_keep (file, bytes, (size_t) n, error);
    if (bytes)
        explicit_bzero (bytes, strlen (text) + 1);
    free (bytes);
    return rc;
}

static int s_take_token (struct place user, struct kube_access *out, struct error *error)
{
    const char *token = s_member_text (user, "token");
    struct kube_file file = {.path = ""};
    int rc = s_take_path (user, "tokenFile", &file, error);
    if (rc == DMH_OK && *file.path)
        return kube_token_read (file.path, out->token, error);
    int n = token ? snprintf (out->token, sizeof out->token, "%s", token) : 0;
    return rc == DMH_OK && n >= KUBE_TOKEN_BYTES
               ? error_set (error, DMH_USAGE, "%s: the token is too long", user.part->source)
               : rc;
}

//  What would be needed and is not done is refused, as without it something else would be meant.
static int s_refuse (struct place of, const char *what, const char *name, struct error *error)
{
    static const struct {
        const char *member, *why;
    } REFUSED[] = {
        {"exec", "logs in by a program, which dmh does not run; put a token or a certificate into a "
                 "kubeconfig (kubectl create token ACCOUNT makes one)"},
        {"auth-provider", "logs in by a plugin, which dmh does not have; put a token or a certificate into "
                          "a kubeconfig (kubectl create token ACCOUNT makes one)"},
        {"username", "logs in by a password, which no API server takes any more"},
        {"as", "acts as somebody else, which dmh does not; name the one that is meant"},
        {"tls-server-name", "has another name than its address says, which dmh does not check; use the "
                            "address of its certificate"},
        {"proxy-url", "is reached by a proxy; say HTTPS_PROXY in the environment instead"}};
    for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++)
        if (of.part && s_member (of, REFUSED[i].member).node)
            return error_set (error, DMH_USAGE, "%s: the %s %.100s %s", of.part->source, what, name,
                              REFUSED[i].why);
    const char *insecure = s_member_text (of, "insecure-skip-tls-verify");
    if (insecure && strcmp (insecure, "false") != 0)
        return error_set (error, DMH_USAGE,
                          "%s: the %s %.100s is not to be checked (insecure-skip-tls-verify), and no "
                          "credential is sent to just anybody; name its certificate-authority",
                          of.part->source, what, name);
    return DMH_OK;
}

static int s_take_cluster (const kubeconfig_t *self, const char *name, struct kube_access *out,
                           struct error *error)
{
    struct place cluster = s_named (self, "clusters", name, "cluster");
    const char *server = s_member_text (cluster, "server");
    if (!server || !cluster.part)
        return error_set (error, DMH_USAGE, "the kubeconfig has no cluster %.100s with a server", name);
    if (snprintf (out->server, sizeof out->server, "%s", server) >= KUBE_SERVER_BYTES)
        return error_set (error, DMH_USAGE, "%s: the server's address is too long", cluster.part->source);
    int rc = s_refuse (cluster, "cluster", name, error);
    return rc == DMH_OK ? s_take_file (cluster, "certificate-authority", &out->authority, error) : rc;
}

static int s_take_user (const kubeconfig_t *self, const char *name, struct kube_access *out,
                        struct error *error)
{
    struct place user = s_named (self, "users", name, "user");
    if (!user.node)
        return error_set (error, DMH_USAGE, "the kubeconfig has no user %.100s", name);
    int rc = s_refuse (user, "user", name, error);
    if (rc == DMH_OK)
        rc = s_take_file (user, "client-certificate", &out->certificate, error);
    if (rc == DMH_OK)
        rc = s_take_file (user, "client-key", &out->key, error);
    return rc == DMH_OK ? s_take_token (user, out, error) : rc;
}

int kubeconfig_resolve (const kubeconfig_t *self, const char *context, struct kube_access *out,
                        struct error *error)
{
    const char *name = context ? context : s_current (self);
    if (!name)
        return error_set (error, DMH_USAGE,
                          "the kubeconfig has no current-context; name one with --context NAME");
    struct place found = s_named (self, "contexts", name, "context");
    const char *cluster = s_member_text (found, "cluster"), *user = s_member_text (found, "user"),
               *space = s_member_text (found, "namespace");
    if (!found.node || !cluster)
        return error_set (error, DMH_USAGE, "the kubeconfig has no context %.100s%s", name,
                          found.node ? " with a cluster" : "");
    if (snprintf (out->context, sizeof out->context, "%s", name) >= KUBE_CONTEXT_BYTES)
        return error_set (error, DMH_USAGE, "the name of the context %.100s… is too long", name);
    snprintf (out->space, sizeof out->space, "%s", space ? space : "default");
    int rc = s_take_cluster (self, cluster, out, error);
    return rc == DMH_OK && user ? s_take_user (self, user, out, error) : rc;
}
