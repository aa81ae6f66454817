/* SPDX-License-Identifier: MIT */
/*
 * lift.c - opening the store at start. One that an older coprod made is lifted to this program's
 * schema, which may take longer than a start may: the supervisor, and through it systemd, is told.
 */
#include "base/log.h"
#include "hub.h"

enum { LIFT_MS = 600 * 1000 };

static void
ask_for_time(void)
{
    struct kin_word word = kin_word(KIN_EXTEND, NULL, 0, "the store is being lifted");
    word.counter = LIFT_MS;
    if (kin_send(KIN_FD, &word) < 0) {
        log_debug("the supervisor did not take '%s'", kin_verb_name(KIN_EXTEND));
    }
}

int
lift_open(struct hub *h, struct err *reterr)
{
    int from = store_peek(h->db, reterr);
    if (from < 0) {
        return from;
    }
    bool is_older = from > 0 && from < STORE_SCHEMA_VERSION;
    if (is_older) {
        ask_for_time();
    }
    int r = store_open(h->db, STORE_WRITE, &h->store, reterr);
    r = r < 0 ? r : store_fits(h->store, reterr);
    if (r >= 0 && is_older) {
        log_event(LOG_STORE_LIFTED, NULL, "schema %d to %d; as it was it lies in %s.schema-%d "
                  "(the newest, when there are several)",
                  from, STORE_SCHEMA_VERSION, h->db, from);
    }
    return r;
}
