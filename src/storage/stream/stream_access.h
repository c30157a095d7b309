/*
 * Who may read the changes of a table. A change is a whole item: row-level security cannot let
 * parts of a stream through.
 */
#ifndef DYNAMO_STREAM_ACCESS_H
#define DYNAMO_STREAM_ACCESS_H

#include "postgres.h"

typedef enum ChangeAccess
{
	CHANGES_READABLE,
	CHANGES_NEED_SELECT,  /* on the table */
	CHANGES_HAVE_POLICIES /* the table's row-level security applies to the role */
} ChangeAccess;

/* What the current role may do with the changes of a relation, which exists. */
extern ChangeAccess ChangeAccessOf(Oid relation);

/* Whether it may read those of a table that is gone, which had the owner. */
extern bool ChangesOfGoneTableReadable(Oid owner);

#endif
