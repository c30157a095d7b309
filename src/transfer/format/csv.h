/*
 * Records of CSV (RFC 4180): fields between delimiters, quoted where they have to be.
 */
#ifndef DYNAMO_CSV_H
#define DYNAMO_CSV_H

#include "item/value.h"

/* The service allows 255 columns in a header that it is given; of a file's own it says nothing. */
#define MAX_CSV_FIELDS_OF_RECORD 65535

typedef struct CsvRecord
{
	int count;
	Bytes *fields; /* data NULL: empty, and without quotation marks */
} CsvRecord;

/*
 * The fields of a record, palloc'd, which may point into it. Raises SerializationException where
 * quotation marks do not match, or for what is not UTF-8.
 */
extern void CsvRead(Bytes record, char delimiter, CsvRecord *fields);

/* The fields and what they point to, palloc'd. */
extern CsvRecord CsvCopy(const CsvRecord *record);

#endif
