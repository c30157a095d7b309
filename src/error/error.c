/*
 * The table of DynamoDB's exceptions, made from exceptions.def, and the errors
 * that are told apart by more than their SQLSTATE.
 *
 * Code of users can raise any SQLSTATE, message and DETAIL, but not choose the
 * C function that an error says to come from. So that function is what marks the
 * errors raised here. It stays with an error that is copied and raised again.
 */
#include "error/error.h"

#include "utils/errcodes.h"

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

static bool
RaisedBy(const ErrorData *error, const char *function)
{
	return error->funcname != NULL && strcmp(error->funcname, function) == 0 &&
	       error->filename != NULL && strcmp(error->filename, "error.c") == 0;
}

void
RaiseWithMembers(DynamoException exception, const char *members_json, const char *message)
{
	ereport(ERROR, (errcode(ExceptionSqlState(exception)), errmsg_internal("%s", message),
	                errdetail_internal("%s", members_json)));
}

const char *
ErrorMembers(const ErrorData *error)
{
	return RaisedBy(error, "RaiseWithMembers") ? error->detail : NULL;
}

void
RaiseTransactionConflict(const ErrorData *cause)
{
	ereport(
	    ERROR,
	    (errcode(cause != NULL ? cause->sqlerrcode : ERRCODE_T_R_SERIALIZATION_FAILURE),
	     errmsg_internal("Transaction is ongoing for the item"),
	     cause != NULL && cause->detail != NULL ? errdetail_internal("%s", cause->detail) : 0,
	     cause != NULL && cause->detail_log != NULL ? errdetail_log("%s", cause->detail_log) : 0));
}

bool
ErrorIsTransactionConflict(const ErrorData *error)
{
	return RaisedBy(error, "RaiseTransactionConflict") ||
	       error->sqlerrcode == ExceptionSqlState(EXCEPTION_TRANSACTION_CONFLICT);
}

bool
SqlStateIsConflict(int sqlstate)
{
	return sqlstate == ERRCODE_LOCK_NOT_AVAILABLE || sqlstate == ERRCODE_T_R_DEADLOCK_DETECTED ||
	       sqlstate == ERRCODE_T_R_SERIALIZATION_FAILURE ||
	       sqlstate == ExceptionSqlState(EXCEPTION_TRANSACTION_CONFLICT);
}
