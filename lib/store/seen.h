/* SPDX-License-Identifier: MIT */
/*
 * seen.h - which responses are certainly not among the settled ones (survey_response), without
 * looking there: a Bloom filter in the store, changed in the transaction of the rows it stands for.
 * What it may have is looked up; what it has not is new. Responses that came lately are not in it.
 *
 * Its blocks go by id, each holds the ids of an equal part of all there can be. A block that is not
 * built yet may have everything. docs/decisions/0025-arrivals-and-a-filter.md.
 */
#ifndef COPROD_STORE_SEEN_H
#define COPROD_STORE_SEEN_H

#include "store/store.h"

struct seen_state {
    int64_t n_blocks; /* 0 = there is none */
    int64_t n_built;  /* from the first on */
};
MUST_USE int seen_state(struct store *s, struct seen_state *ret, struct err *reterr);

/* ids: ascending, else it is slow. ret[i]: it may be there. */
MUST_USE int seen_ask(struct store *s, const int64_t *ids, size_t n, bool *ret,
                      struct err *reterr);
/* Whoever adds to survey_response tells so in the same transaction. */
MUST_USE int seen_note(struct store *s, const int64_t *ids, size_t n, struct err *reterr);

/* About how many are settled: ids are hashes, so a small part of them tells. */
MUST_USE int seen_settled(struct store *s, int64_t *ret, struct err *reterr);
int64_t seen_blocks_for(int64_t n_settled);
bool seen_is_small(int64_t n_blocks, int64_t n_settled);
/* In a transaction each. The old one goes and the first block of the new one is built. */
MUST_USE int seen_begin(struct store *s, int64_t n_blocks, struct err *reterr);
MUST_USE int seen_build(struct store *s, int64_t n_blocks, int64_t block, struct err *reterr);

#endif
