//  fhir_id.c: see fhir_id.h.
#include "worker/encoders/fhir_id.h"

#include "messages/base/digest.h"

enum { HASH_HEX = 32 };

bool fhir_id_is (struct text in)
{
    for (size_t i = 0; i < in.n; i++) {
        char lower = (char) (in.at[i] | 0x20);
        bool letter = lower >= 'a' && lower <= 'z', digit = in.at[i] >= '0' && in.at[i] <= '9';
        if (!letter && !digit && in.at[i] != '-' && in.at[i] != '.')
            return false;
    }
    return in.n > 0 && in.n <= FHIR_ID_BYTES;
}

size_t fhir_id_of_hash (struct text content, char *out)
{
    char hex[DIGEST_HEX_BYTES];
    digest_of (content.at, content.n, hex);
    memcpy (out, "dmh-", 4);
    memcpy (out + 4, hex, HASH_HEX);
    return 4 + HASH_HEX;
}

size_t fhir_id_of_key (struct text key, char *out)
{
    if (!fhir_id_is (key))
        return fhir_id_of_hash (key, out);
    memcpy (out, key.at, key.n);
    return key.n;
}
