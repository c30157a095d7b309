/*
 * The table of DynamoDB's exceptions, made from exceptions.def.
 */
#include "error/error.h"

static const ExceptionInfo exceptions[] = {
#define EXCEPTION(id, name, space, sqlstate, status) { name, space, sqlstate, status },
#include "error/exceptions.def"
#undef EXCEPTION
};

static int
PackSqlState(const char *text)
{
	return MAKE_SQLSTATE(text[0], text[1], text[2], text[3], text[4]);
}

const ExceptionInfo *
ExceptionDescribe(DynamoException exception)
{
	return &exceptions[exception];
}

int
ExceptionSqlState(DynamoException exception)
{
	return PackSqlState(exceptions[exception].sqlstate);
}

const ExceptionInfo *
ExceptionFromSqlState(int sqlstate)
{
	for (int i = 0; i < lengthof(exceptions); i++)
	{
		if (PackSqlState(exceptions[i].sqlstate) == sqlstate)
			return &exceptions[i];
	}
	return NULL;
}
