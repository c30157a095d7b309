/*
 * The stored form of an item, and DynamoDB JSON.
 *
 * Stored, an item is the JSON that a person would write: S is a string, N a
 * number, BOOL, NULL, L an array, M an object. What JSON lacks is tagged by an
 * object of one key: {"$b": base64}, {"$ss": [...]}, {"$ns": [...]},
 * {"$bs": [...]}. A string with U+0000 is {"$s": escaped}, where a backslash is
 * "\\" and U+0000 is "\0". An attribute name that holds U+0000 or starts with
 * "$u:" is stored as "$u:" and the escaped name. A map of one attribute whose
 * stored name starts with "$" is wrapped as {"$m": {...}}; the item itself
 * never is.
 *
 * A jsonb that SQL callers give or get in DynamoDB JSON escapes U+0000 alike:
 * {"$s": escaped} stands for {"S": ...} or, as a member of an SS or where the
 * API has an attribute's name, for the string itself; names as above.
 */
#ifndef DYNAMO_ENCODING_H
#define DYNAMO_ENCODING_H

#include "json/json.h"
#include "item/value.h"

#define MAX_NESTING 32 /* levels: a scalar is one, each list or map around it another */
#define MAX_ATTRIBUTE_NAME_SIZE 65535
#define MAX_ITEM_SIZE (400 * 1024)

/*
 * The value that DynamoDB JSON such as {"S": "text"} spells. Raises
 * ValidationException with DynamoDB's texts (no or several types, empty or
 * duplicate set members, bad numbers, nesting over 32 levels), and
 * SerializationException for JSON of the wrong type or bad base64.
 */
extern void AttributeValueParse(const JsonNode *node, AttributeValue *value);

/* The same of a value that may nest `allowance` maps and lists deeper than an item's. */
extern void AttributeValueParseDeep(const JsonNode *node, int allowance, AttributeValue *value);

/* The map that an object of named attribute values spells: an item or a key. Errors as above. */
extern void AttributeMapParse(const JsonNode *node, AttributeValue *map);

/* Appends DynamoDB JSON: one typed value, or an item's attributes as an object. */
extern void AttributeValueWrite(JsonWriter *writer, const AttributeValue *value);
extern void AttributeMapWrite(JsonWriter *writer, const AttributeValue *map);

/* Appends a stored item as DynamoDB JSON, straight from its jsonb. */
extern void StoredItemWrite(JsonWriter *writer, const Jsonb *item);

/* The stored form of an item, palloc'd. The caller has checked the item's size. */
extern Jsonb *ItemEncode(const AttributeValue *item);

/*
 * The item that a stored jsonb holds. Strings and numbers point into it.
 * Raises DATA_CORRUPTED for what ItemEncode could not have made.
 */
extern void ItemDecode(const Jsonb *item, AttributeValue *map);

/* One attribute of a stored item; false where it is absent. As ItemDecode, of that value only. */
extern bool ItemGetAttribute(const Jsonb *item, Bytes name, AttributeValue *value);

/*
 * An attribute of type S, N or B; false where it is absent, of another type or
 * malformed. Never raises: it runs for index columns before StoredItemCheck.
 */
extern bool ItemGetKeyAttribute(const Jsonb *item, Bytes name, AttributeType type,
                                AttributeValue *value);

/*
 * Whether jsonb is a well-formed stored item: every tag and name as above,
 * numbers in DynamoDB's range, sets non-empty and unique, nesting within bounds.
 * Raises ValidationException saying what is wrong. For items that plain SQL writes.
 */
extern void StoredItemCheck(const Jsonb *item);

/* The same, and ItemDecode. */
extern void StoredItemRead(const Jsonb *item, AttributeValue *map);

/* The value that any plain jsonb is: an object a map, an array a list, and so on. */
extern void PlainJsonParse(const Jsonb *plain, AttributeValue *value);

/* Appends the value as plain JSON: sets as arrays, binaries as base64. */
extern void PlainJsonWrite(JsonWriter *writer, const AttributeValue *value);

#endif
