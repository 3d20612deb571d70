//  split_test.c: which jobs are made of one big file, and which of them follows whom.
#include "broker/jobs/split.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define MIB ((uint64_t) 1 << 20)

Test (split, a_file_is_of_as_many_parts_as_its_bytes_need_and_of_no_more_than_there_may_be)
{
    static const struct {
        uint64_t bytes, split_bytes;
        size_t most, parts;
        uint64_t length;
    } CASES[] = {{0, 10, 128, 0, 0},
                 {10, 10, 128, 0, 0},    //  not longer than a part
                 {11, 10, 128, 2, 10},
                 {20, 10, 128, 2, 10},
                 {21, 10, 128, 3, 10},
                 {1280, 10, 128, 128, 10},
                 {1281, 10, 128, 117, 11},    //  parts grow where there would be too many
                 {1000, 0, 128, 0, 0},        //  never
                 {1000, 1, 1, 0, 0},
                 {1000, 1, 0, 0, 0},
                 {1000, 1, 2, 2, 500},
                 {1001, 1, 2, 2, 501},
                 {UINT64_MAX, 1, 128, 128, UINT64_MAX / 128 + 1},
                 {UINT64_MAX, UINT64_MAX, 128, 0, 0},
                 {100 * 1024 * MIB, 256 * MIB, 128, 128, 800 * MIB}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct split split = split_of (CASES[i].bytes, CASES[i].split_bytes, CASES[i].most);
        cr_expect_eq (split.parts, CASES[i].parts, "case %zu: %zu", i, split.parts);
        cr_expect_eq (split.split_bytes, CASES[i].length, "case %zu: %llu", i,
                      (unsigned long long) split.split_bytes);
    }
}

//  All bytes are in parts, and no part but the last is shorter than another.
Test (split, the_parts_are_the_file_whatever_its_length)
{
    for (uint64_t bytes = 1; bytes < 400; bytes++)
        for (uint64_t split_bytes = 1; split_bytes < 60; split_bytes++)
            for (size_t most = 0; most < 12; most++) {
                struct split split = split_of (bytes, split_bytes, most);
                if (bytes <= split_bytes || most < 2) {
                    cr_assert_eq (split.parts, 0);
                    continue;
                }
                cr_assert (split.parts >= 2 && split.parts <= most);
                cr_assert_geq (split.split_bytes, split_bytes);
                cr_assert (split.parts * split.split_bytes >= bytes);
                cr_assert ((split.parts - 1) * split.split_bytes < bytes, "an empty part");
            }
}

Test (split, only_what_can_be_cut_by_its_name_and_options_is)
{
    static const struct {
        const char *name, *encoding, *uri, *task;
        bool may;
    } CASES[] = {{"a.csv", "", "file:///a", "", true},
                 {"a.b.TSV", "", "file:///a", "", true},
                 {"a.ndjson", "", "file:///a", "", true},
                 {"a.jsonl", "utf-8", "file:///a", "", true},
                 {"a.txt", "", "file:///a", "", true},
                 {"a.csv.gz", "", "file:///a", "", false},
                 {"a.csv.zst", "", "file:///a", "", false},
                 {"a.json", "", "file:///a", "", false},
                 {"a", "", "file:///a", "", false},
                 {"a.fasta", "", "file:///a", "", false},
                 {"a.xlsx", "", "file:///a", "", false},
                 {"a.csv", "latin-1", "file:///a", "", false},
                 {"a.csv", "utf-16le", "file:///a", "", false},
                 {"a.csv", "", "jobs:", "", false},
                 {"a.csv", "", "file:///a", "join", false}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct input input = {.bytes = 1};
        struct options options = {.kind = ""};
        snprintf (input.name, sizeof input.name, "%s", CASES[i].name);
        snprintf (input.uri, sizeof input.uri, "%s", CASES[i].uri);
        snprintf (options.encoding, sizeof options.encoding, "%s", CASES[i].encoding);
        snprintf (options.task, sizeof options.task, "%s", CASES[i].task);
        cr_expect_eq (split_is_for (&input, &options), CASES[i].may, "%s", CASES[i].name);
    }
}

//  As the table of PROTOCOL.md has it.
Test (split, every_job_follows_those_that_it_needs)
{
    struct split split = {3, 10};
    static const struct {
        const char *task;
        size_t part;
        struct split_range follows[2];
    } JOBS[] = {{"cut", 0, {{0, 0}, {0, 0}}},    {"survey", 0, {{0, 1}, {0, 0}}},
                {"survey", 1, {{0, 1}, {0, 0}}}, {"survey", 2, {{0, 1}, {0, 0}}},
                {"part", 0, {{0, 1}, {1, 3}}},   {"part", 1, {{0, 1}, {1, 3}}},
                {"part", 2, {{0, 1}, {1, 3}}},   {"write", 0, {{0, 1}, {1, 6}}}};
    cr_expect_eq (split_jobs (&split), 7);
    cr_expect_eq (split_jobs (&(struct split){.parts = 0}), 0);
    for (size_t i = 0; i < sizeof JOBS / sizeof *JOBS; i++) {
        struct split_job job = split_job_at (&split, i);
        cr_expect_str_eq (job.task, JOBS[i].task);
        cr_expect_eq (job.part, JOBS[i].part, "job %zu", i);
        for (size_t k = 0; k < 2; k++) {
            cr_expect_eq (job.follows[k].count, JOBS[i].follows[k].count, "job %zu", i);
            cr_expect (!job.follows[k].count || job.follows[k].from == JOBS[i].follows[k].from, "job %zu", i);
        }
    }
}

//  So no circle can be, and no job follows more than one may.
Test (split, jobs_follow_those_before_them_however_many_parts_there_are)
{
    cr_assert_leq (1 + 2 * SPLIT_PARTS_MAX, FOLLOWED_MAX);
    for (size_t parts = 2; parts <= SPLIT_PARTS_MAX; parts++) {
        struct split split = {parts, 10};
        size_t notes = 0;
        for (size_t i = 0; i <= split_jobs (&split); i++) {
            struct split_job job = split_job_at (&split, i);
            notes += split_follows (&job);
            for (size_t k = 0; k < 2; k++)
                cr_assert_leq (job.follows[k].count ? job.follows[k].from + job.follows[k].count : 0, i);
        }
        cr_assert_eq (notes, parts + parts * (1 + parts) + 1 + 2 * parts);
    }
}

Test (split, a_split_job_is_told_from_its_own_jobs_and_from_others)
{
    struct job_record whole = {.parts = 3}, part = {.parts = 3, .part_of = "w"}, other = {.follows = 3};
    cr_expect (split_is_whole (&whole) && !split_is_part (&whole));
    cr_expect (split_is_part (&part) && !split_is_whole (&part));
    cr_expect (!split_is_part (&other) && !split_is_whole (&other));
    struct options options = {.task = "survey"};
    split_set_task (&part, &options);
    cr_expect_str_eq (options.task, "survey");
    split_set_task (&whole, &options);
    cr_expect_str_eq (options.task, "write");
    char key[ID_BYTES];
    cr_expect (split_is_key (split_key ("0123456789abcdefghij", key)));
    cr_expect_not (split_is_key ("") || split_is_key ("0123") || split_is_key ("a~"));
}
