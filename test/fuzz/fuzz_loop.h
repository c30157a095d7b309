/*
 * What the fuzzers that are modules of their own share: an input is a seed,
 * mutated a few times by bits, bytes, pieces of itself and a language's tokens.
 */
#ifndef FUZZ_LOOP_H
#define FUZZ_LOOP_H

#include "item/value.h"

#include "utils/array.h"

typedef struct FuzzLanguage
{
	void (*target)(Bytes input);
	bool (*is_expected)(int sqlstate); /* the errors that may reject an input */
	const char *const *tokens;
	int token_count;
	const char *name; /* of the target, that its corpus has */
} FuzzLanguage;

#define Require(condition)                                                                 \
	do                                                                                     \
	{                                                                                      \
		if (!(condition))                                                                  \
			ereport(ERROR, (errcode(ERRCODE_ASSERT_FAILURE),                               \
			                errmsg("does not hold: %s (line %d)", #condition, __LINE__))); \
	} while (0)

/* Whether the input was accepted; errors that are not expected pass on. */
extern bool FuzzRunOne(const FuzzLanguage *language, Bytes input);

/*
 * Runs `rounds` inputs made from an array of bytea; returns how many were
 * accepted. An error that is not expected passes on, its input in the log.
 * Errors are caught without a subtransaction, which is sound where a target
 * touches no more than memory.
 */
extern int FuzzLoop(const FuzzLanguage *language, ArrayType *seeds, int64 random_seed, int rounds);

#endif
