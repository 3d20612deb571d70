//  code_text.h: texts from elsewhere as literals and names of code, such that they are that text whatever
//  they hold, and what nobody sees in them stands as an escape.
#ifndef DMH_CLIENT_REPORT_LOADER_CODE_TEXT_H
#define DMH_CLIENT_REPORT_LOADER_CODE_TEXT_H

#include <stdbool.h>
#include <stdio.h>

//  A literal in double quotes.
void code_python (FILE *code, const char *text);
void code_r (FILE *code, const char *text);
//  A literal in single quotes, a name in double ones; the caller has made sure of code_is_plain.
void code_sql (FILE *code, const char *text);
void code_sql_name (FILE *code, const char *name);
//  Whether SQL can have it: no control character, nothing that nobody sees, only UTF-8.
bool code_is_plain (const char *text);

//  A variable's name made of it: letters of ASCII, digits, _; "records" where nothing is left.
void code_variable (FILE *code, const char *text);

//  A comment's text: on one line.
void code_comment (FILE *code, const char *text);

#endif
