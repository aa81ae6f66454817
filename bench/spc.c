/* SPDX-License-Identifier: MIT */
/* spc.c - how many series of 60 points a second are charted, of each kind of chart.
 *
 *   build/release/bench/spc [SERIES]
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "rules/spc.h"

enum { POINTS = 60, SERIES = 1000, ROUNDS = 200 };

struct data {
    double y[SERIES][POINTS];
    struct spc_count counts[SERIES][POINTS];
};

/* Its own, so that every machine charts the same. */
static uint32_t
next(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

static void
fill(struct data *d)
{
    uint32_t seed = 1;
    for (size_t k = 0; k < SERIES; k++) {
        for (size_t i = 0; i < POINTS; i++) {
            int64_t n = 20 + next(&seed) % 60;
            int64_t good = 0;
            for (int64_t person = 0; person < n; person++) {
                good += next(&seed) % 100 < (k % 4 == 0 && i > 40 ? 70 : 85);
            }
            d->counts[k][i] = (struct spc_count){ good, n };
            d->y[k][i] = 100.0 * (double)good / (double)n;
        }
    }
}

static int64_t
chart_all(const struct data *d, enum spc_kind kind, enum spc_profile profile)
{
    const struct spc_options opt = { .profile = profile, .direction = 1, .screen = true,
                                     .has_target = true, .target = 80 };
    struct spc_point points[POINTS];
    struct spc_group groups[2];
    double y[POINTS];
    int64_t concern = 0;
    const struct spc_room room = { y, points, groups, POINTS };
    for (size_t k = 0; k < SERIES; k++) {
        int r = kind == SPC_XMR ? spc_chart(&opt, d->y[k], NULL, POINTS, points, groups)
                                : spc_chart_counts(&opt, kind, d->counts[k], NULL, &room);
        concern += r == 1 ? (int64_t)groups[0].n_concern : 0;
    }
    return concern;
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        enum spc_kind kind;
        enum spc_profile profile;
    } cases[] = { { "spc_xmr_mdc", SPC_XMR, SPC_MDC_2023 },
                  { "spc_xmr_nhsr", SPC_XMR, SPC_NHSR_022 },
                  { "spc_p", SPC_P, SPC_MDC_2023 },
                  { "spc_laney", SPC_P_LANEY, SPC_MDC_2023 } };
    int64_t series = SERIES * ROUNDS;
    struct data *d = malloc(sizeof *d);
    if (!d || (argc > 1 && text_to_i64(argv[1], SERIES, 1000000000, &series) < 0)) {
        (void)fputs("usage: spc [SERIES], at least 1000\n", stderr);
        free(d);
        return 2;
    }
    fill(d);
    for (size_t i = 0; i < LENGTH(cases); i++) {
        int64_t concern = 0;
        int64_t began = clock_mono_ns();
        for (int64_t n = 0; n < series; n += SERIES) {
            concern += chart_all(d, cases[i].kind, cases[i].profile);
        }
        double s = (double)(clock_mono_ns() - began) / 1e9;
        printf("%s series_per_s %.0f\n", cases[i].name, (double)(series / SERIES * SERIES) / s);
        printf("%s points_of_concern %lld\n", cases[i].name, (long long)concern);
    }
    free(d);
    return 0;
}
