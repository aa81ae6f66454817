/* SPDX-License-Identifier: MIT */
/* scale.h - how much of its random rounds a test plays: in release all of them. AddressSanitizer
 * looks for other faults, in the same code, and each round takes it several times as long. */
#ifndef COPROD_TESTS_SCALE_H
#define COPROD_TESTS_SCALE_H

#ifdef __SANITIZE_ADDRESS__
enum { ONE_ROUND_OF = 5 };
#else
enum { ONE_ROUND_OF = 1 };
#endif

#endif
