/*
 * Reads forms (URL Standard, "application/x-www-form-urlencoded parsing").
 */
#include "http/sts/form.h"

#include "mb/pg_wchar.h"

#include "text/text_scan.h"
/* Palloc'd; NULL where it is no text. */
static const char *
Decode(Bytes text)
{
	char *decoded = palloc(text.length + 1);
	int length = 0;

	for (int i = 0; i < text.length; i++)
	{
		char c = text.data[i] == '+' ? ' ' : text.data[i];

		if (c == '%')
		{
			if (i + 2 >= text.length || TextHexDigit(text.data[i + 1]) < 0 ||
			    TextHexDigit(text.data[i + 2]) < 0)
				return NULL;
			c = TextHexDigit(text.data[i + 1]) << 4 | TextHexDigit(text.data[i + 2]);
			i += 2;
		}
		decoded[length++] = c;
	}
	decoded[length] = '\0';
	return pg_verify_mbstr(PG_UTF8, decoded, length, true) ? decoded : NULL;
}

static bool
ReadField(Bytes text, Form *form)
{
	const char *equals = BytesFind(text, '=');
	int length = equals != NULL ? equals - text.data : text.length;
	Bytes value = { text.data + length + 1, equals != NULL ? text.length - length - 1 : 0 };
	FormField field;

	if (text.length == 0)
		return true;
	if (form->count == FORM_MAX_FIELDS)
		return false;
	field = (FormField){ Decode((Bytes){ text.data, length }), Decode(value) };
	form->fields[form->count++] = field;
	return field.name != NULL && field.value != NULL;
}

const Form *
FormRead(Bytes body)
{
	Form *form = palloc(sizeof(Form));
	int start = 0;

	form->count = 0;
	for (int i = 0; i <= body.length; i++)
	{
		if (i < body.length && body.data[i] != '&')
			continue;
		if (!ReadField((Bytes){ body.data + start, i - start }, form))
			return NULL;
		start = i + 1;
	}
	return form;
}

const char *
FormValue(const Form *form, const char *name)
{
	for (int i = 0; i < form->count; i++)
	{
		if (strcmp(form->fields[i].name, name) == 0)
			return form->fields[i].value;
	}
	return NULL;
}
