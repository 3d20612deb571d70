//  fhir_id_test.c: a key is its own id where FHIR takes it, else its hash is.
#include "worker/encoders/fhir_id.h"

#include <criterion/criterion.h>

//  Hashes by sha256sum.
Test (fhir_id, an_id_is_the_key_itself_or_its_hash)
{
    static const char *const CASES[][2] = {
        {"p1", "p1"},
        {"5cbc121b-cd71-4428-b8b7-31e53eba8184", "5cbc121b-cd71-4428-b8b7-31e53eba8184"},
        {"a b", "dmh-c8687a08aa5d6ed2044328fa6a697ab8"},
        {"\xc3\xa9", "dmh-4a99557e4033c3539de2eb65472017ca"},
        {"", "dmh-e3b0c44298fc1c149afbf4c8996fb924"},
        {"1234567890123456789012345678901234567890123456789012345678901234",
         "1234567890123456789012345678901234567890123456789012345678901234"},
        {"12345678901234567890123456789012345678901234567890123456789012345",
         "dmh-71fbbf9bcb342cdc7768b7d494089e94"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char out[65];
        out[fhir_id_of_key (text_of (CASES[i][0]), out)] = 0;
        cr_expect_str_eq (out, CASES[i][1], "%s: %s", CASES[i][0], out);
    }
}
