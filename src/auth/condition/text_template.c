/*
 * Compiling and matching texts of policies.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#include "auth/condition/letter_case.h"
#include "auth/condition/text_template.h"
#include "compat.h"
#include "text/text_scan.h"

/* --- compiling --- */

typedef struct TemplateReader
{
	Bytes rest;
	TemplateForm form;
	TextTemplate *parsed;
	const char *fault;
} TemplateReader;

static void
Advance(Bytes *rest, int length)
{
	rest->data += length;
	rest->length -= length;
}

/* Characters that follow each other are one piece, wherever they stand. */
static void
AddText(TemplateReader *reader, Bytes text)
{
	TextTemplate *parsed = reader->parsed;
	TemplatePiece *last = parsed->count > 0 ? &parsed->pieces[parsed->count - 1] : NULL;

	if (last != NULL && last->kind == PIECE_TEXT &&
	    last->text.data + last->text.length == text.data)
		last->text.length += text.length;
	else
		parsed->pieces[parsed->count++] = (TemplatePiece){ PIECE_TEXT, text };
}

/* Two * are one. */
static void
AddWildcard(TemplateReader *reader, TemplatePieceKind kind)
{
	TextTemplate *parsed = reader->parsed;

	if (kind == PIECE_ONE || parsed->count == 0 || parsed->pieces[parsed->count - 1].kind != kind)
		parsed->pieces[parsed->count++] = (TemplatePiece){ kind };
}

/* The text between the apostrophes behind the comma. */
static bool
ReadDefault(Bytes text, Bytes *value)
{
	text = TextTrim(text, " ");
	if (text.length < 2 || text.data[0] != '\'' || text.data[text.length - 1] != '\'')
		return false;
	*value = (Bytes){ text.data + 1, text.length - 2 };
	return BytesFind(*value, '\'') == NULL;
}

/* What stands between ${ and }. */
static void
ReadVariable(TemplateReader *reader, Bytes inside)
{
	TemplatePiece piece = { PIECE_VARIABLE };
	const char *comma = BytesFind(inside, ',');
	Bytes name = { inside.data, comma != NULL ? comma - inside.data : inside.length };

	if (comma != NULL &&
	    !ReadDefault((Bytes){ comma + 1, inside.length - name.length - 1 }, &piece.text))
		reader->fault = psprintf("variable ${%.*s} has a default that is not in apostrophes",
		                         BYTES_ARGS(inside));
	else if (!ConditionKeyFind(TextTrim(name, " "), &piece.key, &piece.tag))
		reader->fault = psprintf("variable ${%.*s} names no condition key", BYTES_ARGS(inside));
	reader->parsed->variables = true;
	reader->parsed->pieces[reader->parsed->count++] = piece;
}

static bool
IsEscape(Bytes inside)
{
	return inside.length == 1 && strchr("*?$", inside.data[0]) != NULL && inside.data[0] != '\0';
}

/* At "${". */
static void
ReadBraces(TemplateReader *reader)
{
	const char *closing = BytesFind(reader->rest, '}');
	Bytes inside;

	if (closing == NULL)
	{
		reader->fault = psprintf("variable %.*s has no end", BYTES_ARGS(reader->rest));
		return;
	}
	inside = (Bytes){ reader->rest.data + 2, closing - reader->rest.data - 2 };
	if (IsEscape(inside))
		AddText(reader, inside);
	else
		ReadVariable(reader, inside);
	Advance(&reader->rest, inside.length + 3);
}

static void
ReadPiece(TemplateReader *reader)
{
	Bytes rest = reader->rest;

	if (reader->form.variables && rest.length > 1 && rest.data[0] == '$' && rest.data[1] == '{')
		ReadBraces(reader);
	else
	{
		if (reader->form.wildcards && rest.data[0] == '*')
			AddWildcard(reader, PIECE_ANY);
		else if (reader->form.wildcards && rest.data[0] == '?')
			AddWildcard(reader, PIECE_ONE);
		else
			AddText(reader, (Bytes){ rest.data, 1 });
		Advance(&reader->rest, 1);
	}
}

/* At least the pieces that the text could have. */
static int
MostPieces(Bytes text)
{
	int count = 1;

	for (int i = 0; i < text.length; i++)
		if (strchr("*?$", text.data[i]) != NULL)
			count += 2;
	return count;
}

const char *
TemplateParse(Bytes text, TemplateForm form, TextTemplate *parsed)
{
	TemplateReader reader = { form.ignore_case ? LowerText(text) : text, form, parsed };

	*parsed = (TextTemplate){ .ignore_case = form.ignore_case };
	parsed->pieces = palloc_array(TemplatePiece, MostPieces(text));
	while (reader.rest.length > 0 && reader.fault == NULL)
		ReadPiece(&reader);
	return reader.fault;
}

/* --- matching --- */

/* Whether the value goes on with the text at this place. */
static inline bool
TextStands(Bytes text, Bytes value, int place)
{
	return value.length - place >= text.length &&
	       memcmp(value.data + place, text.data, text.length) == 0;
}

static int
CharacterEnd(Bytes value, int place)
{
	return Min(value.length, place + pg_utf_mblen((const unsigned char *) value.data + place));
}

/* How much of the value the piece takes at this place, -1: it does not stand there. */
static int
PieceEnd(const TemplatePiece *piece, Bytes value, int place)
{
	if (piece->kind == PIECE_ONE)
		return place < value.length ? CharacterEnd(value, place) : -1;
	return TextStands(piece->text, value, place) ? place + piece->text.length : -1;
}

/*
 * Only the last * met may have to take more characters: what an earlier one takes, the last one can
 * take as well. So no place of the value is tried more often than the pieces behind a * are long.
 */
static bool
PiecesMatch(const TextTemplate *template, const TemplatePiece *pieces, Bytes value)
{
	int piece = 0;
	int place = 0;
	int after_any = -1; /* the piece behind the last * */
	int any_end = 0;    /* how far that * takes the value */

	for (;;)
	{
		int end = -1;

		if (piece < template->count && pieces[piece].kind == PIECE_ANY)
		{
			after_any = ++piece;
			any_end = place;
			if (piece == template->count)
				return true;
			continue;
		}
		if (piece < template->count)
			end = PieceEnd(&pieces[piece], value, place);
		else if (place == value.length)
			return true;
		if (end >= 0)
		{
			piece++;
			place = end;
			continue;
		}
		if (after_any < 0 || any_end >= value.length)
			return false;
		any_end = CharacterEnd(value, any_end);
		piece = after_any;
		place = any_end;
		CHECK_FOR_INTERRUPTS();
	}
}

/* The value of a variable as a piece of text; of a key with several values it has none. */
static Truth
ResolvePiece(const TemplatePiece *piece, PolicyQuestion *question, bool ignore_case,
             TemplatePiece *resolved)
{
	ConditionValues values;
	Truth truth;

	*resolved = *piece;
	if (piece->kind != PIECE_VARIABLE)
		return TRUTH_TRUE;
	resolved->kind = PIECE_TEXT;
	truth = QuestionValues(question, piece->key, piece->tag, &values);
	if (truth == TRUTH_TRUE && values.count == 1)
		resolved->text = ignore_case ? LowerText(values.values[0]) : values.values[0];
	else if (truth == TRUTH_TRUE)
		return TRUTH_FALSE;
	if (truth == TRUTH_UNKNOWN)
		return TRUTH_UNKNOWN;
	return TruthOf(resolved->text.data != NULL);
}

static Truth
ResolveAndMatch(const TextTemplate *template, PolicyQuestion *question, Bytes value)
{
	TemplatePiece *pieces = palloc_array(TemplatePiece, template->count);
	Truth truth = TRUTH_TRUE;

	for (int i = 0; i < template->count && truth == TRUTH_TRUE; i++)
		truth = ResolvePiece(&template->pieces[i], question, template->ignore_case, &pieces[i]);
	if (truth == TRUTH_TRUE)
		truth = TruthOf(PiecesMatch(template, pieces, value));
	pfree(pieces);
	return truth;
}

Truth
TemplateMatchPieces(const TextTemplate *template, PolicyQuestion *question, Bytes value)
{
	if (template->variables)
		return ResolveAndMatch(template, question, value);
	return TruthOf(PiecesMatch(template, template->pieces, value));
}
