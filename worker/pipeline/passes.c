//  passes.c: see passes.h.
#include "worker/pipeline/passes.h"

int passes_run (struct attempt *attempt, const struct followed_task *driver, struct error *error)
{
    int rc = DMH_OK;
    for (bool again = true; rc == DMH_OK && again;) {
        bool whole = false;
        rc = driver->pass (driver->context, attempt, &whole, error);
        if (rc == DMH_OK)
            rc = attempt_reconsider (attempt, whole, &again, error);
        if (rc == DMH_OK && again)
            rc = attempt_again (attempt, error);
    }
    return rc;
}
