/*
 * Reads and writes times of seconds in UTC.
 */
#include "auth/signature/signature_time.h"

#include "utils/datetime.h"
#include "utils/timestamp.h"

/*
 * Reads the text by a form: Y, m, d, h, i and s take a digit each of the year, month, day, hour,
 * minute and second, b a letter of a month's name, w any character, and all others themselves.
 */
static bool
ReadByForm(Bytes text, const char *form, struct pg_tm *time, char month[4])
{
	int letters = 0;
	int *const fields[] = { ['Y'] = &time->tm_year, ['m'] = &time->tm_mon, ['d'] = &time->tm_mday,
		                    ['h'] = &time->tm_hour, ['i'] = &time->tm_min, ['s'] = &time->tm_sec };

	if (text.length != strlen(form))
		return false;
	for (int i = 0; i < text.length; i++)
	{
		unsigned char wanted = form[i];
		char c = text.data[i];

		if (wanted < lengthof(fields) && fields[wanted] != NULL)
		{
			if (c < '0' || c > '9')
				return false;
			*fields[wanted] = *fields[wanted] * 10 + c - '0';
		}
		else if (wanted == 'b')
			month[letters++] = c;
		else if (wanted != 'w' && c != wanted)
			return false;
	}
	return true;
}

static int
MonthOf(const char *name)
{
	for (int i = 0; months[i] != NULL; i++)
	{
		if (strcmp(months[i], name) == 0)
			return i + 1;
	}
	return 0;
}

/* Whether there is such a time: no 31st of February, no 25th hour. */
static bool
Exists(const struct pg_tm *time)
{
	struct pg_tm same;

	if (time->tm_year < 1 || time->tm_mon < 1 || time->tm_mon > 12 || time->tm_mday < 1 ||
	    time->tm_mday > 31 || time->tm_hour > 23 || time->tm_min > 59 || time->tm_sec > 59)
		return false;
	j2date(date2j(time->tm_year, time->tm_mon, time->tm_mday), &same.tm_year, &same.tm_mon,
	       &same.tm_mday);
	return same.tm_mday == time->tm_mday;
}

bool
SignatureTimeRead(Bytes text, TimestampTz *result)
{
	struct pg_tm time = { 0 };
	struct pg_tm http = { 0 };
	char month[4] = "";

	if (!ReadByForm(text, "YYYYmmddThhiissZ", &time, month))
	{
		if (!ReadByForm(text, "www, dd bbb YYYY hh:ii:ss GMT", &http, month))
			return false;
		time = http;
		time.tm_mon = MonthOf(month);
	}
	return Exists(&time) && tm2timestamp(&time, 0, NULL, result) == 0;
}

void
SignatureTimeWrite(TimestampTz time, char text[SIGNATURE_TIME_LENGTH + 1])
{
	struct pg_tm parts;
	fsec_t fraction;

	if (timestamp2tm(time, NULL, &parts, &fraction, NULL, NULL) != 0)
		elog(ERROR, "a time is out of range");
	snprintf(text, SIGNATURE_TIME_LENGTH + 1, "%04d%02d%02dT%02d%02d%02dZ", parts.tm_year % 10000,
	         parts.tm_mon, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}
