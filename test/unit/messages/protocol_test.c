//  protocol_test.c: messages/PROTOCOL.md says of every message and part what the codec's tables say: each
//  key, in order, with its type, bound and whether it is needed. It stands in for the reader who writes a
//  client from that page alone.
#include "test/support/peers/message_samples.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 256, SHAPES_MAX = 64 };

//  The messages and every part that one of them holds, each once.
struct shapes {
    const struct shape *at[SHAPES_MAX];
    size_t count;
};

static void s_collect (struct shapes *shapes, const struct shape *shape)
{
    for (size_t i = 0; i < shapes->count; i++)
        if (shapes->at[i] == shape)
            return;
    cr_assert_lt (shapes->count, SHAPES_MAX);
    shapes->at[shapes->count++] = shape;
    for (size_t f = 0; f < shape->field_count; f++)
        if (shape->fields[f].of)
            s_collect (shapes, shape->fields[f].of);
}

static struct shapes s_shapes (void)
{
    struct shapes shapes = {.count = 0};
    for (size_t m = 0; m < MESSAGE_COUNT; m++)
        s_collect (&shapes, MESSAGES[m]);
    return shapes;
}

static char *s_page (void)
{
    FILE *file = fopen ("messages/PROTOCOL.md", "r");
    cr_assert_not_null (file, "tests run in the project's folder");
    enum { PAGE_BYTES = 256 * 1024 };
    char *page = calloc (1, PAGE_BYTES);
    cr_assert_not_null (page);
    cr_assert_lt (fread (page, 1, PAGE_BYTES - 1, file), PAGE_BYTES - 1);
    fclose (file);
    return page;
}

//  The `nth` section "### name" or "### name (…)", behind its heading; NULL when there are fewer.
static const char *s_section (const char *page, const char *name, size_t nth)
{
    size_t n = strlen (name);
    for (const char *at = page; (at = strstr (at, "\n### ")) != NULL;) {
        at += strlen ("\n### ");
        if (strncmp (at, name, n) == 0 && (at[n] == '\n' || at[n] == ' ') && nth-- == 0)
            return strchr (at, '\n');
    }
    return NULL;
}

static void s_row (const struct shape_field *field, char out[LINE_BYTES])
{
    static const char *const TYPES[] = {
        [SHAPE_U64] = "uint",   [SHAPE_SAID] = "uint",  [SHAPE_I64] = "int",
        [SHAPE_F64] = "float",  [SHAPE_BOOL] = "bool",  [SHAPE_TEXT] = "str",
        [SHAPE_STRING] = "str", [SHAPE_STRUCT] = "map", [SHAPE_LIST] = "list"};
    char bound[96] = "";
    if (field->type == SHAPE_TEXT)    //  a byte of its room is the terminator
        snprintf (bound, sizeof bound, "%zu bytes", field->max - 1);
    if (field->type == SHAPE_STRING)
        snprintf (bound, sizeof bound, "%zu bytes", field->max);
    if (field->type == SHAPE_STRUCT)
        snprintf (bound, sizeof bound, "%s", field->of->name);
    if (field->type == SHAPE_LIST)
        snprintf (bound, sizeof bound, "%zu of %s", field->max, field->of->name);
    snprintf (out, LINE_BYTES, "| %s | %s | %s | %s |\n", field->key, TYPES[field->type], bound,
              field->required ? "yes" : "");
    for (char *two; (two = strstr (out, "|  |")) != NULL;)    //  an empty cell is one space
        memmove (two + 2, two + 3, strlen (two + 3) + 1);
    for (char *two; (two = strstr (out, "| |")) != NULL;) {
        memmove (two + 3, two + 2, strlen (two + 2) + 1);
        two[2] = ' ';
    }
}

//  The table of a section is exactly the shape's.
static bool s_is_table_of (const char *section, const struct shape *shape)
{
    static const char HEAD[] = "\n| key | type | bound | needed |\n|---|---|---|---|\n";
    const char *at = strstr (section, HEAD), *next = strstr (section, "\n#");
    if (!at || (next && next < at))
        return false;
    at += strlen (HEAD);
    for (size_t f = 0; f < shape->field_count; f++) {
        char row[LINE_BYTES];
        s_row (&shape->fields[f], row);
        if (strncmp (at, row, strlen (row)) != 0)
            return false;
        at += strlen (row);
    }
    return *at != '|';
}

//  A name may stand for two shapes (CANCEL of the front and of the back), then it has two sections.
Test (protocol, every_message_and_part_has_one_section_and_its_table_is_the_codec_s)
{
    char *page = s_page ();
    struct shapes shapes = s_shapes ();
    for (size_t i = 0; i < shapes.count; i++) {
        const struct shape *shape = shapes.at[i];
        size_t sections = 0, alike = 0, namesakes = 0;
        for (const char *at; (at = s_section (page, shape->name, sections)) != NULL; sections++)
            alike += s_is_table_of (at, shape);
        for (size_t j = 0; j < shapes.count; j++)
            namesakes += strcmp (shapes.at[j]->name, shape->name) == 0;
        cr_expect_eq (sections, namesakes, "%s has %zu sections", shape->name, sections);
        cr_expect_eq (alike, 1, "%s: its table differs from the codec's", shape->name);
    }
    free (page);
}

Test (protocol, no_section_is_about_what_is_not_sent)
{
    char *page = s_page ();
    struct shapes shapes = s_shapes ();
    size_t sections = 0;
    for (const char *at = page; (at = strstr (at, "\n### ")) != NULL; at++)
        sections++;
    cr_expect_eq (sections, shapes.count);
    free (page);
}

Test (protocol, the_bounds_in_the_text_are_the_codec_s)
{
    char *page = s_page (), text[LINE_BYTES];
    snprintf (text, sizeof text, "body %d KiB, nesting %d, %d entries a map or list, payload %d MiB",
              BODY_BYTES_MAX / 1024, BODY_DEPTH_MAX, BODY_ENTRIES_MAX, PAYLOAD_BYTES_MAX / 1024 / 1024);
    cr_expect (strstr (page, text), "%s", text);
    free (page);
}

//  The page's example, byte for byte.
Test (protocol, the_example_is_what_the_codec_makes)
{
    static const unsigned char BODY[] = {0x82, 0xa7, 'r', 'e', 'q', 'u', 'e', 's',  't', 0xa2, 'r', '1', 0xa7,
                                         'v',  'e',  'r', 's', 'i', 'o', 'n', 0xa5, '0', '.',  '1', '.', '0'};
    char *page = s_page (), hex[LINE_BYTES] = "";
    for (size_t i = 0; i < sizeof BODY; i++)
        snprintf (hex + strlen (hex), sizeof hex - strlen (hex), "%s%02x", i ? " " : "", BODY[i]);
    cr_expect (strstr (page, hex), "%s", hex);
    struct hello hello;
    cr_assert_eq (hello_decode (BODY, sizeof BODY, &hello, NULL), DMH_OK);
    cr_expect_str_eq (hello.request, "r1");
    cr_expect_str_eq (hello.version, "0.1.0");
    free (page);
}
