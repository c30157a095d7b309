/*
 * See json_token.h.
 */
#include "json/json_token.h"

static const char *
NumberName(const JsonNode *node)
{
	for (int i = 0; i < node->count; i++)
	{
		if (strchr(".eE", node->text[i]) != NULL)
			return "DECIMAL_VALUE";
	}
	return "NUMBER_VALUE";
}

const char *
JsonTokenName(const JsonNode *node)
{
	switch (node->type)
	{
		case JSON_NODE_NULL:
			return "NULL_VALUE";
		case JSON_NODE_BOOLEAN:
			return node->boolean ? "TRUE_VALUE" : "FALSE_VALUE";
		case JSON_NODE_NUMBER:
			return NumberName(node);
		default:
			return "STRING_VALUE";
	}
}
