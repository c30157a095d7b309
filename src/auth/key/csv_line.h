/*
 * Lines of a CSV file (RFC 4180), in place.
 */
#ifndef DYNAMO_CSV_LINE_H
#define DYNAMO_CSV_LINE_H

#include "item/value.h"

#define MAX_CSV_FIELDS 16

typedef struct CsvLine
{
	int number; /* from 1 */
	int count;  /* of fields; a line of no text has one */
	Bytes fields[MAX_CSV_FIELDS];
} CsvLine;

/*
 * Takes the next line from `rest`, whose fields then point into the text: quotes are taken away
 * there. False at the end. `line->number` is that of the line before; 0 at first. Sets *complaint,
 * a constant, where the line is malformed.
 */
extern bool CsvLineTake(Bytes *rest, CsvLine *line, const char **complaint);

#endif
