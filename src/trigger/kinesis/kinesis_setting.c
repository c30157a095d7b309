/*
 * See kinesis_setting.h.
 */
#include "postgres.h"

#include "utils/guc.h"

#include "trigger/kinesis/kinesis_setting.h"

char *kinesis_endpoint = "";
char *kinesis_credential = "kinesis";

static bool
CheckEndpoint(char **newval, void **extra, GucSource source)
{
	const char *url = *newval;

	if (url[0] == '\0' || pg_strncasecmp(url, "http://", 7) == 0 ||
	    pg_strncasecmp(url, "https://", 8) == 0)
		return true;
	GUC_check_errdetail("It must be an URL of http or https.");
	return false;
}

void
KinesisSettingsInit(void)
{
	DefineCustomStringVariable(
	    "dynamo.kinesis_endpoint", "URL of the Kinesis that changes of tables are sent to.",
	    "Empty: there is none.", &kinesis_endpoint, "", PGC_SIGHUP, 0, CheckEndpoint, NULL, NULL);
	DefineCustomStringVariable(
	    "dynamo.kinesis_credential", "Endpoint credential that calls of Kinesis are signed with.",
	    "The table's owner's of this name, or where that role has none a superuser's.",
	    &kinesis_credential, "kinesis", PGC_SIGHUP, 0, NULL, NULL, NULL);
}
