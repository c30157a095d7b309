/*
 * dynamo.trigger_catalog: triggers, as their owners have set them.
 */
#ifndef DYNAMO_TRIGGER_CATALOG_H
#define DYNAMO_TRIGGER_CATALOG_H

#include "item/value.h"

#include "datatype/timestamp.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"

/* Lambda's limits of an event source mapping of a stream (service model, CreateEventSourceMapping).
 */
#define MAX_BATCH_SIZE 10000
#define MAX_BATCHING_WINDOW (300 * 1000)           /* milliseconds */
#define MIN_RECORD_AGE (60 * 1000)                 /* the same */
#define MAX_RECORD_AGE (INT64CONST(604800) * 1000) /* the same */
#define MAX_RETRY_ATTEMPTS 10000
#define MIN_TARGET_TIMEOUT 100             /* milliseconds */
#define MAX_TARGET_TIMEOUT (900 * 1000)    /* the same */
#define MAX_BATCH_BYTES (6 * 1024 * 1024)  /* of an event's JSON */
#define MAX_ANSWER_BYTES (6 * 1024 * 1024) /* of what a target answers */

typedef struct EventTrigger
{
	char *name;
	int64 id;
	Bytes table;
	int64 label;  /* of the stream that it reads; 0: restored, and not enabled since */
	char *target; /* as trigger_target.h reads it */
	Oid function; /* of that target; InvalidOid: an endpoint */
	Oid owner;
	bool enabled;
	bool from_start; /* TRIM_HORIZON, else LATEST */
	int batch_size;
	int64 batching_window;      /* milliseconds, and so are the following */
	int64 maximum_record_age;   /* 0: none */
	int maximum_retry_attempts; /* -1: no limit */
	bool bisect;
	bool report_failures;
	Jsonb *filters;   /* NULL: none */
	char *credential; /* NULL: none */
	int64 target_timeout;
} EventTrigger;

/* The trigger of this name, or id, palloc'd; NULL where there is none. */
extern EventTrigger *EventTriggerFind(const char *name);
extern EventTrigger *EventTriggerOfId(int64 id);

/* All that are enabled, in the order of ids: a list of palloc'd EventTrigger. */
extern List *EventTriggersEnabled(void);

/* Defines the setting dynamo.max_triggers_per_role. */
extern void EventTriggersInit(void);

/* Raises configuration_limit_exceeded where the role has as many triggers as it may have. */
extern void EventTriggerCheckCount(Oid owner);

/* Writes it: a new one gets its id. Raises duplicate_object where the name is taken. */
extern void EventTriggerInsert(EventTrigger *trigger);
extern void EventTriggerUpdate(const EventTrigger *trigger);

/* Sets the stream that it reads, unless that has been changed; whether it has. */
extern bool EventTriggerSetLabel(const EventTrigger *trigger, int64 label);

/* With its progress and dead letters. */
extern void EventTriggerDelete(int64 id);

#endif
