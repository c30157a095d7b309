/*
 * JSON in a buffer of a fixed size, for where no memory may be asked for.
 */
#ifndef DYNAMO_AUDIT_TEXT_H
#define DYNAMO_AUDIT_TEXT_H

#include "postgres.h"

#include "item/value.h"

/* What has no room is left out as a whole, and `full` says so. */
typedef struct AuditText
{
	char *data; /* terminated */
	int size;
	int length;
	bool full;
} AuditText;

extern void AuditTextInit(AuditText *text, char *data, int size);

/* As it is. */
extern void AuditTextRaw(AuditText *text, Bytes bytes);
extern void AuditTextAppend(AuditText *text, const char *format, ...) pg_attribute_printf(2, 3);

/*
 * ,"name":"value" without the comma behind an opening brace; the value, of UTF-8, escaped. Nothing
 * where the value has no data.
 */
extern void AuditTextMember(AuditText *text, const char *name, Bytes value);
/* The same of a value that is appended next. */
extern void AuditTextName(AuditText *text, const char *name);
extern void AuditTextNumber(AuditText *text, const char *name, int64 value);
extern void AuditTextBoolean(AuditText *text, const char *name, bool value);
extern void AuditTextString(AuditText *text, Bytes value);

#endif
