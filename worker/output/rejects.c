//  rejects.c: see rejects.h.
#include "worker/output/rejects.h"

#include "messages/base/narrow.h"
#include "worker/text/bytes.h"

#include <limits.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void rejects_header (output_file_t *file)
{
    output_text (file, "record,line,reason,rule,field,message,raw,raw_encoding\n");
}

//  Adds where in the record the first byte stands that is not UTF-8.
static void s_locate (struct text raw, char *message, size_t size)
{
    size_t used = strlen (message), at = bytes_stray (raw);
    if (at < raw.n)
        snprintf (message + used, size - used, " (the first is byte %zu of the record, 0x%02X)", at + 1,
                  (unsigned char) raw.at[at]);
}

static void s_sentence (const struct reject *reject, char out[SENTENCE_BYTES])
{
    if (reject->rule == RULE_RECORD_CONFLICT)
        snprintf (out, SENTENCE_BYTES, "has the key of record %llu and other content",
                  (unsigned long long) reject->other);
    else
        snprintf (out, SENTENCE_BYTES, "%s %s", reject->field ? reject->field : "the record",
                  RULE[reject->rule].sentence);
    if (reject->rule == RULE_RECORD_ENCODING)
        s_locate (reject->raw, out, SENTENCE_BYTES);
}

//  Bytes that are no text, or that readers of CSV stop at, in base64 (RFC 4648).
void rejects_raw (output_file_t *file, struct text raw)
{
    if (raw.n == 0 || (bytes_stray (raw) == raw.n && !memchr (raw.at, 0, raw.n))) {
        output_csv (file, raw);
        output_text (file, ",");
        return;
    }
    unsigned char *base64 = raw.n < INT_MAX / 2 ? malloc (raw.n / 3 * 4 + 5) : NULL;
    if (!base64) {
        output_fail (file, DMH_INTERNAL, "out of memory while writing a reject");
        return;
    }
    int n = EVP_EncodeBlock (base64, (const unsigned char *) raw.at, NARROW (int, raw.n));
    output_write (file, (const char *) base64, (size_t) n);
    output_text (file, ",base64");
    free (base64);
}

void rejects_add (output_file_t *file, const struct reject *reject)
{
    char sentence[SENTENCE_BYTES], message[SENTENCE_BYTES + REJECT_MORE_BYTES];
    s_sentence (reject, sentence);
    snprintf (message, sizeof message, "%s%s", sentence, reject->more ? reject->more : "");
    output_number (file, reject->at.record);
    output_text (file, ",");
    output_number (file, reject->at.line);
    output_text (file, reject->rule == RULE_RECORD_CONFLICT ? ",conflict," : ",rejected,");
    output_text (file, RULE[reject->rule].name);
    output_text (file, ",");
    output_text (file, reject->field ? reject->field : "");
    output_text (file, ",");
    output_csv (file, text_of (message));
    output_text (file, ",");
    rejects_raw (file, reject->raw);
    output_text (file, "\n");
}
