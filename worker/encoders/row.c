//  row.c: see row.h.
#include "worker/encoders/row.h"

size_t row_room (const struct layout *layout, const struct record *record, const struct row *row)
{
    const struct plan *plan = layout->plan;
    size_t room = layout->before_bytes + 8 * layout->value_count + 2 * LAYOUT_SLACK, bytes = 0;
    for (size_t i = 0; i < plan->live_count; i++)
        bytes += record->values[plan->live[i]].n;
    for (size_t i = 0; i < layout->extra_count; i++)
        bytes += (size_t) layout->extras[i] < row->count ? row->fields[layout->extras[i]].n : 0;
    return room + 6 * bytes;
}
