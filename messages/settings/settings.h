//  settings.h: a program's options as a table, for the command line and for a file of `name = value` lines.
//  Never exits or prints by itself beyond what settings_help writes.
#ifndef DMH_MESSAGES_BASE_SETTINGS_H
#define DMH_MESSAGES_BASE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "messages/base/error.h"

struct setting {
    const char *name;        //  "slots", given as --slots N, --slots=N or `slots = N`
    const char *argument;    //  "N", "FILE" … for help and completion; NULL: a flag
    const char *help;
    char letter;              //  'o', given as -o N, -oN or behind flags (-qo N); 0: none
    const char *words;        //  that it takes, with commas, for completion; NULL: others
    const char *elsewhere;    //  it is no option here, but of those: "run and submit"; NULL: it is one
    const char **text;    //  where the value goes: borrowed from argv, or kept for ever when read from a file
    uint64_t *number;     //  or a whole number
    uint64_t least, most;
    bool *flag;         //  or true
    bool reloadable;    //  may change while the program runs, see settings_reload
};

//  Reads argv [1 …]. Words that are no options go to rest [*rest_count] (argc entries are enough); "--" ends
//  options. DMH_OK, or DMH_USAGE with a sentence that names the option and what it takes, or the nearest one,
//  or who has it.
int settings_read (const struct setting *settings, size_t count, int argc, char **argv, const char **rest,
                   size_t *rest_count, struct error *error);

//  Reads a file of `name = value` lines; # begins a comment. What the command line has set is set again by
//  it, so read it first.
int settings_read_file (const struct setting *settings, size_t count, const char *path, struct error *error);

//  A server's whole command line: read, then the file that *config names where it names one, then read again
//  because the command line wins. Words that are no options are refused. `config` is the variable behind the
//  option --config.
int settings_read_all (const struct setting *settings, size_t count, int argc, char **argv,
                       const char *const *config, struct error *error);

//  Takes what was read again over into what holds: `now` and `fresh` are one table over two sets of
//  variables. An option that is not reloadable stays as it is; where it differs, that is logged as
//  config.needs_restart. Returns how many those are.
size_t settings_reload (const struct setting *now, const struct setting *fresh, size_t count);

//  An option a paragraph, none wider than 80 columns.
void settings_help (const struct setting *settings, size_t count, FILE *to);

//  An option a line, for what is made of the table (manual pages, completion): "--name", letter ("-o" or
//  empty), what it takes, its words, help; tabs between them.
void settings_list (const struct setting *settings, size_t count, FILE *to);

//  What a shell may offer for the last of `words` (at least one, it may be empty): each candidate a line, the
//  word, a tab and what it means. Returns what else may stand there: what an option takes ("FILE", "JOB" …),
//  SETTINGS_WORD: a word that is no option, NULL: nothing.
const char *settings_complete (const struct setting *settings, size_t count, const char *const *words,
                               size_t word_count, FILE *to);
extern const char SETTINGS_WORD[];

//  The last line for a shell: ":files", ":folders" or ":none" are to be offered, too.
void settings_complete_end (const char *wanted, FILE *to);

//  A program without commands: `PROGRAM complete -- WORD…` is answered so, `PROGRAM complete` with
//  settings_list. false: it is another command line.
bool settings_complete_program (const struct setting *settings, size_t count, int argc, char **argv);

#endif
