//  precedence_test.c: of several records of one key the one stands that a plain reference lets stand,
//  wherever they are in the file, and whatever the threads and blocks.
#include "test/support/results/local_attempt.h"

#include "worker/rules/dates/date_compare.h"
#include "worker/rules/record/precedence.h"

#include <criterion/criterion.h>

enum { ROWS = 6000, KEYS = 1500, TIMES = 9, STATUSES = 6 };

static const char *const STATUS[STATUSES] = {"registered", "preliminary", "final",
                                             "",           "corrected",   "cancelled"};
static const int PLACE[STATUSES] = {0, 1, 2, 2, 3, 3};
//  Of the same form where FORM says so; MOMENT is their order in it.
static const char *const TIME[TIMES] = {"",
                                        "2024-05-01",
                                        "2024-05-02",
                                        "2024-05-01T10:00:00",
                                        "2024-05-01T10:00:01",
                                        "2024-05-01T10:00:01.5",
                                        "2024-05-01T10:00:00+02:00",
                                        "2024-05-01T09:00:00Z",
                                        "2024-04-30T23:59:59-10:00"};
static const int FORM[TIMES] = {0, 1, 1, 2, 2, 2, 3, 3, 3};
static const int MOMENT[TIMES] = {0, 0, 1, 0, 1, 2, 0, 1, 2};

struct row {
    size_t key, value, status, time;
};

static uint64_t s_state = 20241128;

static size_t s_random (size_t below)
{
    s_state = s_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t) (s_state >> 33) % below;
}

static bool s_same (const struct row *a, const struct row *b)
{
    return a->key == b->key && a->value == b->value && a->status == b->status && a->time == b->time;
}

//  The later of two contents of one key.
static bool s_stands (const char *policy, const struct row *later, const struct row *earlier)
{
    if (strcmp (policy, "last") == 0)
        return true;
    if (strcmp (policy, "first") == 0)
        return false;
    if (!*policy && PLACE[later->status] != PLACE[earlier->status])
        return PLACE[later->status] > PLACE[earlier->status];
    return FORM[later->time] != FORM[earlier->time] || MOMENT[later->time] >= MOMENT[earlier->time];
}

//  The first of a key's contents in turn gives way to what stands before it.
static struct counts s_expect (const struct row *rows, const char *policy, bool *written)
{
    static size_t stands[KEYS];
    struct counts counts = {.read = ROWS};
    memset (stands, 0xff, sizeof stands);
    memset (written, 0, ROWS * sizeof *written);
    for (size_t i = 0; i < ROWS; i++) {
        size_t *at = &stands[rows[i].key];
        bool repeats = false;
        for (size_t j = 0; j < i && !repeats; j++)
            repeats = s_same (&rows[j], &rows[i]);
        counts.duplicates += repeats;
        counts.conflicts += !repeats && *at != SIZE_MAX;
        if (!repeats && (*at == SIZE_MAX || s_stands (policy, &rows[i], &rows[*at])))
            *at = i;
    }
    for (size_t k = 0; k < KEYS; k++)
        if (stands[k] != SIZE_MAX) {
            written[stands[k]] = true;
            counts.written++;
        }
    return counts;
}

static char *s_text (const struct row *rows, const bool *written)
{
    char *text = malloc (ROWS * 100), *to = text;
    to += sprintf (to,
                   "result_id,patient_id,test_code,test_code_system,value_number,unit,status,resulted_at\n");
    for (size_t i = 0; i < ROWS; i++)
        if (!written || written[i])
            to += sprintf (to, "R%zu,7,2823-3,http://loinc.org,%zu.5,mmol/L,%s,%s\n", rows[i].key,
                           rows[i].value, STATUS[rows[i].status], TIME[rows[i].time]);
    return text;
}

//  Of records.csv the columns that the input has.
static char *s_reduce (const char *records)
{
    char *text = malloc (strlen (records) + 1), *to = text;
    static const int KEPT[] = {0, 1, 5, 6, 9, 11, 15, 17};
    size_t column = 0, next = 0;
    for (; *records; records++) {
        bool ends = *records == ',' || *records == '\n';
        if (next < 8 && (int) column == KEPT[next]) {
            if (!ends)
                *to++ = *records;
            else if (++next < 8)
                *to++ = ',';
        }
        column += ends;
        if (*records == '\n') {
            *to++ = '\n';
            column = next = 0;
        }
    }
    *to = 0;
    return text;
}

static void s_run (struct workplace *place, const struct row *rows, const char *policy)
{
    static bool written[ROWS];
    static const size_t THREADS[] = {1, 3};
    static const uint64_t BLOCKS[] = {4096, 1024 * 1024};
    struct counts want = s_expect (rows, policy, written);
    char *expected = s_text (rows, written), *rejects = NULL;
    for (size_t i = 0; i < 4; i++) {
        struct options options = {.block_bytes = BLOCKS[i / 2]};
        snprintf (options.on_conflict, sizeof options.on_conflict, "%s", policy);
        struct local_attempt got = local_attempt_run (place, "labs.csv", &options, THREADS[i % 2]);
        cr_assert (got.done, "%s", got.error.text);
        cr_expect (memcmp (&got.counts, &want, sizeof want) == 0, "“%s”: %llu written, %llu conflicts",
                   policy, (unsigned long long) got.counts.written,
                   (unsigned long long) got.counts.conflicts);
        char *records = workplace_read (got.folder, "records.csv", NULL), *reduced = s_reduce (records);
        cr_expect (strcmp (reduced, expected) == 0, "“%s”: other records stand", policy);
        char *set_aside = workplace_read (got.folder, "rejects.csv", NULL);
        cr_expect (!rejects || strcmp (rejects, set_aside) == 0, "“%s”: other rejects", policy);
        free (rejects);
        rejects = set_aside;
        free (records);
        free (reduced);
    }
    free (rejects);
    free (expected);
}

Test (precedence, what_stands_is_what_a_plain_reference_lets_stand, .timeout = 300)
{
    static const char *const POLICIES[] = {"", "first", "last", "newest:resulted_at"};
    static struct row rows[ROWS];
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < ROWS; i++)
        rows[i] = (struct row){s_random (KEYS), 3 + s_random (2), s_random (STATUSES), s_random (TIMES)};
    char *text = s_text (rows, NULL);
    workplace_write (&place, "labs.csv", text, strlen (text));
    for (size_t i = 0; i < sizeof POLICIES / sizeof *POLICIES; i++)
        s_run (&place, rows, POLICIES[i]);
    free (text);
    workplace_remove (&place);
}

static struct local_attempt s_small (struct workplace *place, const char *text, const char *policy,
                                     const char *date_order)
{
    struct options options = {.block_bytes = 4096};
    workplace_write (place, "small.csv", text, strlen (text));
    snprintf (options.on_conflict, sizeof options.on_conflict, "%s", policy);
    snprintf (options.date_order, sizeof options.date_order, "%s", date_order);
    return local_attempt_run (place, "small.csv", &options, 1);
}

Test (precedence, a_column_of_the_source_s_own_tells_what_is_newest, .timeout = 60)
{
    static const struct {
        const char *values[3], *order;
        int stands;
    } ROWS_OF[] = {
        {{"2", "10", "9"}, "", 1},    //  a count, not a text
        {{"2024-05-01", "2024-05-03", "2024-05-02"}, "", 1},
        {{"3 May 2024", "1 May 2024", "2 May 2024"}, "", 0},
        {{"13/05/2024", "12/06/2024", "14/05/2024"}, "", 2},    //  12/06 can be December: it tells nothing
        {{"13/05/2024", "12/06/2024", "14/05/2024"}, "dmy", 1},
        {{"5", "", "4"}, "", 2},    //  nothing to compare: the later one
        {{"b", "a", "c"}, "", 2},
    };
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof ROWS_OF / sizeof *ROWS_OF; i++) {
        char text[512] = "patient_id,given_name,family_name,birth_date,Row Version\n", want[64];
        for (int r = 0; r < 3; r++)
            snprintf (text + strlen (text), sizeof text - strlen (text), "7,Given%d,Fam,1980-01-02,%s\n", r,
                      ROWS_OF[i].values[r]);
        struct local_attempt got = s_small (&place, text, "newest:row_version", ROWS_OF[i].order);
        cr_assert (got.done, "%s", got.error.text);
        cr_assert_eq (got.counts.written, 1);
        char *records = workplace_read (got.folder, "records.csv", NULL);
        snprintf (want, sizeof want, "\n7,Given%d,", ROWS_OF[i].stands);
        cr_expect (strstr (records, want), "row %zu: %s", i, records);
        free (records);
    }
    workplace_remove (&place);
}

Test (precedence, a_policy_that_cannot_be_followed_is_one_sentence, .timeout = 60)
{
    static const struct {
        const char *policy, *sentence;
    } ROWS_OF[] = {
        {"newest:nowhere",
         "small.csv: --on-conflict newest:FIELD names “nowhere”, which is no field of patient"},
        {"oldest", "small.csv: --on-conflict “oldest” is not known; use first, last, newest:FIELD or fail"},
        {"fail", "small.csv: record 2 on line 3 has the key of record 1 and other content, the first of 2 "
                 "conflicts"},
    };
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof ROWS_OF / sizeof *ROWS_OF; i++) {
        struct local_attempt got = s_small (
            &place, "patient_id,given_name,birth_date\n7,A,1980-01-02\n7,B,1980-01-02\n7,C,1980-01-02\n",
            ROWS_OF[i].policy, "");
        bool whole = strcmp (ROWS_OF[i].policy, "fail") == 0;
        const char *said = whole ? got.refusal.text : got.error.text;
        cr_assert_eq (got.done, whole);
        cr_expect (strstr (said, ROWS_OF[i].sentence), "%s", said);
    }
    workplace_remove (&place);
}

Test (precedence, moments_of_one_form_are_in_the_order_of_time)
{
    static const char *const RISING[] = {
        "0001-01-01T00:00:00+14:00", "1799-12-31T23:59:59Z",      "1800-01-01T00:00:00Z",
        "1999-12-31T23:59:59Z",      "1999-12-31T23:59:59.5Z",    "2000-02-28T23:59:59.999999Z",
        "2000-02-29T00:00:00Z",      "2000-03-01T01:00:00+00:30", "9999-12-31T23:59:59.999999-14:00"};
    for (size_t i = 0; i + 1 < sizeof RISING / sizeof *RISING; i++) {
        uint64_t a = date_moment (text_of (RISING[i])), b = date_moment (text_of (RISING[i + 1]));
        cr_expect (a < b && moments_have_one_form (a, b), "%s, %s", RISING[i], RISING[i + 1]);
        cr_expect (rank_stands (b, a) && !rank_stands (a, b) && rank_stands (a, a));
    }
    cr_expect_eq (date_moment (TEXT ("2000-03-01")) - date_moment (TEXT ("2000-02-28")), 2);
    cr_expect (!moments_have_one_form (date_moment (TEXT ("2000")), date_moment (TEXT ("2000-01"))));
    cr_expect (!moments_have_one_form (date_moment (TEXT ("2000-01-01T00:00:00")),
                                       date_moment (TEXT ("2000-01-01T00:00:00Z"))));
    cr_expect_eq (date_moment ((struct text){NULL, 0}), 0);
}
