//  file.c: the messages of the files socket as tables. See file.h.
#include "messages/files/file.h"

#include <string.h>

static const struct shape_field s_put[] = {
    SHAPE_FIELD_TEXT (struct put, request, true), SHAPE_FIELD_TEXT (struct put, sha256, true),
    SHAPE_FIELD_U64 (struct put, bytes, true),    SHAPE_FIELD_U64 (struct put, offset, true),
    SHAPE_FIELD_TEXT (struct put, ticket, false),
};
const struct shape put_shape = SHAPE_OF ("PUT", struct put, s_put);
MESSAGE_DEFINE (put);

static const struct shape_field s_stored[] = {
    SHAPE_FIELD_TEXT (struct stored, request, true),
    SHAPE_FIELD_TEXT (struct stored, sha256, true),
    SHAPE_FIELD_U64 (struct stored, offset, true),
    SHAPE_FIELD_BOOL (struct stored, whole, false),
};
const struct shape stored_shape = SHAPE_OF ("STORED", struct stored, s_stored);
MESSAGE_DEFINE (stored);

static const struct shape_field s_get[] = {
    SHAPE_FIELD_TEXT (struct get, request, true), SHAPE_FIELD_TEXT (struct get, sha256, true),
    SHAPE_FIELD_U64 (struct get, offset, true),   SHAPE_FIELD_U64 (struct get, bytes, true),
    SHAPE_FIELD_TEXT (struct get, ticket, false),
};
const struct shape get_shape = SHAPE_OF ("GET", struct get, s_get);
MESSAGE_DEFINE (get);

static const struct shape_field s_chunk[] = {
    SHAPE_FIELD_TEXT (struct chunk, request, true),
    SHAPE_FIELD_TEXT (struct chunk, sha256, true),
    SHAPE_FIELD_U64 (struct chunk, offset, true),
    SHAPE_FIELD_U64 (struct chunk, bytes, true),
};
const struct shape chunk_shape = SHAPE_OF ("CHUNK", struct chunk, s_chunk);
MESSAGE_DEFINE (chunk);

bool file_is_sha256 (const char *text)
{
    return strspn (text, "0123456789abcdef") == DIGEST_HEX_BYTES - 1 && strlen (text) == DIGEST_HEX_BYTES - 1;
}
