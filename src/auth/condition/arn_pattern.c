/*
 * Compiling and matching ARNs of policies.
 */
#include "postgres.h"

#include "auth/condition/arn_pattern.h"

/* The first colon that stands in no variable; NULL where there is none. */
static const char *
FindColon(Bytes text, bool variables)
{
	bool inside = false;

	for (int i = 0; i < text.length; i++)
	{
		if (variables && text.data[i] == '$' && i + 1 < text.length && text.data[i + 1] == '{')
			inside = true;
		else if (text.data[i] == '}')
			inside = false;
		else if (text.data[i] == ':' && !inside)
			return text.data + i;
	}
	return NULL;
}

const char *
ArnPatternParse(Bytes text, bool variables, ArnPattern *parsed)
{
	TemplateForm form = { .wildcards = true, .variables = variables };
	const char *fault = NULL;

	parsed->any = BytesEqual(text, BYTES_LITERAL("*"));
	if (parsed->any)
		return NULL;
	if (!BytesBeginWith(text, BYTES_LITERAL("arn:")))
		return "it does not begin with \"arn:\"";
	for (int i = 0; i < ARN_PARTS && fault == NULL; i++)
	{
		const char *colon =
		    i < ARN_PARTS - 1 ? FindColon(text, variables) : text.data + text.length;
		Bytes part = { text.data, colon - text.data };

		if (colon == NULL)
			return "it has fewer than six parts";
		fault = TemplateParse(part, form, &parsed->parts[i]);
		text.data += part.length + 1;
		text.length -= part.length + 1;
	}
	return fault;
}

/* The last part first: it differs most. */
Truth
ArnPatternMatches(const ArnPattern *pattern, PolicyQuestion *question, const Bytes parts[ARN_PARTS])
{
	Truth truth = TRUTH_TRUE;

	if (pattern->any)
		return TRUTH_TRUE;
	if (parts[0].data == NULL)
		return TRUTH_FALSE;
	for (int i = ARN_PARTS - 1; i >= 0 && truth != TRUTH_FALSE; i--)
		truth = Min(truth, TemplateMatches(&pattern->parts[i], question, parts[i]));
	return truth;
}
