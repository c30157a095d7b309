/*
 * Reading and parsing master keys. Each buffer is cleansed.
 */
#include "auth/secret/master_key_source.h"

#include "postgres.h"

#include <openssl/crypto.h>

#include "utils/guc.h"

#include "auth/secret/key_command.h"
#include "auth/secret/master_key.h"
#include "auth/secret/protected_file.h"
#include "text/base64.h"
#include "text/text_scan.h"
#include "session/preload.h"

#define MAX_TEXT 8192
#define HEXADECIMAL_LENGTH (2 * MASTER_KEY_SIZE)

static char *master_key_file = NULL;
static char *master_key_command = NULL;

typedef struct KeyText
{
	int length;
	char data[MAX_TEXT];
	int count;
	MasterKey keys[MAX_MASTER_KEYS];
} KeyText;

void
MasterKeySourceInit(void)
{
	DefineCustomStringVariable(
	    "dynamo.master_key_file", "File of the keys that secrets of access keys are sealed under.",
	    "It is outside of the data directory, and readable by the server's user alone.",
	    &master_key_file, "", PGC_SIGHUP, GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
	DefineCustomStringVariable(
	    "dynamo.master_key_command",
	    "Shell command that writes the keys that secrets of access keys are sealed under.",
	    "It has ten seconds, and runs at the server's start and at each reload.",
	    &master_key_command, "", PGC_SIGHUP, GUC_SUPERUSER_ONLY, NULL, NULL, NULL);
}

static bool
DecodeHexadecimal(Bytes text, uint8 key[MASTER_KEY_SIZE])
{
	for (int i = 0; i < MASTER_KEY_SIZE; i++)
	{
		int high = TextHexDigit(text.data[2 * i]);
		int low = TextHexDigit(text.data[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key[i] = high << 4 | low;
	}
	return true;
}

static bool
DecodeBase64(Bytes text, uint8 key[MASTER_KEY_SIZE])
{
	Bytes bytes;
	bool fits;

	if (Base64Decode(text, &bytes) != NULL)
		return false;
	fits = bytes.length == MASTER_KEY_SIZE;
	if (fits)
		memcpy(key, bytes.data, MASTER_KEY_SIZE);
	OPENSSL_cleanse(unconstify(char *, bytes.data), bytes.length);
	pfree(unconstify(char *, bytes.data));
	return fits;
}

static bool
DecodeKey(Bytes text, MasterKey *key)
{
	bool valid = text.length == HEXADECIMAL_LENGTH ? DecodeHexadecimal(text, key->key)
	                                               : DecodeBase64(text, key->key);

	if (valid)
		MasterKeyIdentify(key);
	return valid;
}

/* NULL, or what is wrong; never with a part of the text. */
static char *
ParseLine(KeyText *text, Bytes line, int number)
{
	line = TextTrim(line, " \t\r");
	if (line.length == 0 || line.data[0] == '#')
		return NULL;
	if (text->count == MAX_MASTER_KEYS)
		return psprintf("there are more than %d keys", MAX_MASTER_KEYS);
	if (!DecodeKey(line, &text->keys[text->count]))
		return psprintf("line %d is no key of %d bytes in hexadecimal or base64", number,
		                MASTER_KEY_SIZE);
	text->count++;
	return NULL;
}

static char *
Parse(KeyText *text)
{
	Bytes rest = { text->data, text->length };
	char *complaint = NULL;

	for (int number = 1; rest.length > 0 && complaint == NULL; number++)
	{
		const char *end = memchr(rest.data, '\n', rest.length);
		int length = end != NULL ? end - rest.data : rest.length;

		complaint = ParseLine(text, (Bytes){ rest.data, length }, number);
		length = Min(length + 1, rest.length);
		rest = (Bytes){ rest.data + length, rest.length - length };
	}
	if (complaint == NULL && text->count == 0)
		return pstrdup("there is no key");
	return complaint;
}

static char *
Read(KeyText *text)
{
	char *complaint;

	if (master_key_file[0] != '\0' && master_key_command[0] != '\0')
		return pstrdup("dynamo.master_key_file and dynamo.master_key_command are both set");
	if (master_key_file[0] != '\0')
		complaint = ProtectedFileRead(master_key_file, text->data, MAX_TEXT, &text->length);
	else
		complaint = KeyCommandRead(master_key_command, text->data, MAX_TEXT, &text->length);
	return complaint != NULL ? complaint : Parse(text);
}

static void
Replace(KeyText *text)
{
	char *complaint = Read(text);

	if (complaint == NULL)
	{
		MasterKeysReplace(text->keys, text->count);
		ereport(LOG, (errmsg("dynamo has read %d master keys; the newest is %s", text->count,
		                     text->keys[0].id)));
		return;
	}
	ereport(LOG, (errcode(ERRCODE_CONFIG_FILE_ERROR),
	              errmsg("dynamo could not read its master keys: %s", complaint),
	              MasterKeyGeneration() > 0 ? errdetail("Those of before stay.") : 0));
	if (MasterKeyGeneration() == 0)
		MasterKeysReplace(NULL, 0);
	pfree(complaint);
}

void
MasterKeysReload(void)
{
	KeyText text = { 0 };

	if (master_key_file[0] == '\0' && master_key_command[0] == '\0')
		MasterKeysReplace(NULL, 0);
	else
		Replace(&text);
	OPENSSL_cleanse(&text, sizeof(text));
}

const char *
MasterKeyAdvice(void)
{
	if (!IsPreloaded())
		return "Add dynamo to shared_preload_libraries and restart the server.";
	if (master_key_file[0] == '\0' && master_key_command[0] == '\0')
		return "Write 32 random bytes in base64 to a file outside of the data directory, as by "
		       "\"openssl rand -base64 32\", set dynamo.master_key_file to it, and reload.";
	return "The server's log says why the master keys could not be read.";
}
