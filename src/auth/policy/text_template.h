/*
 * Texts of policies: with wildcards, * for any characters and ? for one, and with variables,
 * ${key} or ${key, 'default'}, which stand for a condition key's value (IAM user guide, "IAM policy
 * elements: Variables and tags"). ${*}, ${?} and ${$} are those characters themselves.
 */
#ifndef DYNAMO_POLICY_TEXT_TEMPLATE_H
#define DYNAMO_POLICY_TEXT_TEMPLATE_H

#include "auth/policy/condition_key.h"
#include "auth/policy/question.h"
#include "auth/policy/truth.h"

typedef enum TemplatePieceKind
{
	PIECE_TEXT,
	PIECE_ANY,
	PIECE_ONE,
	PIECE_VARIABLE
} TemplatePieceKind;

typedef struct TemplatePiece
{
	TemplatePieceKind kind;
	Bytes text; /* of PIECE_TEXT; the default of a variable, data NULL: none */
	ConditionKey key;
	Bytes tag;
} TemplatePiece;

typedef struct TextTemplate
{
	int count;
	bool variables;
	bool wildcards;
	bool ignore_case; /* of ASCII's letters */
	TemplatePiece *pieces;
} TextTemplate;

/* What of a text is more than its characters. */
typedef struct TemplateForm
{
	bool wildcards;
	bool variables;
	bool ignore_case;
} TemplateForm;

/*
 * Compiles a text, in the current context, pointing into it. Returns what is wrong with it,
 * palloc'd, or NULL.
 */
extern const char *TemplateParse(Bytes text, TemplateForm form, TextTemplate *parsed);

/*
 * Whether a value is such a text. One whose variable has no value and no default is none. The work
 * is bounded by the product of both lengths, and can be interrupted.
 */
extern Truth TemplateMatches(const TextTemplate *template, PolicyQuestion *question, Bytes value);

#endif
