//  batch_summary.c: see batch_summary.h.
#include "client/result/batch/batch_summary.h"

#include "messages/text/terminal.h"

void batch_summary_passed (const struct input_list *inputs, bool verbose)
{
    size_t count = inputs->passed_count;
    if (count == 0)
        return;
    terminal_print (stderr, "dmh: %zu %s passed over, in no format that dmh reads%s\n", count,
                    count == 1 ? "file was" : "files were", verbose ? ":" : "; --verbose names them");
    for (size_t i = 0; verbose && i < count; i++)
        terminal_print (stderr, "  %s\n", inputs->passed[i]);
}
