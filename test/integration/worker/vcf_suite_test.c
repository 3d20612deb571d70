//  vcf_suite_test.c: the files by which the specification's keepers judge a reader of VCF 4.3
//  (samtools/hts-specs,
//  ../shared/data): of what is right nothing is rejected, and of what is wrong dmh says what.
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char SUITE[] = "../shared/data/hts-specs-vcf-4.3";

//  What is said of files that are right, too.
static const char *const COMMON[] = {"vcf.info_undeclared", "vcf.format_undeclared", "vcf.filter_undeclared",
                                     "vcf.contig_undeclared", "vcf.alt_undeclared"};

//  Wrong by the suite, and not told.
static const struct {
    const char *name, *why;
} NOT_FOUND[] = {
    {"failed_meta_contig_003.vcf",
     "“1.*”: section 1.4.7 lets * stand behind the first sign of a contig's name, "
     "as in those of HLA"},
};

static bool s_is_there (void)
{
    if (access (SUITE, R_OK) == 0)
        return true;
    fprintf (stderr, "SKIP: %s is not there\n", SUITE);
    return false;
}

//  All of a folder as one batch, of which some may be refused.
static int s_run (const struct workplace *place, const char *folder)
{
    char path[512], absolute[4096], *said = NULL;
    snprintf (path, sizeof path, "%s/%s", SUITE, folder);
    cr_assert_not_null (realpath (path, absolute));
    const char *const words[] = {"dmh", "run", absolute, "-o", "out", "--quiet", NULL};
    int rc = process_run (place, words, &said);
    free (said);
    return rc;
}

//  A file of a result; NULL: its input was refused.
static char *s_result (const struct workplace *place, const char *name, const char *file)
{
    char result[1024];
    snprintf (result, sizeof result, "%s/out/%.*s", place->folder, (int) (strlen (name) - strlen (".vcf")),
              name);
    return workplace_read (result, file, NULL);
}

static bool s_is_common (const char *rule, size_t n)
{
    for (size_t i = 0; i < sizeof COMMON / sizeof *COMMON; i++)
        if (strlen (COMMON[i]) == n && strncmp (rule, COMMON[i], n) == 0)
            return true;
    return false;
}

//  Whether the report has an issue that is no matter of course: a rule of VCF, a value that is none of its
//  type, a duplicate.
static bool s_says_something (const char *report)
{
    static const char KEY[] = "\"rule\": \"";
    for (const char *at = report; (at = strstr (at, KEY));) {
        at += sizeof KEY - 1;
        size_t n = strcspn (at, "\"");
        if (!s_is_common (at, n))
            return true;
    }
    return strstr (report, "\"duplicates\": 0,") == NULL;
}

static bool s_is_known (const char *name)
{
    for (size_t i = 0; i < sizeof NOT_FOUND / sizeof *NOT_FOUND; i++)
        if (strcmp (NOT_FOUND[i].name, name) == 0)
            return true;
    return false;
}

static void s_judge (const struct workplace *place, bool good, const char *name)
{
    char *report = s_result (place, name, "report.json"), *rejects = s_result (place, name, "rejects.csv");
    if (good) {
        const char *end = rejects ? strchr (rejects, '\n') : NULL;
        cr_expect (end && end[1] == 0, "%s: %s", name, rejects ? rejects : "refused");
    } else
        cr_expect_eq (!report || s_says_something (report), !s_is_known (name), "%s", name);
    free (report);
    free (rejects);
}

static void s_look (bool good, unsigned least)
{
    struct workplace place;
    char folder[512];
    unsigned count = 0;
    snprintf (folder, sizeof folder, "%s/%s", SUITE, good ? "passed" : "failed");
    workplace_make (&place);
    int rc = s_run (&place, good ? "passed" : "failed");
    cr_expect (rc == 0 || !good);
    DIR *dir = opendir (folder);
    cr_assert_not_null (dir);
    for (struct dirent *entry; (entry = readdir (dir));)
        if (strstr (entry->d_name, ".vcf")) {
            s_judge (&place, good, entry->d_name);
            count++;
        }
    closedir (dir);
    cr_expect_geq (count, least);
    workplace_remove (&place);
}

Test (vcf_suite, of_files_that_are_right_nothing_is_rejected)
{
    if (s_is_there ())
        s_look (true, 25);
}

Test (vcf_suite, of_files_that_are_wrong_it_is_said_what)
{
    if (s_is_there ())
        s_look (false, 220);
}
