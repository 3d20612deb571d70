//  resealed_result.h: for tests: a result that somebody edited who knows how it is sealed.
#ifndef DMH_TEST_SUPPORT_RESEALED_RESULT_H
#define DMH_TEST_SUPPORT_RESEALED_RESULT_H

//  Replaces the first `from` in a file of the folder by `to`. The test fails where there is none.
void resealed_replace (const char *folder, const char *name, const char *from, const char *to);

//  Takes the first line out that begins with `begin`.
void resealed_drop_line (const char *folder, const char *name, const char *begin);

//  Makes seq and prev of the audit anew.
void resealed_chain (const char *folder);

//  Makes bytes and SHA-256 anew: of the records in datapackage.json, of all files in report.json.
void resealed_hashes (const char *folder);

#endif
