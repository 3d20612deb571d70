//  signature_test.c: the four examples of AWS's page "Signature Calculations for the Authorization Header:
//  Transferring Payload in a Single Chunk", with the signatures that it gives.
#include "messages/s3/signature.h"

#include "messages/base/digest.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define HOST "examplebucket.s3.amazonaws.com"
#define DATE "20130524T000000Z"

static void s_expect (struct s3_signing signing, const char *names, const char *signature)
{
    struct error error = {.code = DMH_OK};
    char out[S3_AUTHORIZATION_BYTES], expected[S3_AUTHORIZATION_BYTES];
    signing.date = DATE;
    signing.region = "us-east-1";
    signing.access_key = "AKIAIOSFODNN7EXAMPLE";
    signing.secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    cr_assert_eq (s3_sign (&signing, out, &error), DMH_OK, "%s", error.text);
    snprintf (expected, sizeof expected,
              "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
              "SignedHeaders=%s,Signature=%s",
              names, signature);
    cr_expect_str_eq (out, expected);
}

Test (signature, a_get_of_a_range_is_signed_as_the_page_has_it)
{
    const struct s3_pair headers[] = {{"host", HOST},
                                      {"range", "bytes=0-9"},
                                      {"x-amz-content-sha256", S3_EMPTY_SHA256},
                                      {"x-amz-date", DATE}};
    s_expect ((struct s3_signing){.method = "GET",
                                  .path = "/test.txt",
                                  .query = "",
                                  .headers = headers,
                                  .header_count = 4,
                                  .payload = S3_EMPTY_SHA256},
              "host;range;x-amz-content-sha256;x-amz-date",
              "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

Test (signature, a_put_of_a_body_is_signed_as_the_page_has_it)
{
    char sha256[DIGEST_HEX_BYTES];
    static const char BODY[] = "Welcome to Amazon S3.";
    digest_of (BODY, strlen (BODY), sha256);
    const struct s3_pair headers[] = {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                                      {"host", HOST},
                                      {"x-amz-content-sha256", sha256},
                                      {"x-amz-date", DATE},
                                      {"x-amz-storage-class", "REDUCED_REDUNDANCY"}};
    s_expect ((struct s3_signing){.method = "PUT",
                                  .path = "/test%24file.text",
                                  .query = "",
                                  .headers = headers,
                                  .header_count = 5,
                                  .payload = sha256},
              "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
              "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

static void s_expect_query (struct s3_pair *pairs, size_t count, const char *query, const char *signature)
{
    char made[256];
    const struct s3_pair headers[] = {
        {"host", HOST}, {"x-amz-content-sha256", S3_EMPTY_SHA256}, {"x-amz-date", DATE}};
    cr_assert (s3_query (pairs, count, made, sizeof made));
    cr_expect_str_eq (made, query);
    s_expect ((struct s3_signing){.method = "GET",
                                  .path = "/",
                                  .query = made,
                                  .headers = headers,
                                  .header_count = 3,
                                  .payload = S3_EMPTY_SHA256},
              "host;x-amz-content-sha256;x-amz-date", signature);
}

Test (signature, queries_are_signed_by_name_whatever_order_they_come_in)
{
    struct s3_pair lifecycle[] = {{"lifecycle", ""}}, list[] = {{"prefix", "J"}, {"max-keys", "2"}};
    s_expect_query (lifecycle, 1,
                    "lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    s_expect_query (list, 2, "max-keys=2&prefix=J",
                    "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

Test (signature, what_a_query_holds_is_encoded_and_never_cut)
{
    char made[64];
    struct s3_pair pairs[] = {{"prefix", "a b+\xc3\xa4/"}};
    cr_assert (s3_query (pairs, 1, made, sizeof made));
    cr_expect_str_eq (made, "prefix=a%20b%2B%C3%A4%2F");
    for (size_t size = 1; size <= strlen ("prefix=a%20b%2B%C3%A4%2F"); size++)
        cr_expect_not (s3_query (pairs, 1, made, size), "%zu bytes", size);
}

Test (signature, a_moment_is_said_in_utc)
{
    char out[S3_DATE_BYTES];
    cr_expect_str_eq (s3_date (1369353600999, out), DATE);
}

Test (signature, what_is_too_long_is_refused_and_not_cut)
{
    struct error error = {.code = DMH_OK};
    char out[S3_AUTHORIZATION_BYTES], access[2000];
    memset (access, 'A', sizeof access);
    access[sizeof access - 1] = 0;
    const struct s3_pair headers[] = {{"host", HOST}};
    struct s3_signing signing = {.method = "GET",
                                 .path = "/",
                                 .query = "",
                                 .headers = headers,
                                 .header_count = 1,
                                 .payload = S3_EMPTY_SHA256,
                                 .date = DATE,
                                 .region = "us-east-1",
                                 .access_key = access,
                                 .secret_key = "secret"};
    cr_expect_eq (s3_sign (&signing, out, &error), DMH_TOO_LARGE);
    signing.access_key = "short";
    signing.secret_key = access;
    cr_expect_neq (s3_sign (&signing, out, &error), DMH_OK);
}
