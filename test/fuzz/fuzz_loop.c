/*
 * Mutates seeds and runs a target on each.
 */
#include "fuzz_loop.h"

#ifdef FUZZ_COVERAGE
#include "fuzz_coverage.h"
#endif

#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#define MAX_INPUT 8192

typedef struct Mutation
{
	pg_prng_state random;
	char data[MAX_INPUT];
	int length;
} Mutation;

static int
Below(Mutation *mutation, int bound)
{
	return bound > 0 ? (int) pg_prng_uint64_range(&mutation->random, 0, bound - 1) : 0;
}

static void
Insert(Mutation *mutation, int at, const char *piece, int length)
{
	if (mutation->length + length > MAX_INPUT)
		return;
	memmove(mutation->data + at + length, mutation->data + at, mutation->length - at);
	memcpy(mutation->data + at, piece, length);
	mutation->length += length;
}

static void
Mutate(Mutation *mutation, const FuzzLanguage *language)
{
	int at = Below(mutation, mutation->length + 1);
	int length = Below(mutation, Min(mutation->length - at, 32) + 1);
	char piece[32];
	const char *token = language->tokens[Below(mutation, language->token_count)];

	switch (Below(mutation, 5))
	{
		case 0:
			if (at < mutation->length)
				mutation->data[at] ^= 1 << Below(mutation, 8);
			break;
		case 1:
			if (at < mutation->length)
				mutation->data[at] = Below(mutation, 256);
			break;
		case 2:
			memmove(mutation->data + at, mutation->data + at + length,
			        mutation->length - at - length);
			mutation->length -= length;
			break;
		case 3:
			memcpy(piece, mutation->data + at, length);
			Insert(mutation, Below(mutation, mutation->length + 1), piece, length);
			break;
		default:
			Insert(mutation, at, token, strlen(token));
			break;
	}
}

bool
FuzzRunOne(const FuzzLanguage *language, Bytes input)
{
	MemoryContext context = CurrentMemoryContext;
	volatile bool accepted = true;

	PG_TRY();
	{
		language->target(input);
	}
	PG_CATCH();
	{
		if (!language->is_expected(geterrcode()))
		{
			char *hex = palloc0(input.length * 2 + 1);

			hex_encode(input.data, input.length, hex);
			ereport(LOG, (errmsg("fuzz input: %s", hex)));
			PG_RE_THROW();
		}
		MemoryContextSwitchTo(context);
		FlushErrorState();
		accepted = false;
	}
	PG_END_TRY();
	return accepted;
}

int
FuzzLoop(const FuzzLanguage *language, ArrayType *seed_array, int64 random_seed, int rounds)
{
	Datum *seeds;
	int seed_count;
	int accepted = 0;
	Mutation mutation;
	MemoryContext round_context =
	    AllocSetContextCreate(CurrentMemoryContext, "fuzz round", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = CurrentMemoryContext;

	deconstruct_array(seed_array, BYTEAOID, -1, false, TYPALIGN_INT, &seeds, NULL, &seed_count);
	pg_prng_seed(&mutation.random, random_seed);
	for (int round = 0; round < rounds; round++)
	{
		bytea *seed = DatumGetByteaPP(seeds[Below(&mutation, seed_count)]);
		int mutations = Below(&mutation, 6);
		char *input;

		CHECK_FOR_INTERRUPTS();
		mutation.length = Min(VARSIZE_ANY_EXHDR(seed), MAX_INPUT);
		memcpy(mutation.data, VARDATA_ANY(seed), mutation.length);
		for (int i = 0; i < mutations; i++)
			Mutate(&mutation, language);

		/* An allocation of just its size, so that valgrind sees a read beyond it. */
		input = malloc(Max(mutation.length, 1));
		memcpy(input, mutation.data, mutation.length);
		MemoryContextSwitchTo(round_context);
		accepted += FuzzRunOne(language, (Bytes){ input, mutation.length });
		MemoryContextSwitchTo(old);
		MemoryContextReset(round_context);
		free(input);
	}
#ifdef FUZZ_COVERAGE
	FuzzByCoverage(language, seeds, seed_count);
#endif
	return accepted;
}
