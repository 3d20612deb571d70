//  answers_test.c: what an object store answers: documents as Amazon's API reference shows them, and such as
//  no store should send.
#include "messages/s3/document.h"
#include "messages/s3/listing_page.h"
#include "messages/s3/refusal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define XMLNS "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\""

struct told {
    char keys[2000];    //  "key bytes\n" each
    int refuses_at;
};

static int s_take (void *context, const struct s3_name *name, uint64_t bytes, struct error *error)
{
    struct told *self = context;
    size_t n = strlen (self->keys);
    cr_expect_str_eq (name->bucket, "lab");
    snprintf (self->keys + n, sizeof self->keys - n, "%s %llu\n", name->key, (unsigned long long) bytes);
    return --self->refuses_at == 0 ? error_set (error, DMH_CANCELLED, "enough") : DMH_OK;
}

static int s_page (const char *text, const char *prefix, struct told *told, char next[S3_TOKEN_BYTES_MOST])
{
    struct s3_name name = {.bucket = "lab"};
    struct error error;
    snprintf (name.key, sizeof name.key, "%s", prefix);
    *told = (struct told){.refuses_at = told->refuses_at};
    snprintf (next, S3_TOKEN_BYTES_MOST, "as before");
    return listing_page_read (&name, text, strlen (text), s_take, told, next, &error);
}

Test (answers, a_page_tells_its_objects_and_where_the_next_one_begins)
{
    struct told told = {.refuses_at = 0};
    char next[S3_TOKEN_BYTES_MOST];
    cr_assert_eq (
        s_page ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult " XMLNS ">"
                "<Name>lab</Name><Prefix>in/</Prefix><KeyCount>2</KeyCount>"
                "<IsTruncated>true</IsTruncated>"
                "<NextContinuationToken>1ueGcx+Pf/Tr=</NextContinuationToken>"
                "<Contents><Key>in/a&amp;b+%20.csv</Key><ETag>&quot;x&quot;</ETag><Size>434234</Size>"
                "<Owner><ID>Key</ID></Owner></Contents>"
                "<Contents><Key>in/</Key><Size>0</Size></Contents>"
                "<Contents><Key>other/x.csv</Key><Size>1</Size></Contents>"
                "<Contents><Key>in/../up.csv</Key><Size>1</Size></Contents>"
                "<CommonPrefixes><Prefix>in/deep/</Prefix></CommonPrefixes></ListBucketResult>",
                "in/", &told, next),
        DMH_OK);
    cr_expect_str_eq (told.keys, "in/a&b+%20.csv 434234\n");
    cr_expect_str_eq (next, "1ueGcx+Pf/Tr=");
}

Test (answers, keys_are_decoded_where_the_page_says_so_wherever_it_does)
{
    struct told told = {.refuses_at = 0};
    char next[S3_TOKEN_BYTES_MOST];
    cr_assert_eq (
        s_page ("<ListBucketResult><Contents><Key>a+b%2Bc%20%C3%A4%01.csv</Key></Contents>"
                "<Contents><Key>a+b%2Bc%20%C3%A4.csv</Key><Size>7</Size></Contents>"
                "<Contents><Key>%zz</Key></Contents><Contents><Key>%2e%2e/a</Key></Contents>"
                "<IsTruncated>false</IsTruncated><EncodingType>url</EncodingType></ListBucketResult>",
                "", &told, next),
        DMH_OK);
    cr_expect_str_eq (told.keys, "a b+c \xc3\xa4.csv 7\n");
    cr_expect_str_eq (next, "");
}

Test (answers, who_is_told_ends_a_page)
{
    struct told told = {.refuses_at = 2};
    char next[S3_TOKEN_BYTES_MOST];
    cr_assert_eq (
        s_page ("<ListBucketResult><Contents><Key>a</Key></Contents><Contents><Key>b</Key></Contents>"
                "<Contents><Key>c</Key></Contents></ListBucketResult>",
                "", &told, next),
        DMH_CANCELLED);
    cr_expect_str_eq (told.keys, "a 0\nb 0\n");
    cr_expect_str_eq (next, "as before");
}

Test (answers, what_is_no_page_is_refused)
{
    static const char *const WRONG[] = {
        "",
        "<html><body>Sign in</body></html>",
        "<ListBucketResult><Contents><Key>a</Key></Contents>",
        "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>",
        "<!DOCTYPE x [<!ENTITY e "
        "\"a\">]><ListBucketResult><Contents><Key>&e;</Key></Contents></ListBucketResult>",
        "<ListBucketResult>&unknown;</ListBucketResult>",
        "<a><b><c><d><e><f><g><h><i></i></h></g></f></e></d></c></b></a>",
        "<ListBucketResult>\xff</ListBucketResult>",
    };
    struct told told = {.refuses_at = 0};
    char next[S3_TOKEN_BYTES_MOST];
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
        cr_expect_eq (s_page (WRONG[i], "", &told, next), DMH_MALFORMED, "%s", WRONG[i]);
}

Test (answers, a_text_that_is_longer_than_any_is_refused)
{
    struct told told = {.refuses_at = 0};
    char next[S3_TOKEN_BYTES_MOST], *text = malloc (10000);
    for (int length = S3_DOCUMENT_TEXT_BYTES - 2; length < S3_DOCUMENT_TEXT_BYTES + 2; length++) {
        snprintf (text, 10000, "<ListBucketResult><Marker>%0*d</Marker></ListBucketResult>", length, 1);
        cr_expect_eq (s_page (text, "", &told, next),
                      length < S3_DOCUMENT_TEXT_BYTES ? DMH_OK : DMH_MALFORMED, "%d", length);
    }
    free (text);
}

Test (answers, the_code_of_an_error_is_a_word_and_nothing_else)
{
    static const struct {
        const char *text, *code;
    } CASES[] = {{"<Error><Code>SlowDown</Code><Message>m</Message></Error>", "SlowDown"},
                 {"<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Key><Code>x</Code></Key></Error>",
                  "NoSuchKey"},
                 {"<Error><Code>\x1b[2J</Code></Error>", ""},
                 {"<Error><Code>two words</Code></Error>", ""},
                 {"<Other><Code>SlowDown</Code></Other>", ""},
                 {"nothing", ""},
                 {"", ""}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char code[S3_CODE_BYTES] = "before";
        refusal_code (CASES[i].text, strlen (CASES[i].text), code);
        cr_expect_str_eq (code, CASES[i].code, "%s", CASES[i].text);
    }
}

Test (answers, a_refusal_is_a_code_and_a_sentence)
{
    static const struct {
        long status;
        const char *code, *region;
        int rc;
        const char *says;
    } CASES[] = {{404, "NoSuchKey", "", DMH_NOT_FOUND, "NoSuchKey"},
                 {403, "AccessDenied", "", DMH_UNAUTHORIZED, "AccessDenied"},
                 {401, "", "", DMH_UNAUTHORIZED, "no reason"},
                 {412, "PreconditionFailed", "", DMH_CONFLICT, "has changed"},
                 {301, "PermanentRedirect", "eu-north-1", DMH_UNSUPPORTED, "in eu-north-1"},
                 {307, "", "evil\nregion", DMH_UNSUPPORTED, "elsewhere; name"},
                 {503, "SlowDown", "", DMH_UNAVAILABLE, "busy"},
                 {400, "InvalidRequest", "", DMH_UNSUPPORTED, "InvalidRequest"}};
    struct s3_name name = {.bucket = "lab", .key = "a"};
    struct s3_request request = {.name = &name, .called = "a.csv"};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct s3_answer answer = {.status = CASES[i].status};
        struct error error = {.code = DMH_OK};
        snprintf (answer.code, sizeof answer.code, "%s", CASES[i].code);
        cr_expect_eq (refusal_say (&request, &answer, CASES[i].region, &error), CASES[i].rc, "%ld",
                      CASES[i].status);
        cr_expect_not_null (strstr (error.text, CASES[i].says), "%s", error.text);
        cr_expect_eq (strncmp (error.text, "a.csv", 5), 0, "%s", error.text);
        cr_expect_eq (refusal_may_pass (CASES[i].status, CASES[i].code), CASES[i].rc == DMH_UNAVAILABLE);
    }
    cr_expect (refusal_may_pass (400, "RequestTimeout"));
}
