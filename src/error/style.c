/*
 * See style.h.
 */
#include "error/style.h"

#include "error/texts.h"

static ErrorStyle current_style = STYLE_OLDER;

ErrorStyle
ErrorStyleSet(ErrorStyle style)
{
	ErrorStyle before = current_style;

	current_style = style;
	return before;
}

bool
ErrorStyleIsCurrent(void)
{
	return current_style == STYLE_CURRENT || current_style == STYLE_ENVELOPED;
}

bool
ErrorStyleIsStatement(void)
{
	return current_style == STYLE_STATEMENT;
}

const char *
ErrorEnvelope(void)
{
	return current_style == STYLE_ENVELOPED ? ENVELOPE : "";
}
