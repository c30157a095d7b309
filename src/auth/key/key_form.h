/*
 * The form of access keys, as AWS has it.
 */
#ifndef DYNAMO_KEY_FORM_H
#define DYNAMO_KEY_FORM_H

#include "auth/secret/sealed_secret.h"
#include "item/value.h"

#define MIN_ACCESS_KEY_ID 16
#define MAX_ACCESS_KEY_ID 128
#define LONG_TERM_PREFIX "AKIA"
#define TEMPORARY_PREFIX "ASIA"
#define SECRET_LENGTH 40
#define SESSION_TOKEN_BYTES 96
#define SESSION_TOKEN_LENGTH (SESSION_TOKEN_BYTES / 3 * 4)
#define TOKEN_HASH_LENGTH 32

/* 16 to 128 letters and digits of ASCII, and "_". */
extern bool IsAccessKeyId(Bytes text);

/* A new id of 20 characters, palloc'd. */
extern char *AccessKeyIdMake(const char *prefix);

/* A new secret of 40 characters. */
extern void SecretMake(Secret *secret);

/* A new session token, of SESSION_TOKEN_LENGTH characters, palloc'd. */
extern char *SessionTokenMake(void);

/* Its SHA-256, which is what is stored of it. */
extern void SessionTokenHash(Bytes token, uint8 hash[TOKEN_HASH_LENGTH]);

#endif
