/*
 * Reading moments and networks.
 */
#include "postgres.h"

#include <arpa/inet.h>

#include "datatype/timestamp.h"
#include "utils/datetime.h"

#include "auth/condition/typed_value.h"
#include "text/unix_time.h"

#define MAX_ADDRESS_TEXT 64
#define MAPPED_PREFIX 96                     /* ::ffff:0:0/96 */
#define MAX_SECONDS INT64CONST(200000000000) /* some 6,000 years */

/* --- moments --- */

typedef struct MomentReader
{
	Bytes rest;
} MomentReader;

static bool
TakeCharacter(MomentReader *reader, char c)
{
	if (reader->rest.length == 0 || reader->rest.data[0] != c)
		return false;
	reader->rest.data++;
	reader->rest.length--;
	return true;
}

/* Exactly so many digits. */
static bool
TakeDigits(MomentReader *reader, int digits, int least, int most, int *value)
{
	*value = 0;
	if (reader->rest.length < digits)
		return false;
	for (int i = 0; i < digits; i++)
	{
		char c = reader->rest.data[i];

		if (c < '0' || c > '9')
			return false;
		*value = *value * 10 + (c - '0');
	}
	reader->rest.data += digits;
	reader->rest.length -= digits;
	return *value >= least && *value <= most;
}

/* Any number of digits, of which six count. */
static bool
TakeFraction(MomentReader *reader, int *microseconds)
{
	int digits = 0;

	*microseconds = 0;
	for (; reader->rest.length > 0 && isdigit((unsigned char) reader->rest.data[0]); digits++)
	{
		if (digits < 6)
			*microseconds = *microseconds * 10 + (reader->rest.data[0] - '0');
		reader->rest.data++;
		reader->rest.length--;
	}
	for (int i = digits; i < 6; i++)
		*microseconds *= 10;
	return digits > 0;
}

/* Z, or hours and minutes east of Greenwich. */
static bool
TakeZone(MomentReader *reader, int *minutes_east)
{
	int sign = 1;
	int hours;
	int minutes;

	*minutes_east = 0;
	if (TakeCharacter(reader, 'Z'))
		return true;
	if (TakeCharacter(reader, '-'))
		sign = -1;
	else if (!TakeCharacter(reader, '+'))
		return false;
	if (!TakeDigits(reader, 2, 0, 15, &hours))
		return false;
	(void) TakeCharacter(reader, ':');
	if (!TakeDigits(reader, 2, 0, 59, &minutes))
		return false;
	*minutes_east = sign * (hours * 60 + minutes);
	return true;
}

/* Behind the T. */
static bool
TakeTime(MomentReader *reader, int64 *microseconds)
{
	int hour;
	int minute;
	int second = 0;
	int fraction = 0;
	int east = 0;

	if (!TakeDigits(reader, 2, 0, 24, &hour) || !TakeCharacter(reader, ':') ||
	    !TakeDigits(reader, 2, 0, 59, &minute))
		return false;
	if (TakeCharacter(reader, ':') && !TakeDigits(reader, 2, 0, 60, &second))
		return false;
	if (TakeCharacter(reader, '.') && !TakeFraction(reader, &fraction))
		return false;
	if (reader->rest.length > 0 && !TakeZone(reader, &east))
		return false;
	*microseconds =
	    ((int64) hour * 3600 + (minute - east) * 60 + second) * USECS_PER_SEC + fraction;
	return true;
}

static bool
TakeDate(MomentReader *reader, TimestampTz *moment)
{
	int year;
	int month = 1;
	int day = 1;

	if (!TakeDigits(reader, 4, 1, 9999, &year))
		return false;
	if (TakeCharacter(reader, '-'))
	{
		if (!TakeDigits(reader, 2, 1, 12, &month))
			return false;
		if (TakeCharacter(reader, '-') &&
		    !TakeDigits(reader, 2, 1, day_tab[isleap(year)][month - 1], &day))
			return false;
	}
	*moment = (TimestampTz) (date2j(year, month, day) - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY;
	return true;
}

static bool
ParseDate(Bytes text, TimestampTz *moment)
{
	MomentReader reader = { text };
	int64 time = 0;

	if (!TakeDate(&reader, moment))
		return false;
	if (TakeCharacter(&reader, 'T') && !TakeTime(&reader, &time))
		return false;
	*moment += time;
	return reader.rest.length == 0;
}

/* A year alone is a date. */
static bool
ParseSeconds(Bytes text, TimestampTz *moment)
{
	int64 seconds = 0;
	bool negative = text.length > 0 && text.data[0] == '-';

	for (int i = negative ? 1 : 0; i < text.length; i++)
	{
		if (text.data[i] < '0' || text.data[i] > '9' || seconds > MAX_SECONDS)
			return false;
		seconds = seconds * 10 + (text.data[i] - '0');
	}
	if (text.length <= 4 || seconds > MAX_SECONDS)
		return false;
	*moment =
	    (negative ? -seconds : seconds) * USECS_PER_SEC - UNIX_SECONDS_OF_EPOCH * USECS_PER_SEC;
	return true;
}

bool
MomentParse(Bytes text, TimestampTz *moment)
{
	return ParseSeconds(text, moment) || ParseDate(text, moment);
}

/* --- networks --- */

static bool
ParseAddress(Bytes text, Network *network, int *bits)
{
	char buffer[MAX_ADDRESS_TEXT];

	if (text.length >= sizeof(buffer) || BytesFind(text, '\0') != NULL)
		return false;
	memcpy(buffer, text.data, text.length);
	buffer[text.length] = '\0';
	memset(network->address, 0, sizeof(network->address));
	network->address[10] = network->address[11] = 0xff;
	*bits = 32;
	if (inet_pton(AF_INET, buffer, network->address + 12) == 1)
		return true;
	*bits = 128;
	return inet_pton(AF_INET6, buffer, network->address) == 1;
}

/* Decimal digits. */
static bool
ParseLength(Bytes text, int most, int *length)
{
	*length = 0;
	if (text.length < 1 || text.length > 3)
		return false;
	for (int i = 0; i < text.length; i++)
	{
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		*length = *length * 10 + (text.data[i] - '0');
	}
	return *length <= most;
}

bool
NetworkParse(Bytes text, Network *network)
{
	const char *slash = BytesFind(text, '/');
	Bytes address = { text.data, slash != NULL ? slash - text.data : text.length };
	int bits;
	int length;

	if (!ParseAddress(address, network, &bits))
		return false;
	length = bits;
	if (slash != NULL &&
	    !ParseLength((Bytes){ slash + 1, text.length - address.length - 1 }, bits, &length))
		return false;
	network->prefix = bits == 32 ? MAPPED_PREFIX + length : length;
	return true;
}

bool
NetworkContains(const Network *outer, const Network *inner)
{
	int bytes = outer->prefix / 8;
	int bits = outer->prefix % 8;

	if (inner->prefix < outer->prefix || memcmp(outer->address, inner->address, bytes) != 0)
		return false;
	return bits == 0 || ((outer->address[bytes] ^ inner->address[bytes]) >> (8 - bits)) == 0;
}
