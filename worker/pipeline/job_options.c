//  job_options.c: see job_options.h.
#include "worker/pipeline/job_options.h"

#include "worker/encoders/encoder.h"
#include "worker/output/checks.h"

#include <czmq.h>

int job_options_check (const struct options *options, const char *name, struct error *error)
{
    char names[ENCODER_NAMES_BYTES];
    if (!encoder_find (options->format))
        return error_set (error, DMH_BAD_INPUT, "%s: format “%s” is not known; use %s", name, options->format,
                          encoder_names (names));
    if (options->audit[0] && !streq (options->audit, "summary") && !streq (options->audit, "full"))
        return error_set (error, DMH_BAD_INPUT, "%s: audit “%s” is not known; use summary or full", name,
                          options->audit);
    enum date_order order;
    if (options->date_order[0] && !date_order_of (options->date_order, &order))
        return error_set (error, DMH_BAD_INPUT, "%s: date order “%s” is not known; use mdy, dmy or ymd", name,
                          options->date_order);
    enum decimal_mark mark;
    if (options->decimal[0] && !decimal_mark_of (options->decimal, &mark))
        return error_set (error, DMH_BAD_INPUT, "%s: decimal mark “%s” is not known; use point or comma",
                          name, options->decimal);
    return checks_know (options->fail_on, name, error);
}
