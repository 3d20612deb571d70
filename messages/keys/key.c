//  key.c: see key.h.
#define _GNU_SOURCE
#include "messages/keys/key.h"

#include "messages/keys/key_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

static const char Z85[] =
    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

static const struct {
    unsigned right;
    const char *word;
} RIGHTS[] = {{KEY_CLIENT, "client"}, {KEY_WORKER, "worker"},         {KEY_OBSERVER, "observer"},
              {KEY_ADMIN, "admin"},   {KEY_CLIENT_ALL, "client-all"}, {KEY_GATEWAY, "gateway"}};
enum { RIGHT_COUNT = sizeof RIGHTS / sizeof *RIGHTS };

bool key_is_name (const char *text)
{
    size_t n = strlen (text), letters = strspn (text, LETTERS);
    for (size_t at = letters; letters && at < n; at++)
        if (!strchr (LETTERS, text[at]) && !strchr ("._-", text[at]))
            return false;
    return letters > 0 && n < KEY_NAME_BYTES;
}

bool key_is_text (const char *text)
{
    unsigned char raw[KEY_RAW_BYTES];
    return strlen (text) == KEY_TEXT_BYTES - 1 && strspn (text, Z85) == KEY_TEXT_BYTES - 1 &&
           zmq_z85_decode (raw, text) != NULL;
}

static unsigned s_right (const char *word, size_t n)
{
    for (size_t i = 0; i < RIGHT_COUNT; i++)
        if (strlen (RIGHTS[i].word) == n && memcmp (RIGHTS[i].word, word, n) == 0)
            return RIGHTS[i].right;
    return 0;
}

int key_rights_of (const char *words, unsigned *out, struct error *error)
{
    unsigned rights = 0;
    for (const char *at = words; at;) {
        size_t n = strcspn (at, ",");
        unsigned right = s_right (at, n);
        if (!right)
            return error_set (error, DMH_USAGE,
                              "rights are client, worker, observer, admin, client-all or gateway, or several "
                              "with commas, not “%.80s”",
                              words);
        rights |= right;
        at = at[n] ? at + n + 1 : NULL;
    }
    *out = rights;
    return DMH_OK;
}

const char *key_rights_text (unsigned rights, char out[KEY_RIGHTS_BYTES])
{
    size_t n = 0;
    snprintf (out, KEY_RIGHTS_BYTES, "-");
    for (size_t i = 0; i < RIGHT_COUNT; i++)
        if (rights & RIGHTS[i].right)
            n += (size_t) snprintf (out + n, KEY_RIGHTS_BYTES - n, "%s%s", n ? "," : "", RIGHTS[i].word);
    return out;
}

int key_make (const char *name, unsigned rights, struct key *out, struct error *error)
{
    struct key made = {.rights = rights};
    if (!key_is_name (name))
        return error_set (error, DMH_USAGE,
                          "“%.40s” is no name of a key: 1 to %d letters, digits, '.', '_' and '-', the first "
                          "one a letter or digit",
                          name, KEY_NAME_BYTES - 1);
    snprintf (made.name, sizeof made.name, "%s", name);
    do    //  one that begins with '-' would look like an option
        if (zmq_curve_keypair (made.public_text, made.secret_text) != 0)
            return error_set (error, DMH_INTERNAL, "no key can be made: %s", zmq_strerror (zmq_errno ()));
    while (made.public_text[0] == '-');
    *out = made;
    key_forget (&made);
    return DMH_OK;
}

//  One value into the field that its name says; false: it is not right.
static bool s_take (struct key *self, const char *name, const char *value)
{
    if (strcmp (name, "name") == 0) {
        snprintf (self->name, sizeof self->name, "%s", key_is_name (value) ? value : "");
        return *self->name;
    }
    if (strcmp (name, "rights") == 0)
        return strcmp (value, "-") == 0 || key_rights_of (value, &self->rights, NULL) == DMH_OK;
    bool is_public = strcmp (name, "public") == 0;
    if (!is_public && strcmp (name, "secret") != 0)
        return true;
    if (!key_is_text (value))
        return false;
    memcpy (is_public ? self->public_text : self->secret_text, value, KEY_TEXT_BYTES);
    return true;
}

//  `line` is terminated and may be changed.
static bool s_line (struct key *self, char *line)
{
    line += strspn (line, " \t");
    for (size_t n = strlen (line); n && strchr (" \t\r", line[n - 1]); n--)
        line[n - 1] = 0;
    if (!*line || *line == '#')
        return true;
    size_t n = strcspn (line, " \t=");
    char *value = line + n + strspn (line + n, " \t");
    if (n == 0 || *value != '=')
        return false;
    line[n] = 0;
    value++;
    return s_take (self, line, value + strspn (value, " \t"));
}

int key_decode (const char *bytes, size_t n, struct key *out, struct error *error)
{
    char text[KEY_FILE_BYTES_MAX + 1];
    struct key got = {.rights = 0};
    int rc = DMH_MALFORMED, number = 0;
    if (n > KEY_FILE_BYTES_MAX || memchr (bytes, 0, n))
        return error_set (error, rc, "it is no key file: longer than %d bytes, or no text",
                          KEY_FILE_BYTES_MAX);
    memcpy (text, bytes, n);
    text[n] = 0;
    for (char *line = text; line;) {
        char *end = strchr (line, '\n');
        if (end)
            *end = 0;
        number++;
        if (!s_line (&got, line)) {
            error_set (error, rc, "line %d is not `name = value` as a key file has them", number);
            goto cleanup;
        }
        line = end ? end + 1 : NULL;
    }
    if (!*got.name || !*got.public_text) {
        error_set (error, rc, "a key file needs the lines name and public");
        goto cleanup;
    }
    *out = got;
    rc = DMH_OK;
cleanup:
    key_forget (&got);
    explicit_bzero (text, sizeof text);
    return rc;
}

int key_read (const char *path, struct key *out, struct error *error)
{
    char bytes[KEY_FILE_BYTES_MAX + 1];
    struct error why = {.code = DMH_OK};
    struct key got = {.rights = 0};
    size_t n = 0;
    struct key_file_access access = {.mode = 0};
    int rc = key_file_read (path, bytes, &n, &access, error);
    if (rc != DMH_OK)
        return rc;
    rc = key_decode (bytes, n, &got, &why);
    if (rc != DMH_OK)
        error_set (error, rc, "the key %s: %s", path, why.text);
    else if (*got.secret_text)
        rc = key_file_check_secret (path, &access, geteuid (), error);
    if (rc == DMH_OK)
        *out = got;
    key_forget (&got);
    explicit_bzero (bytes, sizeof bytes);
    return rc;
}

int key_write (const struct key *self, const char *path, bool secret, struct error *error)
{
    char text[KEY_FILE_BYTES_MAX], rights[KEY_RIGHTS_BYTES];
    int n = snprintf (text, sizeof text,
                      "# a key of dmh; dmh-keys(1)\nname = %s\nrights = %s\npublic = %s\n%s%s%s", self->name,
                      key_rights_text (self->rights, rights), self->public_text, secret ? "secret = " : "",
                      secret ? self->secret_text : "", secret ? "\n" : "");
    int rc = secret ? key_file_create (path, text, (size_t) n, error)
                    : key_file_write (path, text, (size_t) n, error);
    explicit_bzero (text, sizeof text);
    return rc;
}

void key_forget (struct key *self)
{
    explicit_bzero (self->secret_text, sizeof self->secret_text);
}
