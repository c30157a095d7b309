/*
 * What policies have decided in a call, for those who record it.
 */
#ifndef DYNAMO_DECISION_NOTE_H
#define DYNAMO_DECISION_NOTE_H

#include "postgres.h"

#define MAX_NOTED_DECISIONS 4
#define NOTED_POLICY_SIZE 132 /* a policy's name has at most 128 characters, of ASCII */
#define NOTED_SID_SIZE 65     /* what is longer is cut between two characters */

/* Texts are terminated. */
typedef struct NotedDecision
{
	bool denied;
	const char *policy_type; /* "identity", "session" or "resource", a constant */
	int statement;           /* of its policy, from 1; 0: no statement allows it */
	char policy[NOTED_POLICY_SIZE];
	char sid[NOTED_SID_SIZE]; /* "" of a statement without one */
} NotedDecision;

/* Empty where it is all zeros. */
typedef struct DecisionNote
{
	int count;
	NotedDecision decisions[MAX_NOTED_DECISIONS];
} DecisionNote;

/*
 * Adds a decision, once; of more than have room the first ones are kept, but the last place is a
 * denial's. Unused bytes of its texts are zeros. Raises no error.
 */
extern void DecisionNoteAdd(DecisionNote *note, const NotedDecision *decision);

#endif
