/*
 * What is wrong with a request's signature, in the service's words.
 */
#ifndef DYNAMO_SIGNATURE_FAULT_H
#define DYNAMO_SIGNATURE_FAULT_H

#include "error/error.h"
#include "item/value.h"

typedef struct SignatureFault
{
	DynamoException exception;
	const char *message; /* a constant, or palloc'd; NULL: nothing is wrong */
} SignatureFault;

/*
 * What a client has sent, for a message: palloc'd, terminated, and cut where it is long. Other
 * characters than ASCII's become question marks.
 */
extern char *FaultQuote(Bytes text);

#endif
