/*
 * The actions of an element of TransactItems, of which it has one.
 */
#ifndef DYNAMO_TRANSACT_ACTION_H
#define DYNAMO_TRANSACT_ACTION_H

#include "model/structure.h"

#define TRANSACT_ACTIONS 5

/* The action of this number, as far as the element has it; else NULL. */
static inline const Structure *
TransactAction(const Structure *element, int number)
{
	static const StructureMember actions[TRANSACT_ACTIONS] = { { MEMBER_ConditionCheck },
		                                                       { MEMBER_Delete },
		                                                       { MEMBER_Get },
		                                                       { MEMBER_Put },
		                                                       { MEMBER_Update } };

	return StructureStructure(element, actions[number]);
}

#endif
