//  report.c: dmh report: a result, or all that a folder holds, as a page for people, or code that loads it.
#define _GNU_SOURCE
#include "client/report/report.h"
#include "client/commands/command.h"
#include "client/report/loader/loader.h"
#include "client/result/reading/result_file.h"
#include "client/result/written_file.h"
#include "client/terminal/json_line.h"
#include "messages/text/terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char FILE_HERE[] = "report.html", GENERATOR[] = "content=\"dmh report\"";

//  What is to be written: a page, or a loader of the result in `report.folder`.
struct content {
    struct report report;
    enum loader loader;    //  LOADER_NONE: the page
};

static int s_write (void *context, FILE *file, struct error *error)
{
    struct content *self = context;
    return self->loader ? loader_write (self->report.folder, self->loader, file, error)
                        : report_make (&self->report, file, error);
}

//  Whether a page of an earlier call stands there, or nothing.
static bool s_may_replace (const char *path)
{
    char begin[4096];
    FILE *file = fopen (path, "rb");
    if (!file)
        return errno == ENOENT;
    size_t n = fread (begin, 1, sizeof begin - 1, file);
    fclose (file);
    return memmem (begin, n, GENERATOR, sizeof GENERATOR - 1) != NULL;
}

static bool s_ends (const char *name, const char *ending)
{
    size_t n = strlen (name), m = strlen (ending);
    return n > m && strcasecmp (name + n - m, ending) == 0;
}

static int s_format (const struct arguments *arguments, enum document_format *out, struct error *error)
{
    const char *word = arguments->page_format, *file = arguments->file,
               *slash = file ? strrchr (file, '/') : NULL;
    const char *name = slash ? slash + 1 : file;
    *out = DOCUMENT_HTML;
    if (word && strcmp (word, "html") != 0 && strcmp (word, "markdown") != 0)
        return error_set (error, DMH_USAGE, "--format of report takes html or markdown, not “%s”", word);
    if (word)
        *out = strcmp (word, "html") == 0 ? DOCUMENT_HTML : DOCUMENT_MARKDOWN;
    else if (name && (s_ends (name, ".md") || s_ends (name, ".markdown")))
        *out = DOCUMENT_MARKDOWN;
    else if (name && strchr (name, '.') && !s_ends (name, ".html") && !s_ends (name, ".htm"))
        return error_set (error, DMH_USAGE,
                          "the ending of %s says neither HTML nor Markdown; give FILE.html, FILE.md or "
                          "--format",
                          file);
    return DMH_OK;
}

static int s_content (const struct arguments *arguments, char *folder, struct content *out,
                      struct error *error)
{
    for (size_t n = strlen (folder); n > 1 && folder[n - 1] == '/'; n--)
        folder[n - 1] = 0;
    *out = (struct content){.report = {.folder = folder, .values = arguments->with_values}};
    int rc = result_files_folder (folder, error);
    if (rc != DMH_OK)
        return rc;
    if (!arguments->loader)
        return s_format (arguments, &out->report.format, error);
    if (arguments->page_format || arguments->with_values)
        return error_set (error, DMH_USAGE,
                          "--loader prints code, which has no --format and no --with-values");
    return loader_of (arguments->loader, &out->loader, error);
}

static void s_say (const struct arguments *arguments, const char *file, const struct content *content,
                   FILE *to)
{
    size_t results = content->report.results;
    if (arguments->json) {
        json_line_t *line = json_line_new ();
        json_line_text (line, "file", file);
        json_line_text (line, "format", content->report.format == DOCUMENT_HTML ? "html" : "markdown");
        json_line_number (line, "results", results);
        json_line_flag (line, "values", content->report.values);
        json_line_print (&line, to);
    } else if (!arguments->quiet && to == stdout)
        terminal_print (to, "%s: a page about %zu %s\n", file, results, results == 1 ? "result" : "results");
}

int command_report (struct arguments *arguments)
{
    struct error error = {.code = DMH_OK};
    struct content content;
    char *folder = strdup (arguments->words[0]);
    const char *file = arguments->file;
    int rc = folder ? s_content (arguments, folder, &content, &error)
                    : error_set (&error, DMH_INTERNAL, "out of memory");
    bool here =
        rc == DMH_OK && !file && !content.loader && content.report.format == DOCUMENT_HTML && isatty (1);
    if (here && !s_may_replace (file = FILE_HERE))
        rc = error_set (&error, DMH_CONFLICT, "%s is here already and no page of dmh; give a place with -o",
                        FILE_HERE);
    bool out = rc == DMH_OK && (!file || strcmp (file, "-") == 0);
    if (rc == DMH_OK)
        rc = out ? s_write (&content, stdout, &error)
                 : written_file_put (file, true, s_write, &content, &error);
    if (rc == DMH_OK && !content.loader)
        s_say (arguments, out ? "-" : file, &content, out ? stderr : stdout);
    free (folder);
    return rc == DMH_OK ? EXIT_DONE : command_refuse (&error);
}
