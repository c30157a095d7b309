/*
 * See metering.h.
 */
#include "metrics/metering.h"

#include "utils/timestamp.h"

#include "error/error.h"

void
MeteringBegin(Metering *metering, const char *operation, bool counts)
{
	MetricsCallBegin(&metering->call, operation);
	metering->begun = counts && MetricsAreOn() ? GetCurrentTimestamp() : 0;
}

/* What PostgreSQL itself has raised: of its resources, its state or its code, or of the request. */
static bool
SqlStateIsSystem(int sqlstate)
{
	int category = ERRCODE_TO_CATEGORY(sqlstate);

	return category == ERRCODE_INSUFFICIENT_RESOURCES ||
	       category == ERRCODE_OPERATOR_INTERVENTION || category == ERRCODE_SYSTEM_ERROR ||
	       category == ERRCODE_INTERNAL_ERROR;
}

static const ExceptionInfo *
ExceptionOf(int sqlstate)
{
	const ExceptionInfo *exception = ExceptionFromSqlState(sqlstate);

	if (exception == NULL && SqlStateIsConflict(sqlstate))
		return ExceptionDescribe(EXCEPTION_TRANSACTION_CONFLICT);
	return exception;
}

void
MeteringEnd(Metering *metering, int *series, bool failed, uint64 bytes)
{
	int own = MetricsCallEnd(&metering->call);

	if (series != NULL)
		*series = own;
	if (metering->begun == 0)
		return;
	if (!failed)
		MetricsSuccess(own, Max(GetCurrentTimestamp() - metering->begun, 0), bytes, NULL);
	else
		MeteringFailure(own, ExceptionOf(geterrcode()), SqlStateIsSystem(geterrcode()));
}

static MetricsCounter
KindOf(const ExceptionInfo *exception)
{
	static const struct
	{
		DynamoException exception;
		MetricsCounter counter;
	} kinds[] = {
		{ EXCEPTION_CONDITIONAL_CHECK_FAILED, METRIC_CONDITIONS_FAILED },
		{ EXCEPTION_TRANSACTION_CONFLICT, METRIC_CONFLICTS },
		{ EXCEPTION_PROVISIONED_THROUGHPUT_EXCEEDED, METRIC_THROTTLED },
		{ EXCEPTION_REQUEST_LIMIT_EXCEEDED, METRIC_THROTTLED },
		{ EXCEPTION_THROTTLING, METRIC_THROTTLED },
	};

	for (int i = 0; i < lengthof(kinds); i++)
	{
		if (exception == ExceptionDescribe(kinds[i].exception))
			return kinds[i].counter;
	}
	return METRIC_FAILED;
}

void
MeteringFailure(int series, const ExceptionInfo *exception, bool system)
{
	MetricsCounter kind = METRIC_FAILED;

	if (exception != NULL)
	{
		kind = KindOf(exception);
		system = exception->http_status >= 500;
	}
	MetricsAdd(series, METRIC_FAILED, 1);
	if (kind != METRIC_FAILED)
		MetricsAdd(series, kind, 1);
	if (system)
		MetricsAdd(series, METRIC_SYSTEM_ERRORS, 1);
	else if (kind == METRIC_FAILED || kind == METRIC_CONFLICTS)
		MetricsAdd(series, METRIC_USER_ERRORS, 1);
}
