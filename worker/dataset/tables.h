//  tables.h: the tables of a data set, as SQL that makes them.
#ifndef DMH_WORKER_DATASET_TABLES_H
#define DMH_WORKER_DATASET_TABLES_H

//  `stands`: 1 of a key, 2 without a key, 0 it was set aside. `key`: what it begins with says whether it is
//  one. `content`, `others`: content.h. Nothing is ever removed, so that records rise in the order of their
//  coming.
static const char TABLES[] =
    "CREATE TABLE kinds (kind INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, schema_sha256 TEXT NOT NULL,"
    "  schema TEXT NOT NULL, on_conflict TEXT NOT NULL);"
    "CREATE TABLE columns (kind INTEGER NOT NULL REFERENCES kinds, place INTEGER NOT NULL, name TEXT NOT "
    "NULL,"
    "  PRIMARY KEY (kind, place));"
    "CREATE TABLE sets (set_id INTEGER PRIMARY KEY, kind INTEGER NOT NULL REFERENCES kinds, says BLOB NOT "
    "NULL,"
    "  UNIQUE (kind, says));"
    "CREATE TABLE loads (load INTEGER PRIMARY KEY, loaded_at TEXT NOT NULL, correlation TEXT NOT NULL);"
    "CREATE TABLE inputs (input INTEGER PRIMARY KEY, load INTEGER NOT NULL REFERENCES loads,"
    "  kind INTEGER NOT NULL REFERENCES kinds, source_file TEXT NOT NULL, sha256 TEXT NOT NULL,"
    "  read INTEGER NOT NULL DEFAULT 0, written INTEGER NOT NULL DEFAULT 0,"
    "  duplicates INTEGER NOT NULL DEFAULT 0, conflicts INTEGER NOT NULL DEFAULT 0,"
    "  rejected INTEGER NOT NULL DEFAULT 0, replaced INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE records (record INTEGER PRIMARY KEY, kind INTEGER NOT NULL REFERENCES kinds,"
    "  key BLOB NOT NULL, set_id INTEGER NOT NULL REFERENCES sets, hash INTEGER NOT NULL,"
    "  stands INTEGER NOT NULL, rank INTEGER NOT NULL, input INTEGER NOT NULL REFERENCES inputs,"
    "  source_record INTEGER NOT NULL, replaced_by INTEGER REFERENCES records, replaced_in INTEGER"
    "  REFERENCES loads, content BLOB NOT NULL, others BLOB NOT NULL);"
    "CREATE INDEX records_key ON records (kind, key, set_id, hash);"
    "CREATE UNIQUE INDEX records_standing ON records (kind, key) WHERE stands = 1;";

#endif
