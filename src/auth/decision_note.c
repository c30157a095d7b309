/*
 * Gathering what policies have decided.
 */
#include "auth/decision_note.h"

static bool
IsSame(const NotedDecision *a, const NotedDecision *b)
{
	return a->denied == b->denied && a->policy_type == b->policy_type &&
	       a->statement == b->statement && strcmp(a->policy, b->policy) == 0;
}

void
DecisionNoteAdd(DecisionNote *note, const NotedDecision *decision)
{
	for (int i = 0; i < note->count; i++)
		if (IsSame(&note->decisions[i], decision))
			return;
	if (note->count < MAX_NOTED_DECISIONS)
		note->decisions[note->count++] = *decision;
	else if (decision->denied)
		note->decisions[MAX_NOTED_DECISIONS - 1] = *decision;
}
