//  needs_test.c: what a job needs, as far as its SUBMIT tells, and who has it.
#include "broker/dispatch/needs.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define MIB ((uint64_t) 1 << 20)

static struct needs s_of (const char *name, uint64_t bytes, const struct options *options)
{
    struct input input = {.bytes = bytes};
    struct needs needs;
    snprintf (input.name, sizeof input.name, "%s", name);
    needs_of (&input, options, &needs);
    return needs;
}

Test (needs, a_job_needs_the_words_that_its_options_say)
{
    static char schema[] = "{}";
    struct needs needs = s_of ("a.csv", 0, &(struct options){.kind = "lab_result", .format = "fhir"});
    cr_expect_str_eq (needs.words[NEED_KIND], "lab_result");
    cr_expect_str_eq (needs.words[NEED_WRITE], "fhir");
    cr_expect_str_eq (needs.words[NEED_READ], "", "who opens it tells what it is written in");
    cr_expect_str_eq (needs.words[NEED_TASK], "");
    needs = s_of ("a.csv", 0, &(struct options){.kind = "mine", .schema = schema, .delimiter = "tab"});
    cr_expect_str_eq (needs.words[NEED_KIND], "", "it brings its kind along");
    cr_expect_str_eq (needs.words[NEED_READ], "csv");
    cr_expect_str_eq (needs.words[NEED_WRITE], "csv", "the default is a format, too");
    needs = s_of ("a", 0, &(struct options){.no_header = true, .task = "join"});
    cr_expect_str_eq (needs.words[NEED_READ], "csv");
    cr_expect_str_eq (needs.words[NEED_TASK], "", "a task is of a job that follows others");
    struct input input = {.uri = FOLLOWED_URI};
    needs_of (&input, &(struct options){.task = "join"}, &needs);
    cr_expect_str_eq (needs.words[NEED_TASK], "join");
    cr_expect_str_eq (needs.words[NEED_WRITE], "csv", "a join writes a format");
    needs_of (&input, &(struct options){.task = "statistics"}, &needs);
    cr_expect_str_eq (needs.words[NEED_TASK], "statistics");
    cr_expect_str_eq (needs.words[NEED_WRITE], "", "what another task writes is its own affair");
    needs_of (&input, &(struct options){.format = "ndjson"}, &needs);
    cr_expect_str_eq (needs.words[NEED_WRITE], "ndjson");
}

Test (needs, memory_is_what_the_job_says_or_64_MiB_and_its_bytes_unpacked)
{
    static const struct {
        const char *name;
        uint64_t bytes, said, needed;
    } CASES[] = {{"a.csv", 0, 0, 64 * MIB},
                 {"a.csv", 100 * MIB, 0, 164 * MIB},
                 {"a.csv.gz", 100 * MIB, 0, 864 * MIB},
                 {"a.csv.zst", 10 * MIB, 0, 144 * MIB},
                 {".gz", MIB, 0, 72 * MIB},
                 {"gz", MIB, 0, 65 * MIB},
                 {"a.csv.gz", 100 * MIB, 3, 3},
                 {"a.csv", UINT64_MAX, 0, 64 * MIB + LIMIT_BYTES_MOST / 16},
                 {"a.gz", UINT64_MAX, 0, 64 * MIB + LIMIT_BYTES_MOST / 2},
                 {"a.csv", 0, UINT64_MAX, LIMIT_BYTES_MOST}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct needs needs =
            s_of (CASES[i].name, CASES[i].bytes, &(struct options){.job_memory = CASES[i].said});
        cr_expect_eq (needs.memory, CASES[i].needed, "case %zu: %llu", i, (unsigned long long) needs.memory);
    }
}

Test (needs, keys_beyond_the_memory_that_the_job_says_lie_on_the_disk)
{
    struct options options = {.memory = 10 * MIB};
    cr_expect_eq (s_of ("a.csv", 5 * MIB, &options).memory, 69 * MIB);
    cr_expect_eq (s_of ("a.csv", 500 * MIB, &options).memory, 74 * MIB);
    options.job_memory = 3;
    cr_expect_eq (s_of ("a.csv", 500 * MIB, &options).memory, 3);
}

//  A file that several workers share: who cuts it or surveys a part has no keys to keep, who judges a range
//  as many as a part has.
Test (needs, a_task_of_a_shared_file_is_needed_as_a_word_and_keys_need_memory_by_the_bytes)
{
    static const struct {
        const char *task;
        uint64_t memory;
    } CASES[] = {{"cut", 64}, {"survey", 64}, {"part", 164}, {"write", 1064}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct options options = {.kind = "patient", .split_bytes = 100 * MIB};
        snprintf (options.task, sizeof options.task, "%s", CASES[i].task);
        struct needs needs = s_of ("a.csv", 1000 * MIB, &options);
        cr_expect_str_eq (needs.words[NEED_TASK], CASES[i].task);
        cr_expect_str_eq (needs.words[NEED_KIND], "patient");
        cr_expect_eq (needs.memory, CASES[i].memory * MIB, "%s", CASES[i].task);
        options.job_memory = 5;
        cr_expect_eq (s_of ("a.csv", 1000 * MIB, &options).memory, 5, "what is said is for all of them");
    }
}

Test (needs, levels_are_four_an_octave_from_64_MiB_to_1_TiB)
{
    static const struct {
        uint64_t bytes, level_bytes;
    } CASES[] = {{0, 64 * MIB},
                 {1, 64 * MIB},
                 {64 * MIB, 64 * MIB},
                 {64 * MIB + 1, 80 * MIB},
                 {80 * MIB, 80 * MIB},
                 {81 * MIB, 96 * MIB},
                 {100 * MIB, 112 * MIB},
                 {113 * MIB, 128 * MIB},
                 {129 * MIB, 160 * MIB},
                 {1025 * MIB, 1280 * MIB},
                 {1024 * 1024 * MIB, 1024 * 1024 * MIB},
                 {UINT64_MAX, 1024 * 1024 * MIB}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        cr_expect_eq (needs_level_bytes (needs_level (CASES[i].bytes)), CASES[i].level_bytes, "case %zu", i);
    for (size_t level = 0; level < NEEDS_LEVELS; level++)
        cr_expect_eq (needs_level (needs_level_bytes (level)), level);
}

Test (needs, a_list_that_is_not_there_holds_every_word_but_of_the_tasks_only_the_first)
{
    struct word kinds[] = {{"patient"}, {"lab_result"}};
    struct ready says = {.kinds = kinds, .kinds_count = 2}, silent = {.slots = 1};
    struct abilities some = abilities_of (&says), all = abilities_of (&silent);
    static const struct {
        struct needs needs;
        bool some, all;
    } CASES[] = {{{.words = {"patient", "csv", "fhir", ""}}, true, true},
                 {{.words = {"lab_result", "", "", "join"}}, true, true},
                 {{.words = {"", "", "", ""}}, true, true},
                 {{.words = {"imaging_study", "", "", ""}}, false, true},
                 {{.words = {"patien", "", "", ""}}, false, true},
                 {{.words = {"patient", "", "", "later"}}, false, false}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        cr_expect_eq (abilities_meet (&some, &CASES[i].needs), CASES[i].some, "case %zu", i);
        cr_expect_eq (abilities_meet (&all, &CASES[i].needs), CASES[i].all, "case %zu", i);
    }
    cr_expect_not (abilities_equal (&some, &all));
    struct word tasks[] = {{"later"}};
    struct ready later = {.tasks = tasks, .tasks_count = 1};
    struct abilities new = abilities_of (&later);
    cr_expect (abilities_meet (&new, &CASES[0].needs));
    cr_expect (abilities_have (&new, &CASES[5].needs, NEED_TASK));
    cr_expect_not (abilities_have (&new, &CASES[1].needs, NEED_TASK), "who says tasks says all of them");
}

Test (needs, an_object_of_a_store_needs_a_worker_that_says_it_fetches_it)
{
    static const struct input OBJECT = {.uri = "s3://lab/a.csv", .name = "a.csv"},
                              FILE_HERE = {.uri = "file:///lab/a.csv", .name = "a.csv"};
    struct options options = {.kind = ""};
    struct needs object, file;
    char said[2 * WORD_BYTES];
    needs_of (&OBJECT, &options, &object);
    needs_of (&FILE_HERE, &options, &file);
    struct word fetches[] = {{"s3"}};
    struct ready says = {.fetches = fetches, .fetches_count = 1}, silent = {.slots = 1};
    struct abilities some = abilities_of (&says), none = abilities_of (&silent);
    cr_expect (abilities_meet (&some, &object));
    cr_expect_not (abilities_meet (&none, &object));
    cr_expect (abilities_meet (&none, &file));
    cr_expect_str_eq (needs_say (&object, NEED_FETCH, said), "fetches from s3");
}

Test (needs, a_copy_of_abilities_has_words_of_its_own)
{
    struct word writes[] = {{"csv"}, {"fhir"}}, other[] = {{"csv"}, {"ndjson"}};
    struct ready ready = {.writes = writes, .writes_count = 2};
    struct abilities said = abilities_of (&ready), copy;
    cr_assert (abilities_copy (&said, &copy));
    cr_expect (abilities_equal (&said, &copy));
    writes[1] = other[1];
    cr_expect_not (abilities_equal (&said, &copy));
    abilities_clear (&copy);
    ready.writes = NULL;
    ready.writes_count = 0;
    said = abilities_of (&ready);
    cr_expect (abilities_equal (&said, &copy), "cleared, it says nothing");
}
