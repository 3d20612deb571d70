//  signing_key_test.c: the keys that sign results: RFC 8032's own example, files, and what is no such key.
#include "messages/keys/signing_key.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <sys/stat.h>

//  Test 2 of RFC 8032, section 7.1, its keys as RFC 8410 puts them into PEM.
static const char PAIR[] = "-----BEGIN PRIVATE KEY-----\n"
                           "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7\n"
                           "-----END PRIVATE KEY-----\n";
static const char HALF[] = "-----BEGIN PUBLIC KEY-----\n"
                           "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n"
                           "-----END PUBLIC KEY-----\n";
static const char MESSAGE[] = {0x72};
static const char SIGNATURE[] = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

//  Of another curve: X25519.
static const char OTHER[] = "-----BEGIN PRIVATE KEY-----\n"
                            "MC4CAQAwBQYDK2VuBCIEIECKrdu10rB5Il/riyYKukMsgJ8wJDraS1wrjXKHCgNR\n"
                            "-----END PRIVATE KEY-----\n";

static const char *s_file (const struct workplace *place, const char *name, const char *text)
{
    static char path[4][512];
    static unsigned turn;
    char *out = path[turn++ % 4];
    snprintf (out, 512, "%s/%s", place->folder, name);
    if (text) {
        workplace_write (place, name, text, strlen (text));
        cr_assert_eq (chmod (out, 0600), 0);
    }
    return out;
}

Test (signing_key, signs_as_the_standard_has_it)
{
    struct workplace place;
    struct error error = {.code = DMH_OK};
    unsigned char signature[SIGNATURE_BYTES];
    char hex[2 * SIGNATURE_BYTES + 1];
    workplace_make (&place);
    signing_key_t *pair = signing_key_read (s_file (&place, "pair", PAIR), &error);
    cr_assert_not_null (pair, "%s", error.text);
    signing_key_t *half = signing_key_read_public (s_file (&place, "half", HALF), &error);
    cr_assert_not_null (half, "%s", error.text);
    cr_assert_eq (signing_key_sign (pair, MESSAGE, sizeof MESSAGE, signature, &error), DMH_OK);
    for (size_t i = 0; i < SIGNATURE_BYTES; i++)
        snprintf (hex + 2 * i, 3, "%02x", signature[i]);
    cr_assert_str_eq (hex, SIGNATURE);
    cr_assert (signing_key_signed (half, MESSAGE, sizeof MESSAGE, signature, SIGNATURE_BYTES));
    cr_assert_not (signing_key_signed (half, MESSAGE, sizeof MESSAGE, signature, SIGNATURE_BYTES - 1));
    cr_assert_not (signing_key_signed (half, "s", 1, signature, SIGNATURE_BYTES));
    for (size_t i = 0; i < SIGNATURE_BYTES; i++) {
        signature[i] ^= 1;
        cr_assert_not (signing_key_signed (half, MESSAGE, sizeof MESSAGE, signature, SIGNATURE_BYTES));
        signature[i] ^= 1;
    }
    signing_key_destroy (&pair);
    signing_key_destroy (&half);
    cr_assert_null (half);
    workplace_remove (&place);
}

Test (signing_key, a_new_pair_survives_its_files_which_nobody_else_can_read)
{
    struct workplace place;
    struct error error = {.code = DMH_OK};
    struct stat about;
    unsigned char signature[SIGNATURE_BYTES];
    workplace_make (&place);
    umask (0);
    const char *pair = s_file (&place, "pair", NULL), *half = s_file (&place, "half", NULL);
    signing_key_t *key = signing_key_new (&error), *other = signing_key_new (&error);
    cr_assert (key && other, "%s", error.text);
    cr_assert_eq (signing_key_write (key, pair, true, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (signing_key_write (key, half, false, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (signing_key_write (other, pair, true, &error), DMH_CONFLICT, "a pair replaces nothing");
    cr_assert_eq (stat (pair, &about), 0);
    cr_assert_eq (about.st_nlink, 1);
    cr_assert_eq (about.st_mode & 07777, 0600);
    signing_key_t *again = signing_key_read (pair, &error), *checks = signing_key_read_public (half, &error);
    cr_assert (again && checks, "%s", error.text);
    cr_assert_eq (signing_key_sign (again, "text", 4, signature, &error), DMH_OK);
    cr_assert (signing_key_signed (checks, "text", 4, signature, SIGNATURE_BYTES));
    cr_assert_not (signing_key_signed (other, "text", 4, signature, SIGNATURE_BYTES),
                   "every pair is another");
    static const mode_t OPEN[] = {0640, 0604, 0620, 0601, 0666};
    for (size_t i = 0; i < sizeof OPEN / sizeof *OPEN; i++) {
        cr_assert_eq (chmod (pair, OPEN[i]), 0);
        cr_assert_null (signing_key_read (pair, &error));
        cr_assert_eq (error.code, DMH_UNAUTHORIZED);
        cr_assert (strstr (error.text, "chmod 600"), "%s", error.text);
    }
    signing_key_destroy (&key);
    signing_key_destroy (&other);
    signing_key_destroy (&again);
    signing_key_destroy (&checks);
    workplace_remove (&place);
}

Test (signing_key, what_is_no_such_key_is_refused_with_its_path)
{
    struct workplace place;
    struct error error = {.code = DMH_OK};
    char longer[5000];
    memset (longer, '\n', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    const struct {
        const char *text;
        bool secret;
    } CASES[] = {{"", true},     {"x", true}, {HALF, true}, {OTHER, true},
                 {longer, true}, {"", false}, {PAIR, false}};
    workplace_make (&place);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *path = s_file (&place, "key", CASES[i].text);
        signing_key_t *key =
            CASES[i].secret ? signing_key_read (path, &error) : signing_key_read_public (path, &error);
        cr_assert_null (key, "case %zu", i);
        cr_assert_eq (error.code, DMH_MALFORMED, "case %zu", i);
        cr_assert (strstr (error.text, path) && strstr (error.text, "dmh keys new --sign"), "%s", error.text);
        cr_assert_not (strstr (error.text, "MC4CAQ"));
    }
    cr_assert_null (signing_key_read (s_file (&place, "none", NULL), &error));
    cr_assert_eq (error.code, DMH_NOT_FOUND);
    cr_assert_null (signing_key_read (place.folder, &error));
    cr_assert_eq (error.code, DMH_IO);
    workplace_remove (&place);
}
