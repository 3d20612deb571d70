//  languages.h: the loaders that there are, a function each.
#ifndef DMH_CLIENT_REPORT_LOADER_LANGUAGES_H
#define DMH_CLIENT_REPORT_LOADER_LANGUAGES_H

#include "client/report/loader/column_forms.h"

//  What is to be loaded.
struct loaded {
    const char *folder;    //  absolute
    const char *kind;
    const struct columns *columns;
    const struct column_form *forms;
    uint64_t records;
};

void loader_pandas (const struct loaded *what, FILE *code);
void loader_duckdb (const struct loaded *what, FILE *code);
void loader_r (const struct loaded *what, FILE *code);
void loader_sql (const struct loaded *what, FILE *code);    //  PostgreSQL's, by psql

//  The name of the column of dates beside a mixed one: NAME_date, or with a number where there is one. Yours
//  to free; NULL when out of memory.
char *loaded_date_name (const struct loaded *what, size_t column);

#endif
