/*
 * The compiled form of event patterns: what the parser makes and the matcher reads.
 */
#ifndef DYNAMO_PATTERN_FORM_H
#define DYNAMO_PATTERN_FORM_H

#include "trigger/filter/event_pattern.h"

typedef enum MatchKind
{
	MATCH_NULL,
	MATCH_BOOLEAN,
	MATCH_STRING,
	MATCH_PREFIX,
	MATCH_SUFFIX,
	MATCH_RANGE,   /* of numbers; one number is a range, too */
	MATCH_EXISTS,  /* any scalar */
	MATCH_ABSENT,  /* no scalar: judged of the member, not of a value */
	MATCH_ANY_BUT, /* a scalar that none of `others` matches */
} MatchKind;

typedef struct NumberBound
{
	Numeric number; /* NULL: none */
	bool inclusive;
} NumberBound;

typedef struct ValueMatch ValueMatch;

struct ValueMatch
{
	MatchKind kind;
	bool truth;
	bool ignore_case; /* `text` is in lower case */
	Bytes text;
	NumberBound low;
	NumberBound high;
	int count;
	ValueMatch *others;
};

typedef enum MemberKind
{
	PATTERN_VALUES,
	PATTERN_OBJECT, /* of one pattern */
	PATTERN_OR      /* of two or more, of the object that the member would be of */
} MemberKind;

typedef struct PatternMember
{
	MemberKind kind;
	Bytes name;
	int count;
	ValueMatch *values;
	EventPattern *patterns;
} PatternMember;

struct EventPattern
{
	int count;
	PatternMember *members;
};

/* In lower case, as lower() has it with the database's collation. */
extern Bytes PatternLower(Bytes text);

#endif
