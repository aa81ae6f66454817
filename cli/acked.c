/* SPDX-License-Identifier: MIT */
/* acked.c - an acknowledgement that runs on a day: whose it is, and what follows its end. */
#include "acked.h"

/* NULL: nobody is asked. */
static const struct forecast_item *
find_end(const struct forecast *f)
{
    for (size_t i = 0; i < f->n; i++) {
        if (f->items[i].step.kind == STEP_ACK_EXPIRED && f->items[i].told.n > 0) {
            return &f->items[i];
        }
    }
    return NULL;
}

int
acked_say(struct reading *r, const struct occurrence *seen, const struct forecast *f, day_t on)
{
    char who[OCC_NAME_MAX];
    char day[DAY_TEXT_MAX];
    struct out *out = r->c->out;
    day_t until = seen->duty.acked_until;
    if (until == DAY_NONE || until < on) {
        return 0;
    }
    const struct forecast_item *end = find_end(f);
    int found = occurrence_acker(r->c->store, seen->id, who, &r->why);
    out_field(out, "acked_until", "Rests until", "%s", day_format(until, day));
    out_field(out, "acked_by", "Acknowledged by", "%s", who);
    if (end) {
        out_field(out, "ack_ends", "When that is over",
                  "%s is asked on %s; the ladder goes on the working day after",
                  end->told.list[0].role, day_format(end->day, day));
    } else if (!seen->duty.is_waiting) {
        out_field(out, "ack_ends", "When that is over",
                  "nobody is asked: the ladder has not begun by then, and reminders go on");
    }
    return found < 0 ? found : 0;
}
