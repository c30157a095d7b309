/*
 * Policy documents, compiled (IAM user guide, "Grammar of the IAM JSON policy language").
 */
#ifndef DYNAMO_POLICY_DOCUMENT_FORM_H
#define DYNAMO_POLICY_DOCUMENT_FORM_H

#include "auth/condition/condition.h"
#include "auth/policy/principal.h"

typedef enum PolicyEffect
{
	EFFECT_MISSING, /* while the statement is read */
	EFFECT_ALLOW,
	EFFECT_DENY
} PolicyEffect;

typedef struct PolicyStatement
{
	Bytes sid; /* data NULL: none */
	PolicyEffect effect;
	bool not_actions;
	int action_count;
	TextTemplate *actions; /* in lower case */
	bool not_resources;
	int resource_count;
	ArnPattern *resources;
	bool not_principals;
	int principal_count; /* of the statements of resource policies alone */
	PolicyPrincipal *principals;
	int condition_count;
	Condition *conditions;
} PolicyStatement;

typedef struct PolicyDocument
{
	int count;
	PolicyStatement *statements;
} PolicyDocument;

#endif
