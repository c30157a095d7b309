-- dynamo: DynamoDB tables in PostgreSQL. The whole surface of the latest version.
\echo Use "CREATE EXTENSION dynamo" to load this file. \quit

-- Items

CREATE FUNCTION dynamo.key_text(item jsonb, name text)
RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_key_text';
COMMENT ON FUNCTION dynamo.key_text(jsonb, text) IS
'an item''s attribute of type S as an index column; null where it has none of this type';

CREATE FUNCTION dynamo.key_text(item jsonb, name text, "limit" integer)
RETURNS text LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_key_text';
COMMENT ON FUNCTION dynamo.key_text(jsonb, text, integer) IS
'the same, of at most limit bytes';

CREATE FUNCTION dynamo.key_number(item jsonb, name text)
RETURNS numeric LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_key_number';
COMMENT ON FUNCTION dynamo.key_number(jsonb, text) IS
'an item''s attribute of type N as an index column; null where it has none of this type';

CREATE FUNCTION dynamo.key_binary(item jsonb, name text)
RETURNS bytea LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_key_binary';
COMMENT ON FUNCTION dynamo.key_binary(jsonb, text) IS
'an item''s attribute of type B as an index column; null where it has none of this type';

CREATE FUNCTION dynamo.key_binary(item jsonb, name text, "limit" integer)
RETURNS bytea LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_key_binary';
COMMENT ON FUNCTION dynamo.key_binary(jsonb, text, integer) IS
'the same, of at most limit bytes';

CREATE FUNCTION dynamo.key_suffix(item jsonb, partition_name text)
RETURNS bytea LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_key_suffix';
COMMENT ON FUNCTION dynamo.key_suffix(jsonb, text) IS
'an item''s whole key as the last column of a secondary index';

CREATE FUNCTION dynamo.key_suffix(item jsonb, partition_name text, sort_name text)
RETURNS bytea LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_key_suffix';
COMMENT ON FUNCTION dynamo.key_suffix(jsonb, text, text) IS
'an item''s whole key as the last column of a secondary index';

CREATE FUNCTION dynamo.item_size(item jsonb)
RETURNS integer LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_item_size';
COMMENT ON FUNCTION dynamo.item_size(jsonb) IS
'an item''s size in bytes by DynamoDB''s arithmetic';

CREATE FUNCTION dynamo.marshall(plain jsonb)
RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_marshall';
COMMENT ON FUNCTION dynamo.marshall(jsonb) IS
'plain JSON as DynamoDB JSON: an object as a map of attribute values, anything else as one attribute value';

CREATE FUNCTION dynamo.unmarshall(dynamodb_json jsonb)
RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_unmarshall';
COMMENT ON FUNCTION dynamo.unmarshall(jsonb) IS
'DynamoDB JSON, a map of attribute values or one attribute value, as plain JSON; sets become arrays, binaries base64';

CREATE FUNCTION dynamo.to_item(dynamodb_json jsonb)
RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_to_item';
COMMENT ON FUNCTION dynamo.to_item(jsonb) IS
'the stored form of an item given in DynamoDB JSON';

CREATE FUNCTION dynamo.from_item(item jsonb)
RETURNS jsonb LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'dynamo_from_item';
COMMENT ON FUNCTION dynamo.from_item(jsonb) IS
'a stored item as DynamoDB JSON';
