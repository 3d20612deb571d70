//  access_test.c: where an object store is and what is shown to it, as AWS's page "Environment variables" and
//  "Configuration and credential file settings" have it.
#define _GNU_SOURCE
#include "messages/s3/access.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char s_home[] = "/tmp/dmh-access-XXXXXX";

static void s_setup (void)
{
    static const char *const NAMES[] = {
        "AWS_ACCESS_KEY_ID",  "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",          "AWS_REGION",
        "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL_S3",   "AWS_ENDPOINT_URL",           "AWS_CA_BUNDLE",
        "AWS_PROFILE",        "AWS_CONFIG_FILE",       "AWS_SHARED_CREDENTIALS_FILE"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        unsetenv (NAMES[i]);
    cr_assert_not_null (mkdtemp (s_home));
    setenv ("HOME", s_home, 1);
}

static void s_write (const char *name, const char *text)
{
    char path[128];
    snprintf (path, sizeof path, "%s/.aws", s_home);
    mkdir (path, 0700);
    snprintf (path, sizeof path, "%s/.aws/%s", s_home, name);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    fputs (text, file);
    fclose (file);
}

static void s_teardown (void)
{
    static const char *const NAMES[] = {".aws/config", ".aws/credentials", ".aws", ""};
    char path[128];
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        snprintf (path, sizeof path, "%s/%s", s_home, NAMES[i]);
        if (unlink (path) != 0)
            rmdir (path);
    }
}

TestSuite (access, .init = s_setup, .fini = s_teardown);

static struct s3_access s_found;

static int s_find (struct error *error)
{
    *error = (struct error){.code = DMH_OK};
    return s3_access_find (&s_found, error);
}

Test (access, is_refused_with_a_sentence_where_there_are_no_credentials)
{
    struct error error;
    cr_assert_eq (s_find (&error), DMH_USAGE);
    cr_expect_not_null (strstr (error.text, "AWS_ACCESS_KEY_ID"), "%s", error.text);
}

Test (access, comes_from_the_environment_before_the_profile)
{
    struct error error;
    s_write ("credentials", "[default]\naws_access_key_id = FILE\naws_secret_access_key = filesecret\n"
                            "aws_session_token = filetoken\n");
    s_write ("config", "[default]\nregion = eu-west-1\n");
    cr_assert_eq (s_find (&error), DMH_OK, "%s", error.text);
    cr_expect_str_eq (s_found.access_key, "FILE");
    cr_expect_str_eq (s_found.session_token, "filetoken");
    cr_expect_str_eq (s_found.host, "s3.eu-west-1.amazonaws.com");
    cr_expect_not (s_found.by_path);
    setenv ("AWS_ACCESS_KEY_ID", "ENV", 1);
    setenv ("AWS_SECRET_ACCESS_KEY", "envsecret", 1);
    setenv ("AWS_REGION", "eu-central-1", 1);
    cr_assert_eq (s_find (&error), DMH_OK, "%s", error.text);
    cr_expect_str_eq (s_found.access_key, "ENV");
    cr_expect_str_eq (s_found.secret_key, "envsecret");
    cr_expect_str_eq (s_found.session_token, "", "a profile's token is not of the environment's key");
    cr_expect_str_eq (s_found.region, "eu-central-1");
}

Test (access, takes_the_profile_that_is_named_and_passes_over_what_is_below_a_setting)
{
    struct error error;
    s_write ("credentials",
             "# a comment\n[other]\naws_access_key_id=NOT\n[ lab ]\r\n aws_access_key_id = below\n"
             "aws_access_key_id = LAB\r\nAWS_SECRET_ACCESS_KEY = a=b/c+d\n; more\nnothing\n");
    s_write ("config", "[profile lab]\nregion = eu-north-1\ns3 =\n  endpoint_url = http://wrong\n"
                       "endpoint_url = https://minio.example:9000/store/\n");
    setenv ("AWS_PROFILE", "lab", 1);
    cr_assert_eq (s_find (&error), DMH_OK, "%s", error.text);
    cr_expect_str_eq (s_found.access_key, "LAB");
    cr_expect_str_eq (s_found.secret_key, "a=b/c+d");
    cr_expect_str_eq (s_found.region, "eu-north-1");
    cr_expect_str_eq (s_found.scheme, "https");
    cr_expect_str_eq (s_found.host, "minio.example:9000");
    cr_expect_str_eq (s_found.base, "/store");
    cr_expect (s_found.by_path);
    setenv ("AWS_PROFILE", "gone", 1);
    cr_assert_eq (s_find (&error), DMH_USAGE);
    cr_expect_not_null (strstr (error.text, "gone"), "%s", error.text);
}

Test (access, says_no_secret_where_something_is_wrong)
{
    struct error error;
    setenv ("AWS_ACCESS_KEY_ID", "KEY", 1);
    setenv ("AWS_SECRET_ACCESS_KEY", "very secret", 1);
    cr_assert_eq (s_find (&error), DMH_USAGE);
    cr_expect_null (strstr (error.text, "very"), "%s", error.text);
    setenv ("AWS_SECRET_ACCESS_KEY", "verysecret", 1);
    setenv ("AWS_ENDPOINT_URL", "http://user:verysecret@host/", 1);
    cr_assert_eq (s_find (&error), DMH_USAGE);
    cr_expect_null (strstr (error.text, "verysecret"), "%s", error.text);
    setenv ("AWS_ENDPOINT_URL", "", 1);
    setenv ("AWS_REGION", "eu.evil.example/", 1);
    cr_assert_eq (s_find (&error), DMH_USAGE, "a region is part of a host");
}

Test (access, an_endpoint_is_a_host_and_nothing_that_changes_what_is_asked)
{
    static const char *const WRONG[] = {"ftp://h",      "h:9000",       "http://",    "https:///x",
                                        "http://h?x",   "http://h/a?b", "http://a b", "http://h/\r\nx",
                                        "http://h/%2e", "http://a@b"};
    struct error error;
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
        cr_expect_eq (s3_access_set_endpoint (&s_found, WRONG[i], &error), DMH_USAGE, "%s", WRONG[i]);
}

static void s_expect_place (const char *endpoint, const char *word, const char *host, const char *path)
{
    struct s3_access access = {.host = "s3.us-east-1.amazonaws.com"};
    struct s3_name name;
    struct error error;
    char is_host[S3_HOST_BYTES], is_path[S3_URL_BYTES];
    if (endpoint)
        cr_assert_eq (s3_access_set_endpoint (&access, endpoint, &error), DMH_OK);
    cr_assert_eq (s3_name_read (word, &name, &error), DMH_OK);
    cr_assert (s3_access_place (&access, &name, is_host, is_path));
    cr_expect_str_eq (is_host, host);
    cr_expect_str_eq (is_path, path);
}

Test (access, a_bucket_is_a_host_at_aws_and_a_path_elsewhere)
{
    s_expect_place (NULL, "s3://lab/a b.csv", "lab.s3.us-east-1.amazonaws.com", "/a%20b.csv");
    s_expect_place (NULL, "s3://lab/", "lab.s3.us-east-1.amazonaws.com", "/");
    s_expect_place (NULL, "s3://lab.x/a", "s3.us-east-1.amazonaws.com", "/lab.x/a");
    s_expect_place ("http://[::1]:9000", "s3://lab/a/b", "[::1]:9000", "/lab/a/b");
    s_expect_place ("http://h/base/", "s3://lab/", "h", "/base/lab");
}
