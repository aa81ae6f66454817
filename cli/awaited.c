/* SPDX-License-Identifier: MIT */
/* awaited.c - on which day each item that waits will go, if nobody acts. */
#include "awaited.h"

#include <stdlib.h>

#include "base/list.h"
#include "forecast.h"

enum { AHEAD_DAYS = 42 /* a copy that waits goes with the week's roll-up at the latest */ };

void
awaited_done(struct awaited *a)
{
    free(a->list);
    *a = (struct awaited){ .list = NULL };
}

struct gathering {
    struct awaited *a;
    day_t day;
};

static int
take_item(void *arg, const struct row *row)
{
    const struct gathering *g = arg;
    struct awaited *a = g->a;
    if (list_room(&a->list, a->n, &a->cap, sizeof *a->list) < 0) {
        return -ENOMEM;
    }
    a->list[a->n++] = (struct awaited_item){ row_i64(row, 0), g->day };
    return 0;
}

static int
take_notice(const struct forecast_notice *n)
{
    struct gathering g = { n->arg, n->day };
    if (n->is_kept) {
        return 0; /* nobody knows the day */
    }
    int r = store_each(n->copy->c->store, Q_ITEM_OF_NOTICE, WITH(I(row_i64(n->row, 0))), take_item,
                       &g, &n->copy->why);
    return r < 0 ? r : 0;
}

int
awaited_load(struct reading *r, struct awaited *ret)
{
    return forecast_play(r, reading_now_ms(r), forecast_first_day(r) + AHEAD_DAYS, take_notice,
                         ret);
}

day_t
awaited_day(const struct awaited *a, int64_t item)
{
    for (size_t i = 0; i < a->n; i++) {
        if (a->list[i].item == item) {
            return a->list[i].day;
        }
    }
    return DAY_NONE;
}
