/* SPDX-License-Identifier: MIT */
/* spc_words.c - the words of charts, as files and commands spell them. */
#include <assert.h>
#include <string.h>

#include "rules/spc.h"

static const char *const kind_words[SPC_KIND_MAX_] = { [SPC_XMR] = "xmr",
                                                       [SPC_P] = "p",
                                                       [SPC_P_LANEY] = "laney" };

const char *
spc_kind_word(enum spc_kind kind)
{
    assert(kind > SPC_KIND_NONE && kind < SPC_KIND_MAX_);
    return kind_words[kind];
}

const char *
spc_type_words(enum spc_type type)
{
    static const char *const words[SPC_TYPE_MAX_] = {
        [SPC_COMMON] = "Common Cause",
        [SPC_ABOVE_UCL] = "Above UCL",
        [SPC_BELOW_LCL] = "Below LCL",
        [SPC_TREND_UP] = "7 Point Trend (Increasing)",
        [SPC_TREND_DOWN] = "7 Point Trend (Decreasing)",
        [SPC_TWO_ABOVE] = "2 in 3 Above CL",
        [SPC_TWO_BELOW] = "2 in 3 Below CL",
        [SPC_SHIFT_ABOVE] = "7 Points Above CL",
        [SPC_SHIFT_BELOW] = "7 Points Below CL",
    };
    assert(type >= 0 && type < SPC_TYPE_MAX_);
    return words[type];
}

const char *
spc_verdict_word(enum spc_verdict v)
{
    static const char *const words[SPC_VERDICT_MAX_] = {
        [SPC_IS_COMMON] = "common_cause",
        [SPC_IS_IMPROVEMENT] = "special_cause_improvement",
        [SPC_IS_CONCERN] = "special_cause_concern",
        [SPC_IS_NEUTRAL_HIGH] = "special_cause_neutral_high",
        [SPC_IS_NEUTRAL_LOW] = "special_cause_neutral_low",
    };
    assert(v >= 0 && v < SPC_VERDICT_MAX_);
    return words[v];
}

const char *
spc_assurance_word(enum spc_assurance a)
{
    static const char *const words[SPC_ASSURANCE_MAX_] = {
        [SPC_PASS] = "consistent_pass",
        [SPC_FAIL] = "consistent_fail",
        [SPC_INCONSISTENT] = "inconsistent",
    };
    assert(a >= 0 && a < SPC_ASSURANCE_MAX_);
    return words[a];
}

const char *
spc_variation_icon(enum spc_verdict v, int direction)
{
    assert(v >= 0 && v < SPC_VERDICT_MAX_);
    bool up = direction > 0;
    switch (v) {
    case SPC_IS_IMPROVEMENT:
        return up ? "improvement_high" : "improvement_low";
    case SPC_IS_CONCERN:
        return up ? "concern_low" : "concern_high";
    case SPC_IS_NEUTRAL_HIGH:
        return "neutral_high";
    case SPC_IS_NEUTRAL_LOW:
        return "neutral_low";
    case SPC_IS_COMMON:
    case SPC_VERDICT_MAX_:
        break;
    }
    return "common_cause";
}

const char *
spc_assurance_icon(enum spc_assurance a)
{
    static const char *const words[SPC_ASSURANCE_MAX_] = {
        [SPC_PASS] = "pass",
        [SPC_FAIL] = "fail",
        [SPC_INCONSISTENT] = "inconsistent",
    };
    assert(a >= 0 && a < SPC_ASSURANCE_MAX_);
    return words[a];
}

enum spc_profile
spc_profile_parse(const char *word)
{
    static const char *const words[SPC_PROFILE_MAX_] = { [SPC_NHSR_022] = "nhsr-0.2.2",
                                                         [SPC_MDC_2023] = "mdc-2023" };
    for (int i = 1; i < SPC_PROFILE_MAX_; i++) {
        if (strcmp(word, words[i]) == 0) {
            return (enum spc_profile)i;
        }
    }
    return SPC_PROFILE_NONE;
}
