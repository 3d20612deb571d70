//  rejects_test.c: dmh rejects gives what was set aside as an input that can be mended and run again.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <iconv.h>
#include <sys/stat.h>
#include <unistd.h>

//  `text` in `encoding` as a file.
static void s_write_encoded (const struct workplace *place, const char *name, const char *text,
                             const char *encoding)
{
    char bytes[4096], *to = bytes, *from = (char *) (uintptr_t) text;
    size_t left = strlen (text), room = sizeof bytes;
    iconv_t converter = iconv_open (encoding, "UTF-8");
    cr_assert_neq (iconv (converter, &from, &left, &to, &room), (size_t) -1);
    iconv_close (converter);
    workplace_write (place, name, bytes, sizeof bytes - room);
}

static void s_expect_file (const struct workplace *place, const char *name, const char *want, size_t n)
{
    size_t got_n = 0;
    char *got = workplace_read (place->folder, name, &got_n);
    cr_assert_not_null (got, "no %s", name);
    cr_expect (got_n == n && memcmp (got, want, n) == 0, "%s is\n%s\nand should be\n%s", name, got, want);
    free (got);
}

//  A folder for the files of one.
static void s_make_result (const struct workplace *place)
{
    char path[512];
    snprintf (path, sizeof path, "%s/r", place->folder);
    cr_assert_eq (mkdir (path, 0700), 0);
}

//  The number of files in the place.
static size_t s_files (const struct workplace *place)
{
    size_t count = 0;
    DIR *names = opendir (place->folder);
    cr_assert_not_null (names);
    for (const struct dirent *entry; (entry = readdir (names));)
        count += entry->d_name[0] != '.';
    closedir (names);
    return count;
}

#define HEADER "Patient-ID;\"Note; \"\"own\"\"\";Geburtsdatum;Vorname\n"
#define WRONG ";ohne Nummer;1980-01-02;J\xc3\xbcrgen\n;\"zwei\nZeilen\";;Zo\xc3\xab\n"

Test (rejects, are_an_input_in_the_dialect_and_encoding_of_their_own, .timeout = 120)
{
    static const char *const ENCODINGS[] = {"UTF-8", "UTF-16LE", "UTF-16BE", "WINDOWS-1252"};
    static const char *const MARKS[] = {"", "\xff\xfe", "\xfe\xff", ""};
    for (size_t i = 0; i < sizeof ENCODINGS / sizeof *ENCODINGS; i++) {
        struct workplace place;
        char want[1024], *file = NULL;
        workplace_make (&place);
        s_write_encoded (&place, "a.csv", HEADER "1;gut;1981-02-03;Ann\n" WRONG, ENCODINGS[i]);
        command_line_expect (CALL (&place, "run", "a.csv", "--quiet", "-o", "out"), 0, NULL, NULL);
        command_line_expect (CALL (&place, "rejects", "out/a", "-o", "mend.csv"), 0,
                             "mend.csv: 2 rejected, 0 conflicts", NULL);
        s_write_encoded (&place, "want", HEADER WRONG, ENCODINGS[i]);
        size_t n = 0;
        file = workplace_read (place.folder, "want", &n);
        size_t mark = strlen (MARKS[i]);
        memcpy (want, MARKS[i], mark);
        memcpy (want + mark, file, n);
        s_expect_file (&place, "mend.csv", want, mark + n);
        command_line_expect (CALL (&place, "run", "mend.csv", "--quiet", "--json", "-o", "out"), 0,
                             "\"rejected\":2", NULL);
        free (file);
        workplace_remove (&place);
    }
}

Test (rejects, of_json_are_a_record_a_line, .timeout = 120)
{
    static const char INPUT[] = "[\n  {\"patient_id\":\"1\",\n   \"given_name\":\"Ann\"},\n"
                                "  {\"patient_id\":\"\",\n   \"given_name\":\"Bob\"},\n"
                                "  {\"patient_id\":\"1\",\n   \"given_name\":\"Cy\"}\n]\n";
    static const char WANT[] = "{\"patient_id\":\"\",    \"given_name\":\"Bob\"}\n"
                               "{\"patient_id\":\"1\",    \"given_name\":\"Cy\"}\n";
    struct workplace place;
    workplace_make (&place);
    workplace_write (&place, "a.json", INPUT, sizeof INPUT - 1);
    command_line_expect (CALL (&place, "run", "a.json", "--quiet", "-o", "out"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "rejects", "out/a", "-o", "mend.ndjson"), 0,
                         "mend.ndjson: 1 rejected, 1 conflict\n", NULL);
    s_expect_file (&place, "mend.ndjson", WANT, sizeof WANT - 1);
    command_line_expect (CALL (&place, "rejects", "out/a", "-o", "-"), 0, "\"given_name\":\"Cy\"}\n", NULL);
    workplace_remove (&place);
}

//  Bytes that are no text stand in base64 in rejects.csv, and come back as they were.
Test (rejects, that_are_no_text_come_back_byte_for_byte, .timeout = 120)
{
    static const char REPORT[] =
        "{\"job\":{\"options\":{\"no_header\":false}},\"input\":{\"format\":\"csv\","
        "\"encoding\":\"UTF-8\",\"delimiter\":\",\",\"columns\":[{\"source\":\"id\"},"
        "{\"source\":\"name\"}]}}";
    static const char REJECTS[] = "record,line,reason,rule,field,message,raw,raw_encoding\n"
                                  "1,2,rejected,record.encoding,,no UTF-8,MSzpAMM=,base64\n"
                                  "2,3,rejected,field.required,id,empty,\",\"\"x\"\"\",\n";
    struct workplace place;
    workplace_make (&place);
    s_make_result (&place);
    workplace_write (&place, "r/report.json", REPORT, sizeof REPORT - 1);
    workplace_write (&place, "r/rejects.csv", REJECTS, sizeof REJECTS - 1);
    command_line_expect (CALL (&place, "rejects", "r", "-o", "mend.csv"), 0, "2 rejected", NULL);
    s_expect_file (&place, "mend.csv", "id,name\n1,\xe9\0\xc3\n,\"x\"\n", 8 + 6 + 5);
    workplace_remove (&place);
}

//  What has no meaning in an encoding comes back as the bytes that it was, beside letters that have one.
Test (rejects, that_mean_nothing_in_their_encoding_come_back_byte_for_byte, .timeout = 120)
{
    static const char NARROW[] = "id;name\n1;J\xfcrgen\n2;\x81Zo\xeb\x90\n";
    static const char NARROW_WANT[] = "id;name\n2;\x81Zo\xeb\x90\n";
#define W(C) C "\0"
    static const char WIDE[] = "\xff\xfe" W ("i") W ("d") W (",") W ("n") W ("\n") W ("1") W (",") W ("\xfc")
        W ("\n") W ("2") W (",") "\x3d\xd8" W ("\xfc") "\x00\xde" W ("\n");
    static const char WIDE_WANT[] = "\xff\xfe" W ("i") W ("d") W (",") W ("n") W ("\n") W ("2")
        W (",") "\x3d\xd8" W ("\xfc") "\x00\xde" W ("\n");
    struct workplace place;
    workplace_make (&place);
    workplace_write (&place, "narrow.csv", NARROW, sizeof NARROW - 1);
    workplace_write (&place, "wide.csv", WIDE, sizeof WIDE - 1);
    command_line_expect (CALL (&place, "run", "narrow.csv", "--kind", "patient", "--encoding", "windows-1252",
                               "--quiet", "-o", "out"),
                         0, NULL, NULL);
    command_line_expect (CALL (&place, "run", "wide.csv", "--kind", "patient", "--quiet", "-o", "out"), 0,
                         NULL, NULL);
    command_line_expect (CALL (&place, "rejects", "out/narrow", "-o", "narrow"), 0, "1 rejected", NULL);
    command_line_expect (CALL (&place, "rejects", "out/wide", "-o", "wide"), 0, "1 rejected", NULL);
    s_expect_file (&place, "narrow", NARROW_WANT, sizeof NARROW_WANT - 1);
    s_expect_file (&place, "wide", WIDE_WANT, sizeof WIDE_WANT - 1);
    workplace_remove (&place);
}

Test (rejects, a_file_stays_as_it_was_where_they_cannot_be_written, .timeout = 120)
{
    static const char REPORT[] = "{\"input\":{\"format\":\"csv\",\"encoding\":\"UTF-8\",\"delimiter\":\",\","
                                 "\"columns\":[{\"source\":\"id\"}]}}";
    static const char *const BROKEN[] = {"", "a,b\n1,2\n", "reason,raw\nrejected,\"cut",
                                         "reason,raw\nrejected\n",
                                         "reason,raw,raw_encoding\nrejected,*,base64\n"};
    struct workplace place;
    workplace_make (&place);
    workplace_write (&place, "mend.csv", "mine", 4);
    command_line_expect (CALL (&place, "rejects", "nothing", "-o", "mend.csv", "--replace"), 1, NULL,
                         "nothing cannot be read");
    command_line_expect (CALL (&place, "rejects", "."), 2, NULL, "needs -o FILE");
    s_make_result (&place);
    workplace_write (&place, "r/report.json", REPORT, sizeof REPORT - 1);
    workplace_write (&place, "r/rejects.csv", "", 0);
    size_t before = s_files (&place);
    for (size_t i = 0; i < sizeof BROKEN / sizeof *BROKEN; i++) {
        workplace_write (&place, "r/rejects.csv", BROKEN[i], strlen (BROKEN[i]));
        command_line_expect (CALL (&place, "rejects", "r", "-o", "mend.csv", "--replace"), 1, NULL,
                             "rejects.csv");
        s_expect_file (&place, "mend.csv", "mine", 4);
        size_t now = s_files (&place);
        cr_expect_eq (now, before, "%s: %zu files instead of %zu", BROKEN[i], now, before);
    }
    workplace_remove (&place);
}

Test (rejects, keep_the_line_ends_of_the_input, .timeout = 120)
{
    static const char *const ENDS[] = {"\n", "\r\n", "\r"};
    for (size_t i = 0; i < sizeof ENDS / sizeof *ENDS; i++) {
        struct workplace place;
        char input[256], want[256];
        workplace_make (&place);
        snprintf (input, sizeof input, "patient_id,note%s1,good%s,\"two%slines\"%s", ENDS[i], ENDS[i],
                  ENDS[i], ENDS[i]);
        snprintf (want, sizeof want, "patient_id,note%s,\"two%slines\"%s", ENDS[i], ENDS[i], ENDS[i]);
        command_line_write (&place, "a.csv", input);
        command_line_expect (CALL (&place, "run", "a.csv", "-q", "-o", "out"), 0, NULL, NULL);
        command_line_expect (CALL (&place, "rejects", "out/a", "-o", "mend.csv"), 0,
                             "mend.csv: 1 rejected, 0 conf", NULL);
        s_expect_file (&place, "mend.csv", want, strlen (want));
        workplace_remove (&place);
    }
}

Test (rejects, write_over_nothing_that_is_there_unless_told_to, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_write (&place, "mend.csv", "mended by hand\n");
    command_line_expect (CALL (&place, "run", "a.csv", "-q", "-o", "out"), 0, NULL, NULL);
    command_line_expect (
        CALL (&place, "rejects", "out/a", "-o", "mend.csv"), 1, NULL,
        "mend.csv is there already; give another file with -o, or --replace to write over it");
    s_expect_file (&place, "mend.csv", "mended by hand\n", 15);
    command_line_expect (CALL (&place, "rejects", "out/a", "-o", "mend/"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "rejects", "out/a", "-o", "mend/"), 1, NULL,
                         "mend/a.csv is there already");
    command_line_expect (CALL (&place, "rejects", "out/a", "-o", "out/a/mend.csv"), 2, NULL,
                         "would stand in a result, which holds nothing else");
    command_line_expect (CALL (&place, "rejects", "out/a", "-o", "mend.csv", "--replace"), 0,
                         "mend.csv: 1 rejected, 1 conflict\n", NULL);
    workplace_remove (&place);
}
