/*
 * Texts of policies: with wildcards, * for any characters and ? for one, and with variables,
 * ${key} or ${key, 'default'}, which stand for a condition key's value (IAM user guide, "IAM policy
 * elements: Variables and tags"). ${*}, ${?} and ${$} are those characters themselves.
 */
#ifndef DYNAMO_POLICY_TEXT_TEMPLATE_H
#define DYNAMO_POLICY_TEXT_TEMPLATE_H

#include "auth/condition/condition_key.h"
#include "auth/condition/question.h"
#include "auth/condition/truth.h"

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
	bool ignore_case;
	TemplatePiece *pieces;
} TextTemplate;

/* What of a text is more than its characters. */
typedef struct TemplateForm
{
	bool wildcards;
	bool variables;
	bool ignore_case; /* the values that it is matched with are in lower case */
} TemplateForm;

/*
 * Compiles a text, in the current context, pointing into it. Returns what is wrong with it,
 * palloc'd, or NULL.
 */
extern const char *TemplateParse(Bytes text, TemplateForm form, TextTemplate *parsed);

/* The same of texts that are more than characters, or none. */
extern Truth TemplateMatchPieces(const TextTemplate *template, PolicyQuestion *question,
                                 Bytes value);

/*
 * Whether a value is such a text. One whose variable has no value and no default is none. The work
 * is bounded by the product of both lengths, and can be interrupted.
 */
static inline Truth
TemplateMatches(const TextTemplate *template, PolicyQuestion *question, Bytes value)
{
	if (template->count == 1 && template->pieces[0].kind == PIECE_TEXT)
		return TruthOf(BytesEqual(template->pieces[0].text, value));
	if (template->count == 1 && template->pieces[0].kind == PIECE_ANY)
		return TRUTH_TRUE;
	if (template->count == 2 && template->pieces[0].kind == PIECE_TEXT &&
	    template->pieces[1].kind == PIECE_ANY)
		return TruthOf(BytesBeginWith(value, template->pieces[0].text));
	return TemplateMatchPieces(template, question, value);
}

#endif
