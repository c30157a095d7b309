/*
 * What a relation is partitioned by, as its owner has stated it.
 */
#ifndef DYNAMO_PARTITION_EXPRESSION_H
#define DYNAMO_PARTITION_EXPRESSION_H

#include "nodes/nodes.h"

/*
 * The one expression by whose hash the relation is partitioned, palloc'd; NULL where it is
 * partitioned otherwise, or not at all. It is to be judged before PostgreSQL is asked for the
 * relation's partition key or partitions: for those it evaluates what is constant in the
 * expression, functions of the owner's too, as the current role, which may be a superuser.
 */
extern Node *PartitionExpressionRead(Oid relation);

#endif
