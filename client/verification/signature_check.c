//  signature_check.c: see signature_check.h.
#include "client/verification/signature_check.h"

#include "client/result/reading/result_document.h"
#include "client/result/reading/result_file.h"
#include "messages/base/digest.h"

#include <stdlib.h>
#include <string.h>

void signature_check (const char *folder, const char *digest, const signing_key_t *key,
                      struct problems *problems)
{
    struct error error = {.code = DMH_OK};
    char hex[DIGEST_HEX_BYTES], signature[SIGNATURE_BYTES + 1];
    struct buffer report = {NULL, 0, 0};
    FILE *file = result_file_open (folder, "report.json.sig", &error);
    size_t n = file ? fread (signature, 1, sizeof signature, file) : 0;
    if (!file && error.code == DMH_NOT_FOUND)
        problems_add (problems, "it is not signed: there is no report.json.sig");
    else if (!file || result_document_text (folder, "report.json", &report, &error) != DMH_OK)
        problems_add (problems, "%s", error.text);
    else if (strcmp (digest_of (report.at, report.used, hex), digest) != 0)
        problems_add (problems, "report.json changes while it is read");
    else if (!signing_key_signed (key, report.at, report.used, signature, n))
        problems_add (problems, "report.json.sig is not the signature of report.json by that key");
    if (file)
        fclose (file);
    free (report.at);
}
