//  base_test.c: the bottom that all stand on: error, clock, random, buffer, digest, and the URIs of files.
#include "messages/base/buffer.h"
#include "messages/base/clock.h"
#include "messages/base/digest.h"
#include "messages/base/folder.h"
#include "messages/base/random.h"
#include "messages/uri.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

Test (error, every_code_has_a_word_and_comes_back_from_it)
{
    for (int code = DMH_USAGE; code <= DMH_OK; code++)
        cr_expect_eq (error_code (error_word (code)), code, "%s", error_word (code));
    cr_expect_str_eq (error_word (DMH_NOT_FOUND), "not_found");
    cr_expect_str_eq (error_word (-99), "internal");
    cr_expect_str_eq (error_word (7), "internal");
    cr_expect_eq (error_code ("nonsense"), DMH_INTERNAL);
    cr_expect_eq (error_code (NULL), DMH_INTERNAL);
}

Test (error, a_sentence_may_quote_the_one_before_it_and_nobody_has_to_listen)
{
    struct error error;
    cr_expect_eq (error_set (&error, DMH_IO, "no space"), DMH_IO);
    cr_expect_eq (error_set (&error, DMH_BAD_INPUT, "a.csv: %s", error.text), DMH_BAD_INPUT);
    cr_expect_eq (error.code, DMH_BAD_INPUT);
    cr_expect_str_eq (error.text, "a.csv: no space");
    cr_expect_eq (error_set (NULL, DMH_IO, "unheard"), DMH_IO);
}

Test (error, a_sentence_too_long_ends_in_an_ellipsis_between_characters)
{
    static const char *const PIECES[] = {"x", "ä", "€", "😀"};
    char text[700];
    for (size_t p = 0; p < sizeof PIECES / sizeof *PIECES; p++)
        for (size_t lead = 0; lead < 4; lead++) {
            struct error error;
            size_t width = strlen (PIECES[p]), n = lead;
            memset (text, '.', lead);
            for (; n + width < sizeof text; n += width)
                memcpy (text + n, PIECES[p], width);
            text[n] = 0;
            error_set (&error, DMH_IO, "%s", text);
            size_t kept = strlen (error.text) - strlen ("…");
            cr_expect_str_eq (error.text + kept, "…");
            cr_expect_eq (memcmp (error.text, text, kept), 0);
            cr_expect_eq ((kept - lead) % width, 0, "cut within %s", PIECES[p]);
            cr_expect_geq (kept, sizeof error.text - 8, "cut too early");
        }
}

Test (clock, a_time_is_written_by_RFC_3339)
{
    static const struct {
        int64_t ms;
        const char *text;
    } CASES[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {1, "1970-01-01T00:00:00.001Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {-1000, "1969-12-31T23:59:59.000Z"},
        {951782400000, "2000-02-29T00:00:00.000Z"},
        {1700000000123, "2023-11-14T22:13:20.123Z"},
        {253402300799999, "9999-12-31T23:59:59.999Z"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[CLOCK_TEXT_BYTES];
        cr_expect_str_eq (clock_text (CASES[i].ms, text), CASES[i].text);
    }
    char text[CLOCK_TEXT_BYTES];
    cr_expect_lt (strlen (clock_text (INT64_MAX, text)), sizeof text);
    cr_expect_lt (strlen (clock_text (INT64_MIN, text)), sizeof text);
}

static int64_t s_time (int which)
{
    return which ? 1700000000000 : 42;
}

Test (clock, its_source_can_be_replaced_and_put_back)
{
    clock_replace (s_time);
    cr_expect_eq (clock_mono_ms (), 42);
    cr_expect_eq (clock_wall_ms (), 1700000000000);
    clock_replace (NULL);
    int64_t before = clock_mono_ms ();
    cr_expect_geq (clock_mono_ms (), before);
    cr_expect_gt (clock_wall_ms (), 1700000000000);
}

static void s_ramp (void *to, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ((unsigned char *) to)[i] = (unsigned char) (0xf0 + i);
}

Test (random, hex_has_as_many_digits_as_asked_for)
{
    char text[80];
    for (size_t digits = 0; digits <= 70; digits++) {
        memset (text, '#', sizeof text);
        cr_expect_eq (random_hex (text, digits), text);
        cr_expect_eq (strlen (text), digits);
        cr_expect_eq (strspn (text, "0123456789abcdef"), digits);
        cr_expect_eq (text[digits + 1], '#', "no byte behind the terminator is touched");
    }
    random_replace (s_ramp);
    cr_expect_str_eq (random_hex (text, 7), "f0f1f2f");
    random_replace (NULL);
}

static int64_t s_now = 1700000000000;

static int64_t s_moving (int which)
{
    (void) which;
    return s_now;
}

Test (random, ids_of_jobs_sort_by_their_time)
{
    char ids[64][JOB_ID_DIGITS + 1];
    clock_replace (s_moving);
    for (size_t i = 0; i < 64; i++, s_now += 1 + (int64_t) i * 977) {
        random_job_id (ids[i]);
        cr_assert_eq (strlen (ids[i]), JOB_ID_DIGITS);
        cr_expect (i == 0 || strcmp (ids[i - 1], ids[i]) < 0);
    }
    cr_expect_eq (strncmp (ids[0], "18bcfe56800", 11), 0);    //  1700000000000 in hex
    clock_replace (NULL);
}

Test (buffer, it_keeps_its_bytes_while_it_grows_and_refuses_what_no_memory_holds)
{
    struct buffer buffer = {.at = NULL};
    for (size_t i = 0; i < 10000; i++) {
        cr_assert_eq (buffer_reserve (&buffer, 1), 0);
        cr_assert_geq (buffer.size, i + 1);
        buffer.at[buffer.used++] = (char) i;
    }
    for (size_t i = 0; i < 10000; i++)
        cr_assert_eq (buffer.at[i], (char) i);
    struct buffer before = buffer;
    cr_expect_eq (buffer_reserve (&buffer, SIZE_MAX - 100000), -1);
    cr_expect_eq (buffer_reserve (&buffer, SIZE_MAX), -1);
    cr_expect_eq (memcmp (&before, &buffer, sizeof before), 0, "nothing is changed");
    free (buffer.at);
}

//  FIPS 180-4's examples.
Test (digest, it_is_SHA_256_however_the_bytes_come)
{
    static const struct {
        const char *text, *hex;
    } CASES[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    digest_t *digest = digest_new ();
    cr_assert_not_null (digest);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char hex[DIGEST_HEX_BYTES];
        size_t n = strlen (CASES[i].text);
        cr_expect_str_eq (digest_of (CASES[i].text, n, hex), CASES[i].hex);
        for (size_t step = 1; step <= n; step++) {    //  digest_hex begins anew each time
            for (size_t at = 0; at < n; at += step)
                digest_update (digest, CASES[i].text + at, n - at < step ? n - at : step);
            cr_expect_str_eq (digest_hex (digest, hex), CASES[i].hex);
        }
        digest_update (digest, "lost", 4);
        digest_reset (digest);
    }
    digest_destroy (&digest);
    cr_expect_null (digest);
    digest_destroy (&digest);
}

Test (digest, a_file_that_cannot_be_read_is_named)
{
    char hex[DIGEST_HEX_BYTES];
    uint64_t bytes = 7;
    struct error error = {.code = DMH_OK};
    cr_expect_eq (digest_of_file ("/nowhere/file", hex, &bytes, &error), DMH_IO);
    cr_expect (strstr (error.text, "/nowhere/file"), "%s", error.text);
    cr_expect_eq (digest_of_file ("/", hex, &bytes, &error), DMH_IO);
    cr_expect_eq (bytes, 7, "it is told on success alone");
    cr_expect_eq (digest_of_file ("/dev/null", hex, &bytes, &error), DMH_OK);
    cr_expect_eq (bytes, 0);
    cr_expect_eq (strncmp (hex, "e3b0c442", 8), 0);
}

Test (uri, a_path_comes_back_from_its_URI)
{
    static const struct {
        const char *path, *uri;
    } CASES[] = {
        {"/", "file:///"},
        {"/a/b-c._~/D9", "file:///a/b-c._~/D9"},
        {"/a b", "file:///a%20b"},
        {"/50%?#", "file:///50%25%3F%23"},
        {"/Müller", "file:///M%C3%BCller"},
        {"/\xff\n", "file:///%FF%0A"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char uri[64], path[64];
        cr_expect_eq (uri_from_path (CASES[i].path, uri, sizeof uri, NULL), DMH_OK);
        cr_expect_str_eq (uri, CASES[i].uri);
        cr_expect_eq (uri_to_path (uri, path, sizeof path, NULL), DMH_OK);
        cr_expect_str_eq (path, CASES[i].path);
    }
}

Test (uri, what_names_no_file_is_refused)
{
    static const struct {
        const char *uri;
        int code;
    } CASES[] = {
        {"", DMH_UNSUPPORTED},
        {"/a", DMH_UNSUPPORTED},
        {"http://a/b", DMH_UNSUPPORTED},
        {"file://host/a", DMH_UNSUPPORTED},
        {"file://", DMH_UNSUPPORTED},
        {"file:///%", DMH_MALFORMED},
        {"file:///%2", DMH_MALFORMED},
        {"file:///%2g", DMH_MALFORMED},
        {"file:///%g2", DMH_MALFORMED},
        {"file:///a%00b", DMH_MALFORMED},
        {"file:///12345678", DMH_TOO_LARGE},
        {"file:///123456", DMH_OK},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char path[8];
        cr_expect_eq (uri_to_path (CASES[i].uri, path, sizeof path, NULL), CASES[i].code, "%s", CASES[i].uri);
    }
    char out[12];
    cr_expect_eq (uri_from_path ("a/b", out, sizeof out, NULL), DMH_BAD_INPUT);
    cr_expect_eq (uri_from_path ("", out, sizeof out, NULL), DMH_BAD_INPUT);
    for (size_t size = 0; size <= sizeof out; size++) {    //  never a byte behind `size`
        memset (out, '#', sizeof out);
        int rc = uri_from_path ("/a b", out, size, NULL);
        cr_expect (rc == DMH_TOO_LARGE || strlen (out) < size);
        for (size_t i = size; i < sizeof out; i++)
            cr_expect_eq (out[i], '#');
    }
}

Test (uri, a_list_of_endpoints_is_taken_apart_or_refused_whole)
{
    static const struct {
        const char *list;
        size_t count;
        const char *last;
    } CASES[] = {
        {"tcp://a:1", 1, "tcp://a:1"},
        {"tcp://a:1,tcp://b:2", 2, "tcp://b:2"},
        {" a , b ,  c ", 3, "c"},
        {"", 0, NULL},
        {" ", 0, NULL},
        {"a,", 0, NULL},
        {",a", 0, NULL},
        {"a,,b", 0, NULL},
        {"a,b,c,d", 0, NULL},
    };
    static char out[3][URI_BYTES];
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        size_t count = uri_list (CASES[i].list, out, 3);
        cr_expect_eq (count, CASES[i].count, "“%s”", CASES[i].list);
        if (count)
            cr_expect_str_eq (out[count - 1], CASES[i].last);
    }
}

static mode_t s_mode (const struct workplace *place, const char *name)
{
    char path[600];
    struct stat about;
    snprintf (path, sizeof path, "%s/%s", place->folder, name);
    return stat (path, &about) == 0 ? about.st_mode : 0;
}

Test (folder, it_is_made_with_those_above_it_for_its_owner_alone)
{
    static const char *const NAMES[] = {"a/b/c", "a/b/d", "a/b/d", "e/", "a"};
    struct workplace place;
    struct error error = {.code = DMH_OK};
    char path[600];
    workplace_make (&place);
    umask (0);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        snprintf (path, sizeof path, "%s/%s", place.folder, NAMES[i]);
        cr_expect_eq (folder_make (path, &error), DMH_OK, "%s: %s", NAMES[i], error.text);
        cr_expect_eq (s_mode (&place, NAMES[i]), S_IFDIR | 0700, "%s", NAMES[i]);
    }
    cr_expect_eq (s_mode (&place, "a"), S_IFDIR | 0700);
    cr_expect_eq (s_mode (&place, "a/b"), S_IFDIR | 0700);
    workplace_remove (&place);
}

//  Nothing has gone wrong before, either.
Test (folder, one_alone_in_the_folder_where_one_is_is_made)
{
    struct workplace place;
    struct error error = {.code = DMH_OK};
    workplace_make (&place);
    cr_assert_eq (chdir (place.folder), 0);
    errno = 0;
    cr_expect_eq (folder_make ("alone", &error), DMH_OK, "%s", error.text);
    cr_expect_eq (s_mode (&place, "alone") & S_IFMT, S_IFDIR);
    cr_assert_eq (chdir ("/"), 0);
    workplace_remove (&place);
}

Test (folder, a_file_in_its_place_or_above_it_is_named)
{
    static const char *const NAMES[] = {"file", "file/below", "file/below/it"};
    struct workplace place;
    char path[600], said[600];
    workplace_make (&place);
    workplace_write (&place, "file", "x", 1);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        struct error error = {.code = DMH_OK};
        snprintf (path, sizeof path, "%s/%s", place.folder, NAMES[i]);
        snprintf (said, sizeof said, "the folder %s/file", place.folder);
        cr_expect_eq (folder_make (path, &error), DMH_IO, "%s", NAMES[i]);
        cr_expect (strstr (error.text, said) && strstr (error.text, "Not a directory"), "%s", error.text);
    }
    struct error error = {.code = DMH_OK};
    cr_expect_eq (folder_make ("", &error), DMH_IO);
    cr_expect (strstr (error.text, "No such file"), "%s", error.text);
    workplace_remove (&place);
}
