//  block_fuzz.c: any bytes as what one worker leaves another: a block, a tally, settings, where keys lie.
//  What is taken for one points outside of its own bytes nowhere, and is written again as it is read again.
#include "worker/output/tally_codec.h"
#include "worker/pipeline/keys/key_ranges.h"
#include "worker/pipeline/parts/block_codec.h"
#include "worker/pipeline/parts/pass_settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

enum { FIELDS = 5 };

static void s_fail (const char *what)
{
    fprintf (stderr, "block_fuzz: %s\n", what);
    abort ();
}

static unsigned s_sum;

static void s_touch (struct text text)
{
    for (size_t i = 0; i < text.n; i++)
        s_sum += (unsigned char) text.at[i];
}

static void s_load (void *context, struct block *block)
{
    size_t n = block->in.used;
    (void) context;
    block->load = NULL;
    block->in.used = 0;
    if (n > 1 << 20 || buffer_reserve (&block->in, n + 1) != 0)
        error_set (&block->error, DMH_IO, "the input is shorter");
    else
        memset (block->in.at, 'x', block->in.used = n);
}

//  All that a writer looks at.
static void s_look (struct block *block, size_t cells)
{
    for (size_t i = 0; i < block->verdict_count; i++) {
        const struct verdict *verdict = &block->verdicts[i];
        s_touch (block_raw (block, verdict));
        s_touch (block_row (block, verdict, 0));
        s_touch ((struct text){block->out.at + verdict->out_at, verdict->out_n});
        if (verdict->field < FIELD_NONE || verdict->field >= FIELDS || verdict->rule >= RULE_COUNT)
            s_fail ("a field or a rule is none");
        for (size_t r = 0; r < verdict->remark_n; r++) {
            const struct remark *remark = &block->remarks[verdict->remark_at + r];
            s_touch ((struct text){block->notes.at + remark->raw_at, remark->raw_n + remark->to_n});
            if (remark->field < FIELD_NONE || remark->field >= FIELDS || remark->rule >= RULE_COUNT)
                s_fail ("a remark's field or rule is none");
        }
        struct text row = {block->out.at + verdict->out_at, verdict->out_n};
        for (size_t c = 0; cells && row.n && c < cells; c++) {
            const char *colon = memchr (row.at, ':', row.n);
            size_t length = (size_t) strtoull (row.at, NULL, 10), head = (size_t) (colon - row.at) + 1;
            s_touch ((struct text){colon + 1, length});
            row = (struct text){row.at + head + length, row.n - head - length};
        }
    }
}

static void s_block (const char *bytes, size_t n, size_t cells)
{
    struct block *block = block_new (FIELDS, 1), *again = block_new (FIELDS, 1);
    struct packer first = {.failed = false}, second = {.failed = false};
    struct packed from = {bytes, bytes + n, false};
    if (block_unpack (block, FIELDS, cells, &from) == 0 && packed_is_whole (&from)) {
        block->load = s_load;
        size_t in = block->in.used;
        s_look (block, cells);
        block->in.used = in;    //  as the pieces of a text that is longer than one is are not here
        block->error.code = DMH_OK;
        block_pack (block, true, &first);
        from = (struct packed){first.to.at, first.to.at + first.to.used, false};
        if (block_unpack (again, FIELDS, cells, &from) != 0 || !packed_is_whole (&from))
            s_fail ("a block that was written is none");
        block_pack (again, true, &second);
        if (first.to.used != second.to.used || memcmp (first.to.at, second.to.at, first.to.used) != 0)
            s_fail ("a block is another one when it is read again");
    }
    free (first.to.at);
    free (second.to.at);
    block_destroy (&block);
    block_destroy (&again);
}

static void s_tally (const char *bytes, size_t n)
{
    struct tally tally;
    struct packer packer = {.failed = false};
    struct packed from = {bytes, bytes + n, false};
    if (tally_init (&tally, FIELDS) != 0)
        return;
    tally_unpack (&tally, &from);
    if (packed_is_whole (&from)) {
        tally_pack (&tally, &packer);
        if (packer.to.used != n || memcmp (packer.to.at, bytes, n) != 0)
            s_fail ("a tally is written otherwise than it was read");
    }
    free (packer.to.at);
    tally_clear (&tally);
}

static void s_settings (const char *bytes, size_t n)
{
    struct pass_settings settings = {.told = false};
    struct packer packer = {.failed = false};
    struct packed from = {bytes, bytes + n, false};
    if (pass_settings_unpack (&settings, &from) == 0 && packed_is_whole (&from)) {
        pass_settings_pack (&settings, &packer);
        if (packer.to.used != n || memcmp (packer.to.at, bytes, n) != 0)
            s_fail ("settings are written otherwise than they were read");
    }
    free (packer.to.at);
    pass_settings_clear (&settings);
}

static void s_directory (const char *bytes, size_t n)
{
    struct key_directory directory = {.ranges = 0};
    struct packer packer = {.failed = false};
    struct packed from = {bytes, bytes + n, false};
    if (key_directory_unpack (&directory, &from) == 0 && packed_is_whole (&from)) {
        key_directory_pack (&directory, &packer);
        if (packer.to.used != n || memcmp (packer.to.at, bytes, n) != 0)
            s_fail ("a directory of keys is written otherwise than it was read");
    }
    free (packer.to.at);
    key_directory_clear (&directory);
}

//  The first byte picks what it is.
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    if (n == 0 || n > 65536)
        return 0;
    const char *bytes = (const char *) data + 1;
    if ((data[0] & 8) != 0)
        s_directory (bytes, n - 1);
    else if ((data[0] & 3) == 0)
        s_tally (bytes, n - 1);
    else if ((data[0] & 3) == 1)
        s_settings (bytes, n - 1);
    else
        s_block (bytes, n - 1, data[0] & 4 ? 2 : 0);
    return 0;
}
