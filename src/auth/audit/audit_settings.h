/*
 * The settings of the audit.
 */
#ifndef DYNAMO_AUDIT_SETTINGS_H
#define DYNAMO_AUDIT_SETTINGS_H

#include "postgres.h"

/* What is recorded, each beside what stands before it. */
typedef enum AuditMode
{
	AUDIT_OFF,
	AUDIT_DENIED,     /* what the caller may not do */
	AUDIT_MANAGEMENT, /* what changes tables */
	AUDIT_WRITES,     /* what may change items */
	AUDIT_ALL
} AuditMode;

typedef enum AuditKeys
{
	AUDIT_KEYS_NONE,
	AUDIT_KEYS_HASH,
	AUDIT_KEYS_CLEAR
} AuditKeys;

extern int audit_mode;
extern int audit_keys;

#define AuditIsOn() (audit_mode != AUDIT_OFF)

typedef enum AuditDestination
{
	AUDIT_TO_LOG,
	AUDIT_TO_FILE
} AuditDestination;

extern double audit_sample_rate;
extern int audit_destination;
extern char *audit_file;
extern int audit_rotation_size; /* kB; 0: files may be of any size */
extern int audit_rotation_age;  /* minutes; 0: of any age */
extern int audit_buffer_size;   /* kB */

extern void AuditSettingsInit(void);

#endif
