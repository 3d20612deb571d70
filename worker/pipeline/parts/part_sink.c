//  part_sink.c: see part_sink.h. A file of blocks is the number of bytes of each, their XXH3 and those, one
//  behind the other: it does not come to the disk before it is used, and who reads it sees that.
#define XXH_INLINE_ALL
#include "worker/pipeline/parts/part_sink.h"

#include "worker/pipeline/keys/record_keys.h"
#include "worker/pipeline/parts/block_codec.h"
#include "worker/pipeline/pass.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

int part_sink_begin (struct part_sink *self, size_t field_count, struct error *error)
{
    tally_clear (&self->tally);
    self->unknown = self->unknown ? self->unknown : unknown_names_new ();
    if (!self->unknown || tally_init (&self->tally, field_count) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory for what a part says");
    unknown_names_forget (self->unknown);
    self->over = self->begun = false;
    self->block_count = self->made = 0;
    self->counts = (struct counts){.read = 0};
    self->failure.code = DMH_OK;
    int rc = self->blocks ? output_restart (self->blocks, error) : DMH_OK;
    return rc == DMH_OK && self->keys ? output_restart (self->keys, error) : rc;
}

static void s_write (struct part_sink *self, const struct block *block)
{
    char number[PACK_NUMBER_BYTES + sizeof (XXH64_hash_t)];
    self->packer.to.used = 0;
    block_pack (block, !self->ranges, &self->packer);    //  the ranges have the keys
    if (self->packer.failed) {
        error_set (&self->failure, DMH_INTERNAL, "out of memory for a block that is kept");
        return;
    }
    size_t n = self->packer.to.used, head = (size_t) (pack_number_at (number, n) - number);
    XXH64_hash_t hash = XXH3_64bits (self->packer.to.at, n);
    memcpy (number + head, &hash, sizeof hash);
    head += sizeof hash;
    self->made += head + n;
    self->over = self->made > self->most;
    if (self->over)
        return;
    output_write (self->blocks, number, head);
    output_write (self->blocks, self->packer.to.at, n);
    self->block_count++;
}

//  The keys of the records that the writer will ask for.
static void s_gather (struct part_sink *self, const struct block *block)
{
    if (!self->begun)
        key_ranges_begin (self->ranges, record_keys_choice (&block->pass->precedence) == KEY_RANKED);
    for (size_t i = 0; i < block->verdict_count; i++) {
        const struct verdict *verdict = &block->verdicts[i];
        if (verdict->rule == RULE_NONE &&
            key_ranges_add (self->ranges, &verdict->hash, self->counts.read + i, verdict->rank) != 0) {
            error_set (&self->failure, DMH_INTERNAL, "out of memory for the keys of a part");
            return;
        }
    }
}

void part_sink_take (struct part_sink *self, struct block *block)
{
    if (self->failure.code == DMH_OK && block->error.code != DMH_OK)
        self->failure = block->error;
    if (self->failure.code == DMH_OK && !self->over) {
        if (self->ranges)
            s_gather (self, block);
        if (!self->begun)
            self->first_line = block->first_line;
        self->begun = true;
        tally_add (&self->tally, &block->tally, block->first_line - self->first_line);
        if (unknown_names_learn (self->unknown, &block->unknown) != 0)
            error_set (&self->failure, DMH_INTERNAL, "out of memory while gathering names");
        for (size_t i = 0; i < block->verdict_count; i++)
            self->counts.rejected += block->verdicts[i].rule != RULE_NONE;
        self->counts.read += block->verdict_count;
        self->counts.written = self->counts.read - self->counts.rejected;
        if (self->blocks)
            s_write (self, block);
    }
    block->so_far = self->counts;
    block->doomed = self->over || part_sink_check (self, NULL) != DMH_OK;
}

int part_sink_check (const struct part_sink *self, struct error *error)
{
    if (self->failure.code == DMH_OK)
        return self->keys && output_check (self->keys, NULL) != DMH_OK ? output_check (self->keys, error)
               : self->blocks                                          ? output_check (self->blocks, error)
                                                                       : DMH_OK;
    if (error)
        *error = self->failure;
    return self->failure.code;
}

void part_sink_clear (struct part_sink *self)
{
    tally_clear (&self->tally);
    unknown_names_destroy (&self->unknown);
    free (self->packer.to.at);
    *self = (struct part_sink){.blocks = NULL};
}
