/*
 * Sequence numbers as text.
 */
#include "storage/stream/sequence_number.h"

#include "postgres.h"

#define EPOCH_BASE 100000
#define EPOCH_DIGITS 6
#define COMMIT_DIGITS 20
#define NUMBER_DIGITS 10
#define DIGITS (EPOCH_DIGITS + COMMIT_DIGITS + NUMBER_DIGITS)
#define MIN_DIGITS 21
#define MAX_DIGITS 40

static const SequenceNumber greatest = { MAX_EPOCH, PG_UINT64_MAX, MAX_CHANGE_NUMBER };

static int
CompareNumbers(uint64 one, uint64 other)
{
	return one < other ? -1 : one > other;
}

int
SequenceNumberCompare(const SequenceNumber *one, const SequenceNumber *other)
{
	int order = CompareNumbers(one->epoch, other->epoch);

	if (order == 0)
		order = CompareNumbers(one->commit, other->commit);
	return order != 0 ? order : CompareNumbers(one->number, other->number);
}

char *
SequenceNumberText(const SequenceNumber *sequence)
{
	return psprintf("%06u%020llu%010llu", EPOCH_BASE + sequence->epoch,
	                (unsigned long long) sequence->commit, (unsigned long long) sequence->number);
}

/* False where the digits are more than 64 bits hold. */
static bool
ReadDigits(const char *digits, int count, uint64 *number)
{
	*number = 0;
	for (int i = 0; i < count; i++)
	{
		unsigned int digit = digits[i] - '0';

		if (*number > (PG_UINT64_MAX - digit) / 10)
			return false;
		*number = *number * 10 + digit;
	}
	return true;
}

static bool
IsAllDigits(Bytes text)
{
	for (int i = 0; i < text.length; i++)
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	return true;
}

bool
SequenceNumberParse(Bytes text, SequenceNumber *sequence)
{
	uint64 epoch;

	if (text.length < MIN_DIGITS || text.length > MAX_DIGITS || !IsAllDigits(text))
		return false;
	for (; text.length > DIGITS && text.data[0] == '0'; text.length--)
		text.data++;
	if (text.length < DIGITS)
		*sequence = (SequenceNumber){ 0 };
	else if (text.length > DIGITS)
		*sequence = greatest;
	else
	{
		const char *commit = text.data + EPOCH_DIGITS;

		(void) ReadDigits(text.data, EPOCH_DIGITS, &epoch);
		(void) ReadDigits(commit + COMMIT_DIGITS, NUMBER_DIGITS, &sequence->number);
		sequence->epoch = epoch < EPOCH_BASE ? 0 : epoch - EPOCH_BASE;
		if (epoch < EPOCH_BASE)
			*sequence = (SequenceNumber){ 0 };
		else if (!ReadDigits(commit, COMMIT_DIGITS, &sequence->commit))
			*sequence = (SequenceNumber){ sequence->epoch + 1 };
	}
	return true;
}
