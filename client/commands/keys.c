//  keys.c: dmh keys new, list, allow and revoke: a folder of keys. A broker with --keys of the same folder
//  takes each change up by itself.
#include "client/commands/command.h"
#include "client/terminal/json_line.h"
#include "client/terminal/table.h"
#include "messages/keys/keyring.h"
#include "messages/keys/signing_key.h"
#include "messages/text/terminal.h"

#include <unistd.h>

enum { PATH_BYTES = 4096 };
static const char SERVER[] = "server";

struct keys {
    const struct arguments *arguments;
    char folder[PATH_BYTES];
    struct error error;
};

static int s_path (struct keys *self, const char *name, const char *ending, char out[PATH_BYTES])
{
    if (!key_is_name (name))
        return error_set (&self->error, DMH_USAGE,
                          "“%.40s” is no name of a key: 1 to %d letters, digits, '.', '_' and '-'", name,
                          KEY_NAME_BYTES - 1);
    return keyring_path (self->folder, name, ending, out, PATH_BYTES, &self->error);
}

static table_t *s_table (void)
{
    table_t *table = table_new (stdout, false);
    table_column (table, "name", TABLE_WRAP);
    table_column (table, "rights", TABLE_WRAP);
    table_column (table, "public", TABLE_WRAP);
    table_column (table, "key file", TABLE_WRAP);
    return table;
}

//  A line of JSON, or a row where there is a table.
static void s_put (table_t *table, const struct key *key, const char *secret_path)
{
    char rights[KEY_RIGHTS_BYTES];
    key_rights_text (key->rights, rights);
    if (table) {
        table_cell (table, key->name);
        table_cell (table, rights);
        table_cell (table, key->public_text);
        table_cell (table, secret_path);
        return;
    }
    json_line_t *line = json_line_new ();
    json_line_text (line, "name", key->name);
    json_line_text (line, "rights", key->rights ? rights : NULL);
    json_line_text (line, "public", key->public_text);
    json_line_text (line, "secret_file", secret_path);
    json_line_print (&line, stdout);
}

//  One key that was made or let in.
static void s_print (const struct keys *self, const struct key *key, const char *secret_path)
{
    table_t *table = self->arguments->json ? NULL : s_table ();
    if (table || self->arguments->json)
        s_put (table, key, secret_path);
    if (!self->arguments->json)
        table_print (&table);
}

static void s_say_wrong (void *context, const char *sentence)
{
    (void) context;
    terminal_print (stderr, "dmh: %s; it is passed over\n", sentence);
}

//  The pair of that name, which is there first: of several that make one at once all get the same. Where only
//  its public half is missing the pair has it still.
static signing_key_t *s_signing_pair (struct keys *self, const char *pair, const char *half)
{
    bool halved = access (half, F_OK) == 0;
    signing_key_t *key = halved ? NULL : signing_key_new (&self->error);
    int rc = halved ? DMH_CONFLICT
             : key  ? signing_key_write (key, pair, true, &self->error)
                    : self->error.code;
    if (rc == DMH_CONFLICT) {
        signing_key_destroy (&key);
        if (!halved)
            key = signing_key_read (pair, &self->error);
        else
            error_set (&self->error, DMH_CONFLICT, "there is a key %s that signs in %s already",
                       self->arguments->words[1], self->folder);
    } else if (rc != DMH_OK)
        signing_key_destroy (&key);
    return key;
}

//  A pair that signs results: no key of a broker, so neither of its files ends as theirs do.
static int s_new_signing (struct keys *self)
{
    char pair[PATH_BYTES], half[PATH_BYTES];
    const char *name = self->arguments->words[1];
    signing_key_t *key = NULL;
    int rc = self->arguments->rights
                 ? error_set (&self->error, DMH_USAGE, "a key that signs has no rights at a broker")
                 : s_path (self, name, ".sign.pem", pair);
    if (rc == DMH_OK)
        rc = s_path (self, name, ".verify.pem", half);
    if (rc == DMH_OK)
        rc = keyring_make_folder (self->folder, &self->error);
    if (rc == DMH_OK && !(key = s_signing_pair (self, pair, half)))
        rc = self->error.code;
    if (rc == DMH_OK)
        rc = signing_key_write (key, half, false, &self->error);
    signing_key_destroy (&key);
    if (rc == DMH_OK && self->arguments->json) {
        json_line_t *line = json_line_new ();
        json_line_text (line, "name", name);
        json_line_text (line, "sign_key", pair);
        json_line_text (line, "verify_key", half);
        json_line_print (&line, stdout);
    } else if (rc == DMH_OK)
        terminal_print (stdout, "%s signs, and stays with its owner; %s is for whoever checks\n", pair, half);
    return rc;
}

//  Where the pair and its public half go; both have to be free.
static int s_check_new (struct keys *self, char pair[PATH_BYTES], char half[PATH_BYTES], unsigned *rights)
{
    const char *name = self->arguments->words[1];
    int rc = s_path (self, name, ".key", pair);
    if (rc == DMH_OK)
        rc = s_path (self, name, ".pub", half);
    if (rc == DMH_OK && self->arguments->rights)
        rc = key_rights_of (self->arguments->rights, rights, &self->error);
    if (rc == DMH_OK && *rights && streq (name, SERVER))
        return error_set (&self->error, DMH_USAGE,
                          "the key named server is the broker's own and needs no rights");
    if (rc == DMH_OK)
        rc = keyring_make_folder (self->folder, &self->error);
    if (rc == DMH_OK && (access (pair, F_OK) == 0 || access (half, F_OK) == 0))
        rc = error_set (&self->error, DMH_CONFLICT,
                        "there is a key %s in %s already; revoke it, or take another name", name,
                        self->folder);
    return rc;
}

static int s_new (struct keys *self)
{
    if (self->arguments->sign)
        return s_new_signing (self);
    char pair[PATH_BYTES], half[PATH_BYTES];
    struct key key;
    unsigned rights = 0;
    int rc = s_check_new (self, pair, half, &rights);
    if (rc == DMH_OK)
        rc = key_make (self->arguments->words[1], rights, &key, &self->error);
    if (rc != DMH_OK)
        return rc;
    rc = key_write (&key, pair, true, &self->error);
    if (rc == DMH_OK)
        rc = key_write (&key, half, false, &self->error);
    if (rc == DMH_OK)
        s_print (self, &key, pair);
    key_forget (&key);
    return rc;
}

static int s_list (struct keys *self)
{
    keyring_t *ring = keyring_load (self->folder, s_say_wrong, NULL, &self->error);
    if (!ring)
        return self->error.code;
    table_t *table = self->arguments->json ? NULL : s_table ();
    for (size_t i = 0; (table || self->arguments->json) && i < keyring_size (ring); i++) {
        const struct key *key = keyring_at (ring, i);
        char pair[PATH_BYTES];
        bool here = s_path (self, key->name, ".key", pair) == DMH_OK && access (pair, F_OK) == 0;
        s_put (table, key, here ? pair : NULL);
    }
    if (!self->arguments->json)
        table_print (&table);
    keyring_destroy (&ring);
    return DMH_OK;
}

//  From a file or as 40 characters.
static int s_public (struct keys *self, const char *from, struct key *out)
{
    int rc = DMH_OK;
    if (access (from, F_OK) == 0 || !key_is_text (from)) {
        rc = key_read (from, out, &self->error);
        if (rc == DMH_NOT_FOUND)
            error_set (&self->error, rc, "%.200s is neither a key file nor the 40 characters of a public key",
                       from);
    } else
        snprintf (out->public_text, sizeof out->public_text, "%s", from);
    key_forget (out);
    return rc;
}

//  One key has one name.
static int s_check_other (struct keys *self, const char *name, const char *public_text)
{
    keyring_t *ring = keyring_load (self->folder, NULL, NULL, &self->error);
    if (!ring)
        return self->error.code;
    const struct key *other = keyring_find (ring, public_text);
    int rc = DMH_OK;
    if (other && !streq (other->name, name))
        rc = error_set (&self->error, DMH_CONFLICT, "that key is in %s already, as %s", self->folder,
                        other->name);
    keyring_destroy (&ring);
    return rc;
}

static int s_allow (struct keys *self)
{
    const char *name = self->arguments->words[2];
    char path[PATH_BYTES];
    struct key key = {.rights = 0};
    unsigned rights = 0;
    int rc = s_path (self, name, ".pub", path);
    if (rc == DMH_OK && streq (name, SERVER))
        rc = error_set (&self->error, DMH_USAGE, "the name server is that of the broker's own key");
    if (rc == DMH_OK)
        rc = s_public (self, self->arguments->words[1], &key);
    for (size_t i = 3; rc == DMH_OK && i < self->arguments->word_count; i++) {
        unsigned more = 0;
        rc = key_rights_of (self->arguments->words[i], &more, &self->error);
        rights |= more;
    }
    if (rc == DMH_OK)
        rc = keyring_make_folder (self->folder, &self->error);
    if (rc == DMH_OK)
        rc = s_check_other (self, name, key.public_text);
    key.rights = rights;
    snprintf (key.name, sizeof key.name, "%s", name);
    if (rc == DMH_OK)
        rc = key_write (&key, path, false, &self->error);
    if (rc == DMH_OK)
        s_print (self, &key, NULL);
    return rc;
}

//  The pair goes too, where it is here: nobody takes it any more, and the name is free again.
static int s_revoke (struct keys *self)
{
    const char *name = self->arguments->words[1];
    char half[PATH_BYTES], pair[PATH_BYTES];
    int rc = s_path (self, name, ".pub", half);
    if (rc == DMH_OK)
        rc = s_path (self, name, ".key", pair);
    if (rc == DMH_OK && streq (name, SERVER))
        rc = error_set (&self->error, DMH_USAGE,
                        "the broker's own key is not revoked but replaced; SECURITY.md says how");
    if (rc == DMH_OK && unlink (half) != 0)
        rc = errno == ENOENT
                 ? error_set (&self->error, DMH_NOT_FOUND, "there is no key %s in %s", name, self->folder)
                 : error_set (&self->error, DMH_IO, "%s cannot be removed: %s", half, strerror (errno));
    if (rc == DMH_OK && unlink (pair) != 0 && errno != ENOENT)
        rc = error_set (&self->error, DMH_IO, "%s cannot be removed: %s", pair, strerror (errno));
    return rc;
}

int command_keys (struct arguments *arguments)
{
    static const struct {
        const char *word;
        size_t least, most;    //  words
        int (*run) (struct keys *);
    } TABLE[] = {
        {"new", 2, 2, s_new}, {"list", 1, 1, s_list}, {"allow", 4, 9, s_allow}, {"revoke", 2, 2, s_revoke}};
    struct keys self = {.arguments = arguments};
    int rc = error_set (
        &self.error, DMH_USAGE,
        "keys knows new NAME, new --sign NAME, list, allow FILE NAME RIGHT… and revoke NAME; dmh keys --help "
        "says more");
    if (arguments->keys)
        snprintf (self.folder, sizeof self.folder, "%s", arguments->keys);
    else
        keyring_default (self.folder, sizeof self.folder);
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++)
        if (streq (arguments->words[0], TABLE[i].word) && arguments->word_count >= TABLE[i].least &&
            arguments->word_count <= TABLE[i].most)
            rc = TABLE[i].run (&self);
    return rc == DMH_OK ? EXIT_DONE : command_refuse (&self.error);
}
