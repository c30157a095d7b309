/*
 * Values as a statement spells them: constants, and lists, maps and sets that
 * may hold parameters anywhere.
 */
#ifndef DYNAMO_TEMPLATE_H
#define DYNAMO_TEMPLATE_H

#include "item/value.h"

typedef enum TemplateType
{
	TEMPLATE_CONSTANT,
	TEMPLATE_PARAMETER,
	TEMPLATE_LIST,
	TEMPLATE_MAP,
	TEMPLATE_SET
} TemplateType;

typedef struct ValueTemplate ValueTemplate;

struct ValueTemplate
{
	TemplateType type;
	Bytes name; /* as a member of a map */
	AttributeValue constant;
	Bytes spelt;   /* a number as it is written */
	int parameter; /* its number, from 0 */
	int count;     /* of a list, map or set */
	ValueTemplate **elements;
};

/*
 * Makes a constant of a list, map or set of constants. Raises ValidationException
 * for sets that are none, such as those of several types; `under` is where it stands
 * in its literal.
 */
extern void TemplateFold(ValueTemplate *value, const char *under);

/*
 * The value with its parameters in place and `depth` lists and maps around it;
 * shares the constants and the parameters. Raises ValidationException as above
 * and where it nests too deep.
 */
extern void TemplateFill(const ValueTemplate *value, const AttributeValue *parameters, int depth,
                         AttributeValue *result);

#endif
