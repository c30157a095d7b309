/*
 * What Application Auto Scaling calls targets and policies. The service gives them random
 * identifiers; here they are made of their names, so that they need no place.
 */
#ifndef DYNAMO_TARGET_NAME_H
#define DYNAMO_TARGET_NAME_H

#include "scaling/resource.h"

/* Palloc'd. */
extern char *TargetArn(const ScalableResource *resource);
extern char *PolicyArn(const ScalableResource *resource, Bytes policy);
/* The role of the service, which there is none of here, and which descriptions always name. */
extern char *TargetRoleArn(void);

#endif
