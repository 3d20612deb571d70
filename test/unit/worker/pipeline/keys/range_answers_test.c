//  range_answers_test.c: the answers of all ranges, in the order of the records, and what is no answer on
//  them.
#include "worker/pipeline/keys/range_answers.h"

#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

enum { RECORDS = 40000, RANGES = 7 };

//  0: it stands.
static struct key_answer s_answers[RECORDS + 1];
static struct workplace s_place;
static struct range_judgement s_judgements[RANGES];

static uint64_t s_next (uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

static void s_path (size_t range, char path[600])
{
    snprintf (path, 600, "%s/answers-%zu", s_place.folder, range);
}

//  Of one range there is no answer at all.
static void s_make (void)
{
    uint64_t state = 5;
    FILE *files[RANGES];
    XXH3_state_t *hashes[RANGES];
    workplace_make (&s_place);
    for (size_t r = 0; r < RANGES; r++) {
        char path[600];
        s_path (r, path);
        files[r] = fopen (path, "w");
        hashes[r] = XXH3_createState ();
        cr_assert (files[r] && hashes[r]);
        XXH3_64bits_reset (hashes[r]);
        s_judgements[r] = (struct range_judgement){.judged = 0};
    }
    for (uint64_t record = 1; record <= RECORDS; record++) {
        size_t range = s_next (&state) % RANGES;
        s_judgements[range].judged++;
        s_judgements[range].sum += range_answers_sum (record);
        s_answers[record] = (struct key_answer){.record = 0};
        if (range == 3 || s_next (&state) % 3)
            continue;
        s_answers[record] = (struct key_answer){
            .record = record, .other = (s_next (&state) % record) & INT64_MAX, .repeats = record & 1};
        s_judgements[range].count++;
        fwrite (&s_answers[record], sizeof s_answers[record], 1, files[range]);
        XXH3_64bits_update (hashes[range], &s_answers[record], sizeof s_answers[record]);
    }
    for (size_t r = 0; r < RANGES; r++) {
        s_judgements[r].hash = XXH3_64bits_digest (hashes[r]);
        XXH3_freeState (hashes[r]);
        fclose (files[r]);
    }
}

static range_answers_t *s_open (void)
{
    struct error error = {.code = DMH_OK};
    range_answers_t *answers = range_answers_new (RANGES);
    for (size_t r = 0; r < RANGES; r++) {
        char path[600];
        s_path (r, path);
        cr_assert_eq (range_answers_open (answers, r, path, &s_judgements[r], &error), DMH_OK, "%s",
                      error.text);
    }
    return answers;
}

static void s_ask (range_answers_t *answers, uint64_t from, uint64_t to, uint64_t step)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (range_answers_begin (answers, &error), DMH_OK);
    for (uint64_t record = from; record <= to; record += step) {
        uint64_t other = 0;
        enum key_place place = range_answers_place (answers, record, &other, &error);
        const struct key_answer *answer = &s_answers[record];
        if (step > 1)    //  not those that were judged, so answers are left behind
            continue;
        cr_assert_eq (place, !answer->record ? KEY_STANDS : answer->repeats ? KEY_REPEATS : KEY_CONFLICTS);
        cr_assert (!answer->record || other == answer->other);
    }
}

Test (range_answers, each_record_has_its_answer_also_in_another_pass)
{
    struct error error = {.code = DMH_OK};
    s_make ();
    range_answers_t *answers = s_open ();
    for (int pass = 0; pass < 2; pass++) {
        s_ask (answers, 1, RECORDS, 1);
        cr_assert_eq (range_answers_check (answers, true, &error), DMH_OK, "%s", error.text);
    }
    range_answers_destroy (&answers);
    workplace_remove (&s_place);
}

Test (range_answers, other_records_than_were_judged_are_noticed)
{
    struct error error = {.code = DMH_OK};
    s_make ();
    range_answers_t *answers = s_open ();
    s_ask (answers, 1, RECORDS - 1, 1);
    cr_assert_eq (range_answers_check (answers, true, &error), DMH_MALFORMED);
    s_ask (answers, 2, RECORDS, 1);
    cr_assert_eq (range_answers_check (answers, true, &error), DMH_MALFORMED);
    s_ask (answers, 1, RECORDS, 2);
    cr_assert_eq (range_answers_check (answers, true, &error), DMH_MALFORMED);
    range_answers_destroy (&answers);
    workplace_remove (&s_place);
}

Test (range_answers, a_file_that_is_another_one_is_noticed)
{
    struct error error = {.code = DMH_OK};
    char path[600];
    s_make ();
    s_path (2, path);
    FILE *file = fopen (path, "r+");
    fseek (file, 16 * 100 + 8, SEEK_SET);    //  whom an answer names
    int byte = fgetc (file);
    fseek (file, 16 * 100 + 8, SEEK_SET);
    fputc (byte ^ 1, file);
    fclose (file);
    range_answers_t *answers = s_open ();
    cr_assert_eq (range_answers_begin (answers, &error), DMH_OK);
    for (uint64_t record = 1, other; record <= RECORDS; record++)
        range_answers_place (answers, record, &other, &error);
    cr_assert_eq (range_answers_check (answers, true, &error), DMH_MALFORMED);
    range_answers_destroy (&answers);
    workplace_remove (&s_place);
}

Test (range_answers, a_file_that_is_shorter_is_noticed)
{
    struct error error = {.code = DMH_OK};
    char path[600];
    uint64_t other, record = 1;
    s_make ();
    s_path (1, path);
    range_answers_t *answers = range_answers_new (RANGES);
    cr_assert_eq (truncate (path, (off_t) s_judgements[1].count * 16 - 16), 0);
    cr_assert_eq (range_answers_open (answers, 1, path, &s_judgements[1], &error), DMH_MALFORMED);
    range_answers_destroy (&answers);
    cr_assert_eq (truncate (path, (off_t) s_judgements[1].count * 16), 0);
    answers = s_open ();
    cr_assert_eq (truncate (path, 16), 0);
    int begun = range_answers_begin (answers, &error);
    while (begun == DMH_OK && record <= RECORDS &&
           range_answers_place (answers, record, &other, &error) != KEY_NO_ROOM)
        record++;
    cr_assert (begun == DMH_MALFORMED || (record <= RECORDS && error.code == DMH_MALFORMED));
    cr_assert_eq (range_answers_check (answers, false, &error), DMH_MALFORMED);
    range_answers_destroy (&answers);
    workplace_remove (&s_place);
}
