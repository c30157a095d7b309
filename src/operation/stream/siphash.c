/*
 * SipHash.
 */
#include "operation/stream/siphash.h"

#define WORD sizeof(uint64)

typedef struct SipState
{
	uint64 v0;
	uint64 v1;
	uint64 v2;
	uint64 v3;
} SipState;

static inline uint64
RotateLeft(uint64 word, int bits)
{
	return (word << bits) | (word >> (64 - bits));
}

/* Of `length` bytes, least significant first. */
static inline uint64
ReadWord(const void *bytes, int length)
{
	uint64 word = 0;

	for (int i = length - 1; i >= 0; i--)
		word = word << 8 | ((const uint8 *) bytes)[i];
	return word;
}

static inline void
WriteWord(uint8 *bytes, uint64 word)
{
	for (int i = 0; i < WORD; i++)
		bytes[i] = word >> (8 * i);
}

static inline void
Rounds(SipState *state, int count)
{
	for (int i = 0; i < count; i++)
	{
		state->v0 += state->v1;
		state->v1 = RotateLeft(state->v1, 13) ^ state->v0;
		state->v0 = RotateLeft(state->v0, 32);
		state->v2 += state->v3;
		state->v3 = RotateLeft(state->v3, 16) ^ state->v2;
		state->v0 += state->v3;
		state->v3 = RotateLeft(state->v3, 21) ^ state->v0;
		state->v2 += state->v1;
		state->v1 = RotateLeft(state->v1, 17) ^ state->v2;
		state->v2 = RotateLeft(state->v2, 32);
	}
}

static inline void
Absorb(SipState *state, uint64 word)
{
	state->v3 ^= word;
	Rounds(state, 2);
	state->v0 ^= word;
}

void
SipHash(const uint8 key[SIPHASH_KEY_LENGTH], Bytes text, uint8 hash[SIPHASH_LENGTH])
{
	uint64 k0 = ReadWord(key, WORD);
	uint64 k1 = ReadWord(key + WORD, WORD);
	int rest = text.length % WORD;
	SipState state = { .v0 = k0 ^ UINT64CONST(0x736f6d6570736575),
		               .v1 = k1 ^ UINT64CONST(0x646f72616e646f6d) ^ 0xee,
		               .v2 = k0 ^ UINT64CONST(0x6c7967656e657261),
		               .v3 = k1 ^ UINT64CONST(0x7465646279746573) };

	for (int i = 0; i < text.length - rest; i += WORD)
		Absorb(&state, ReadWord(text.data + i, WORD));
	Absorb(&state, (uint64) text.length << 56 | ReadWord(text.data + text.length - rest, rest));
	state.v2 ^= 0xee;
	Rounds(&state, 4);
	WriteWord(hash, state.v0 ^ state.v1 ^ state.v2 ^ state.v3);
	state.v1 ^= 0xdd;
	Rounds(&state, 4);
	WriteWord(hash + WORD, state.v0 ^ state.v1 ^ state.v2 ^ state.v3);
}
