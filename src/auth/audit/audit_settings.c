/*
 * See audit_settings.h.
 */
#include "auth/audit/audit_settings.h"

#include <limits.h>

#include "utils/guc.h"

int audit_mode = AUDIT_OFF;
int audit_keys = AUDIT_KEYS_HASH;
double audit_sample_rate = 1.0;
int audit_destination = AUDIT_TO_LOG;
char *audit_file = "log/dynamo_audit.jsonl";
int audit_rotation_size = 100 * 1024;
int audit_rotation_age = 24 * 60;
int audit_buffer_size = 8 * 1024;

static const struct config_enum_entry modes[] = {
	{ "off", AUDIT_OFF, false },
	{ "denied", AUDIT_DENIED, false },
	{ "management", AUDIT_MANAGEMENT, false },
	{ "writes", AUDIT_WRITES, false },
	{ "all", AUDIT_ALL, false },
	{ NULL, 0, false },
};

static const struct config_enum_entry keys[] = {
	{ "none", AUDIT_KEYS_NONE, false },
	{ "hash", AUDIT_KEYS_HASH, false },
	{ "clear", AUDIT_KEYS_CLEAR, false },
	{ NULL, 0, false },
};

static const struct config_enum_entry destinations[] = {
	{ "log", AUDIT_TO_LOG, false },
	{ "file", AUDIT_TO_FILE, false },
	{ NULL, 0, false },
};

static void
DefineChoice(void)
{
	DefineCustomEnumVariable("dynamo.audit", "Calls of operations that are recorded.",
	                         "Each value adds to those before it: denied, management, writes, all.",
	                         &audit_mode, AUDIT_OFF, modes, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomRealVariable("dynamo.audit_sample_rate",
	                         "Share of the calls on items that are recorded.",
	                         "Denied calls and those that change tables are recorded in any case.",
	                         &audit_sample_rate, 1.0, 0.0, 1.0, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable("dynamo.audit_keys", "What records tell of the keys of items.", NULL,
	                         &audit_keys, AUDIT_KEYS_HASH, keys, PGC_SIGHUP, 0, NULL, NULL, NULL);
}

static void
DefineSink(void)
{
	DefineCustomEnumVariable("dynamo.audit_destination", "Where records go.", NULL,
	                         &audit_destination, AUDIT_TO_LOG, destinations, PGC_SIGHUP, 0, NULL,
	                         NULL, NULL);
	DefineCustomStringVariable(
	    "dynamo.audit_file", "File of the records.", "Relative to the data directory.", &audit_file,
	    "log/dynamo_audit.jsonl", PGC_SIGHUP, GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.audit_rotation_size",
	                        "Size at which another file of records begins; 0: none.", NULL,
	                        &audit_rotation_size, 100 * 1024, 0, INT_MAX, PGC_SIGHUP, GUC_UNIT_KB,
	                        NULL, NULL, NULL);
	DefineCustomIntVariable(
	    "dynamo.audit_rotation_age", "Age at which another file of records begins; 0: none.", NULL,
	    &audit_rotation_age, 24 * 60, 0, INT_MAX / 60, PGC_SIGHUP, GUC_UNIT_MIN, NULL, NULL, NULL);
	DefineCustomIntVariable("dynamo.audit_buffer_size",
	                        "Shared memory for records that wait to be written.", NULL,
	                        &audit_buffer_size, 8 * 1024, 64, 1024 * 1024, PGC_POSTMASTER,
	                        GUC_UNIT_KB, NULL, NULL, NULL);
}

void
AuditSettingsInit(void)
{
	DefineChoice();
	DefineSink();
}
