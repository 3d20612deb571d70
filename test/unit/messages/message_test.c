//  message_test.c: every message of the protocol through its codec, and what the codec has to refuse.
#include "test/support/peers/message_samples.h"

#include <criterion/criterion.h>
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

static void s_encode (const struct shape *shape, const void *message, void **body, size_t *n)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (shape_encode (shape, message, body, n, &error), DMH_OK, "%s: %s", shape->name, error.text);
}

Test (message, each_one_comes_back_from_its_bytes_as_it_was)
{
    for (size_t m = 0; m < MESSAGE_COUNT; m++) {
        const struct shape *shape = MESSAGES[m];
        void *message = calloc (1, shape->size), *back = calloc (1, shape->size), *body, *again;
        size_t n, again_n;
        message_samples_fill (shape, message);
        s_encode (shape, message, &body, &n);
        cr_assert_eq (shape_decode (shape, body, n, back, NULL), DMH_OK, "%s", shape->name);
        s_encode (shape, back, &again, &again_n);
        cr_assert_eq (n, again_n, "%s", shape->name);
        cr_assert_eq (memcmp (body, again, n), 0, "%s", shape->name);
        shape_clear (shape, message);
        shape_clear (shape, back);
        free (message);
        free (back);
        free (body);
        free (again);
    }
}

Test (message, every_truncation_is_malformed_and_leaves_the_struct_untouched)
{
    for (size_t m = 0; m < MESSAGE_COUNT; m++) {
        const struct shape *shape = MESSAGES[m];
        void *message = calloc (1, shape->size), *back = malloc (shape->size),
             *untouched = malloc (shape->size), *body;
        size_t n;
        message_samples_fill (shape, message);
        s_encode (shape, message, &body, &n);
        memset (back, 0x5a, shape->size);
        memset (untouched, 0x5a, shape->size);
        for (size_t cut = 0; cut < n; cut++) {
            cr_assert_eq (shape_decode (shape, body, cut, back, NULL), DMH_MALFORMED, "%s cut at %zu",
                          shape->name, cut);
            cr_assert_eq (memcmp (back, untouched, shape->size), 0, "%s cut at %zu", shape->name, cut);
        }
        shape_clear (shape, message);
        free (message);
        free (back);
        free (untouched);
        free (body);
    }
}

//  A body with the field of that index left out, or with `value` in its place.
static void s_pack_status (msgpack_sbuffer *buffer, const char *request, const char *job, bool extra)
{
    msgpack_packer packer;
    msgpack_sbuffer_init (buffer);
    msgpack_packer_init (&packer, buffer, msgpack_sbuffer_write);
    msgpack_pack_map (&packer, (size_t) (!!request + !!job + extra));
    if (extra) {    //  a key that this version does not know, with something deep in it
        msgpack_pack_str_with_body (&packer, "later", 5);
        msgpack_pack_array (&packer, 2);
        msgpack_pack_nil (&packer);
        msgpack_pack_map (&packer, 1);
        msgpack_pack_int (&packer, -7);
        msgpack_pack_double (&packer, 0.5);
    }
    if (request) {
        msgpack_pack_str_with_body (&packer, "request", 7);
        msgpack_pack_str_with_body (&packer, request, strlen (request));
    }
    if (job) {
        msgpack_pack_str_with_body (&packer, "job", 3);
        msgpack_pack_str_with_body (&packer, job, strlen (job));
    }
}

static int s_decode_status (const char *request, const char *job, bool extra, struct job_request *out)
{
    msgpack_sbuffer buffer;
    s_pack_status (&buffer, request, job, extra);
    int rc = shape_decode (&status_shape, buffer.data, buffer.size, out, NULL);
    msgpack_sbuffer_destroy (&buffer);
    return rc;
}

Test (message, a_body_by_any_msgpack_is_read_and_unknown_keys_are_passed_over)
{
    struct job_request status;
    cr_assert_eq (s_decode_status ("r1", "j1", false, &status), DMH_OK);
    cr_assert_str_eq (status.request, "r1");
    cr_assert_str_eq (status.job, "j1");
    cr_assert_eq (s_decode_status ("r2", "j2", true, &status), DMH_OK);
    cr_assert_str_eq (status.job, "j2");
}

Test (message, what_is_required_and_missing_is_malformed)
{
    struct job_request status;
    cr_assert_eq (s_decode_status (NULL, "j1", false, &status), DMH_MALFORMED);
    cr_assert_eq (s_decode_status ("r1", NULL, false, &status), DMH_MALFORMED);
}

Test (message, a_text_one_byte_too_long_is_malformed_never_cut)
{
    char longest[ID_BYTES + 1];
    struct job_request status;
    memset (longest, 'x', sizeof longest);
    longest[ID_BYTES - 1] = 0;
    cr_assert_eq (s_decode_status ("r", longest, false, &status), DMH_OK);
    longest[ID_BYTES - 1] = 'x';
    longest[ID_BYTES] = 0;
    cr_assert_eq (s_decode_status ("r", longest, false, &status), DMH_MALFORMED);
}

Test (message, hostile_bodies_are_malformed)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *what;
    } CASES[] = {
        {"", 0, "nothing"},
        {"\x01", 1, "a number"},
        {"\xc0", 1, "nil"},
        {"\xdf\xff\xff\xff\xff", 5, "a map that claims 4 billion entries"},
        {"\xdd\xff\xff\xff\xff", 5, "a list that claims 4 billion entries"},
        {"\x81\xa3job\xdb\xff\xff\xff\xff", 10, "a text that claims 4 GiB"},
        {"\x81\xa3job\x91\x91\x91\x91\x91\x91\x91\x91\x91\x01", 15, "too deep"},
        {"\x82\xa7request\xa1r\xa3job\x05", 16, "a number where a text belongs"},
        {"\x82\xa7request\xa1r\xa3job\xa2\xff\xfe", 18, "not UTF-8"},
        {"\x82\xa7request\xa1r\xa3job\xa2\x61\x00", 18, "a NUL in a text"},
        {"\x83\xa7request\xa1r\xa3job\xa1j\xa3job\xa1k", 23, "a key twice"},
        {"\x83\xa7request\xa1r\xa3job\xc0\xa3job\xa1k", 22, "a key twice, first without a value"},
        {"\x82\xa7request\xa1r\xa3job\xa1j\xc0", 18, "bytes after the end"},
        {"\x82\x01\xa1r\xa3job\xa1j", 10, "a key that is a number"},
        {"\xc1", 1, "a byte that msgpack never uses"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct job_request status;
        struct error error = {.code = DMH_OK};
        cr_assert_eq (shape_decode (&status_shape, CASES[i].bytes, CASES[i].n, &status, &error),
                      DMH_MALFORMED, "%s", CASES[i].what);
        cr_assert_gt (strlen (error.text), 10, "%s", CASES[i].what);
    }
}

Test (message, more_than_256_entries_or_64_KiB_are_malformed)
{
    msgpack_sbuffer buffer;
    msgpack_packer packer;
    struct job_request status;
    for (size_t entries = 255; entries <= 256; entries++) {
        msgpack_sbuffer_init (&buffer);
        msgpack_packer_init (&packer, &buffer, msgpack_sbuffer_write);
        msgpack_pack_map (&packer, entries + 1);
        msgpack_pack_str_with_body (&packer, "request", 7);
        msgpack_pack_str_with_body (&packer, "r", 1);
        for (size_t i = 1; i <= entries; i++) {
            msgpack_pack_str_with_body (&packer, i == 1 ? "job" : "x", i == 1 ? 3 : 1);
            msgpack_pack_str_with_body (&packer, "j", 1);
        }
        cr_assert_eq (shape_decode (&status_shape, buffer.data, buffer.size, &status, NULL),
                      entries == 255 ? DMH_OK : DMH_MALFORMED);
        msgpack_sbuffer_destroy (&buffer);
    }
    char *large = calloc (1, BODY_BYTES_MAX + 1);
    cr_assert_eq (shape_decode (&status_shape, large, BODY_BYTES_MAX + 1, &status, NULL), DMH_MALFORMED);
    free (large);
}

Test (message, what_cannot_be_sent_whole_is_not_encoded)
{
    struct submit submit = {.request = "r", .submit_key = "k"};
    struct error error;
    void *body;
    size_t n;
    submit.inputs_count = INPUTS_MAX + 1;
    submit.inputs = calloc (submit.inputs_count, sizeof *submit.inputs);
    cr_assert_eq (shape_encode (&submit_shape, &submit, &body, &n, &error), DMH_TOO_LARGE);
    submit.inputs_count = INPUTS_MAX;
    for (size_t i = 0; i < INPUTS_MAX; i++)    //  128 of 4 KiB are beyond 64 KiB
        memset (submit.inputs[i].uri, 'x', URI_BYTES - 1);
    cr_assert_eq (shape_encode (&submit_shape, &submit, &body, &n, &error), DMH_TOO_LARGE);
    free (submit.inputs);
}

//  The message as a msgpack tree; `zone` owns it.
static msgpack_object s_tree (const struct shape *shape, msgpack_zone *zone, void **body)
{
    size_t n, at = 0;
    msgpack_object tree;
    void *message = calloc (1, shape->size);
    message_samples_fill (shape, message);
    s_encode (shape, message, body, &n);
    shape_clear (shape, message);
    free (message);
    cr_assert_eq (msgpack_unpack (*body, n, &at, zone, &tree), MSGPACK_UNPACK_SUCCESS);
    return tree;
}

static int s_decode_tree (const struct shape *shape, msgpack_object tree)
{
    msgpack_sbuffer buffer;
    msgpack_packer packer;
    void *out = calloc (1, shape->size);
    msgpack_sbuffer_init (&buffer);
    msgpack_packer_init (&packer, &buffer, msgpack_sbuffer_write);
    msgpack_pack_object (&packer, tree);
    int rc = shape_decode (shape, buffer.data, buffer.size, out, NULL);
    if (rc == DMH_OK)
        shape_clear (shape, out);
    msgpack_sbuffer_destroy (&buffer);
    free (out);
    return rc;
}

//  The entry of the tree's map for a key; NULL when it has none.
static msgpack_object_kv *s_entry (msgpack_object tree, const char *key)
{
    for (uint32_t i = 0; i < tree.via.map.size; i++) {
        msgpack_object_kv *entry = &tree.via.map.ptr[i];
        if (entry->key.via.str.size == strlen (key) &&
            memcmp (entry->key.via.str.ptr, key, strlen (key)) == 0)
            return entry;
    }
    return NULL;
}

Test (message, of_every_message_each_required_field_is_missed_and_each_other_one_is_not)
{
    for (size_t m = 0; m < MESSAGE_COUNT; m++) {
        const struct shape *shape = MESSAGES[m];
        for (size_t f = 0; f < shape->field_count; f++) {
            const struct shape_field *field = &shape->fields[f];
            msgpack_zone zone;
            void *body = NULL;
            msgpack_zone_init (&zone, 4096);
            msgpack_object tree = s_tree (shape, &zone, &body);
            msgpack_object_kv *entry = s_entry (tree, field->key);
            cr_assert_not_null (entry, "%s does not send %s", shape->name, field->key);
            entry->val.type = MSGPACK_OBJECT_NIL;    //  counts as absent
            cr_expect_eq (s_decode_tree (shape, tree), field->required ? DMH_MALFORMED : DMH_OK,
                          "%s without %s", shape->name, field->key);
            msgpack_zone_destroy (&zone);
            free (body);
        }
    }
}

Test (message, of_every_message_each_text_has_its_bound_and_each_field_its_type)
{
    static char text[70 * 1024];
    memset (text, 'x', sizeof text);
    for (size_t m = 0; m < MESSAGE_COUNT; m++) {
        const struct shape *shape = MESSAGES[m];
        for (size_t f = 0; f < shape->field_count; f++) {
            const struct shape_field *field = &shape->fields[f];
            msgpack_zone zone;
            void *body = NULL;
            msgpack_zone_init (&zone, 4096);
            msgpack_object tree = s_tree (shape, &zone, &body);
            msgpack_object_kv *entry = s_entry (tree, field->key);
            bool text_field = field->type == SHAPE_TEXT || field->type == SHAPE_STRING;
            msgpack_object was = entry->val;
            if (text_field) {
                //  A terminated text holds a byte less than its room.
                uint32_t most = (uint32_t) (field->type == SHAPE_TEXT ? field->max - 1 : field->max);
                entry->val.via.str.ptr = text;
                entry->val.via.str.size = most;
                if (most < BODY_BYTES_MAX / 2)
                    cr_expect_eq (s_decode_tree (shape, tree), DMH_OK, "%s.%s of %u bytes", shape->name,
                                  field->key, most);
                entry->val.via.str.size = most + 1;
                cr_expect_eq (s_decode_tree (shape, tree), DMH_MALFORMED, "%s.%s of %u bytes", shape->name,
                              field->key, most + 1);
            }
            entry->val = was;
            entry->val.type = MSGPACK_OBJECT_BIN;    //  what no field is
            entry->val.via.bin.ptr = text;
            entry->val.via.bin.size = 3;
            cr_expect_eq (s_decode_tree (shape, tree), DMH_MALFORMED, "%s.%s as bytes", shape->name,
                          field->key);
            if (field->type == SHAPE_F64) {
                entry->val.type = MSGPACK_OBJECT_FLOAT64;
                entry->val.via.f64 = 1.0 / 0.0;
                cr_expect_eq (s_decode_tree (shape, tree), DMH_MALFORMED, "%s.%s infinite", shape->name,
                              field->key);
            }
            msgpack_zone_destroy (&zone);
            free (body);
        }
    }
}
