-- A reader that a policy holds to a few attributes has no way round: each parameter that could show or tell of another is tried.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SELECT dynamo.create_table('{"TableName": "People", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "Id", "AttributeType": "S"}, {"AttributeName": "Team", "AttributeType": "S"}, {"AttributeName": "Pay", "AttributeType": "N"}],
  "KeySchema": [{"AttributeName": "Id", "KeyType": "HASH"}],
  "GlobalSecondaryIndexes": [{"IndexName": "ByTeam", "KeySchema": [{"AttributeName": "Team", "KeyType": "HASH"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["Name"]}},
    {"IndexName": "ByTeamAll", "KeySchema": [{"AttributeName": "Team", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}},
    {"IndexName": "ByPay", "KeySchema": [{"AttributeName": "Team", "KeyType": "HASH"}, {"AttributeName": "Pay", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}') IS NOT NULL AS created;
SELECT dynamo.put_item('{"TableName": "People", "Item": {"Id": {"S": "1"}, "Team": {"S": "a"}, "Name": {"S": "Ann"}, "Pay": {"N": "100"}, "Profile": {"M": {"Name": {"S": "Ann"}, "Pay": {"N": "100"}}}}}');
CREATE ROLE regress_dynamo_reader;
GRANT USAGE ON SCHEMA dynamo, dynamo_tables TO regress_dynamo_reader;
GRANT ALL ON dynamo_tables."People" TO regress_dynamo_reader;
SELECT dynamo.put_policy('regress_reader', '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*",
  "Condition": {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["Id", "Team", "Name"]}}}}') IS NOT NULL AS put;
SELECT dynamo.attach_role_policy('regress_dynamo_reader', 'regress_reader') IS NOT NULL AS attached;
CREATE FUNCTION outcome(role text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
  members text;
BEGIN
  BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    EXECUTE 'SELECT string_agg(x::text, '' '') FROM dynamo.' || call || ' x' INTO answer;
    RAISE EXCEPTION SQLSTATE 'ZZZZZ' USING message = coalesce(answer, 'nothing');
  EXCEPTION
    WHEN SQLSTATE 'ZZZZZ' THEN RETURN SQLERRM;
    WHEN SQLSTATE 'DY015' THEN RETURN 'denied ' || substring(SQLERRM FROM 'perform: (.*) (because|with)');
    WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS members = PG_EXCEPTION_DETAIL;
      RETURN SQLSTATE || ' ' || SQLERRM || ' ' || members;
  END;
END $$;

-- what it may
CREATE TABLE tries (n serial, call text);
INSERT INTO tries (call) VALUES
  ($$get_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ProjectionExpression": "Id, #n", "ExpressionAttributeNames": {"#n": "Name"}}')$$),
  ($$get_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "AttributesToGet": ["Name"]}')$$),
  ($$batch_get_item('{"RequestItems": {"People": {"Keys": [{"Id": {"S": "1"}}], "ProjectionExpression": "Team"}}}')$$),
  ($$scan('{"TableName": "People", "Select": "COUNT", "FilterExpression": "begins_with(#n, :a)", "ExpressionAttributeNames": {"#n": "Name"}, "ExpressionAttributeValues": {":a": {"S": "A"}}}')$$),
  ($$query('{"TableName": "People", "IndexName": "ByTeam", "KeyConditionExpression": "Team = :t", "ExpressionAttributeValues": {":t": {"S": "a"}}}')$$),
  ($$partiql('SELECT Name FROM People WHERE Id = ''1''')$$),
  ($$partiql('SELECT * FROM "People"."ByTeam" WHERE Team = ''a''')$$),
  ($$put_item('{"TableName": "People", "Item": {"Id": {"S": "2"}, "Name": {"S": "Bob"}}}')$$),
  ($$update_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "UpdateExpression": "SET #n = :n", "ExpressionAttributeNames": {"#n": "Name"}, "ExpressionAttributeValues": {":n": {"S": "Eve"}}, "ReturnValues": "UPDATED_OLD"}')$$),
  ($$delete_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}}')$$),
  ($$transact_write_items('{"TransactItems": [{"ConditionCheck": {"TableName": "People", "Key": {"Id": {"S": "1"}}, "ConditionExpression": "Team = :t", "ExpressionAttributeValues": {":t": {"S": "a"}}}}]}')$$);
SELECT n, outcome('regress_dynamo_reader', call) FROM tries ORDER BY n;

-- whole items, by answers
TRUNCATE tries RESTART IDENTITY;
INSERT INTO tries (call) VALUES
  ($$get_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}}')$$),
  ($$get_item('{"TableName": "People", "Key": {"Id": {"S": "none"}}}')$$),
  ($$batch_get_item('{"RequestItems": {"People": {"Keys": [{"Id": {"S": "1"}}]}}}')$$),
  ($$transact_get_items('{"TransactItems": [{"Get": {"TableName": "People", "Key": {"Id": {"S": "1"}}}}]}')$$),
  ($$scan('{"TableName": "People"}')$$),
  ($$scan('{"TableName": "People", "IndexName": "ByTeamAll"}')$$),
  ($$query('{"TableName": "People", "IndexName": "ByTeamAll", "KeyConditionExpression": "Team = :t", "ExpressionAttributeValues": {":t": {"S": "a"}}, "Select": "ALL_PROJECTED_ATTRIBUTES"}')$$),
  ($$query('{"TableName": "People", "IndexName": "ByTeamAll", "KeyConditionExpression": "Team = :t", "ExpressionAttributeValues": {":t": {"S": "a"}}, "Select": "ALL_ATTRIBUTES"}')$$),
  ($$query('{"TableName": "People", "IndexName": "ByPay", "KeyConditionExpression": "Team = :t", "ExpressionAttributeValues": {":t": {"S": "a"}}}')$$),
  ($$query('{"TableName": "People", "IndexName": "ByPay", "KeyConditionExpression": "Team = :t AND Pay > :p", "ExpressionAttributeValues": {":t": {"S": "a"}, ":p": {"N": "1"}}, "ProjectionExpression": "Id"}')$$),
  ($$query('{"TableName": "People", "IndexName": "ByPay", "KeyConditionExpression": "Team = :t", "ExpressionAttributeValues": {":t": {"S": "a"}}, "ProjectionExpression": "Id", "Limit": 1}')$$),
  ($$partiql('SELECT * FROM People')$$),
  ($$partiql('SELECT * FROM People WHERE Id = ''1''')$$),
  ($$partiql('SELECT * FROM "People"."ByTeamAll" WHERE Team = ''a''')$$),
  ($$execute_transaction('{"TransactStatements": [{"Statement": "SELECT * FROM People WHERE Id = ''1''"}]}')$$),
  ($$put_item('{"TableName": "People", "Item": {"Id": {"S": "1"}}, "ReturnValues": "ALL_OLD"}')$$),
  ($$delete_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ReturnValues": "ALL_OLD"}')$$),
  ($$update_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ReturnValues": "ALL_OLD"}')$$),
  ($$update_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ReturnValues": "ALL_NEW"}')$$),
  ($$partiql('UPDATE People SET Name = ''x'' WHERE Id = ''1'' RETURNING ALL OLD *')$$),
  ($$partiql('UPDATE People SET Name = ''x'' WHERE Id = ''1'' RETURNING ALL NEW *')$$),
  ($$partiql('DELETE FROM People WHERE Id = ''1'' RETURNING ALL OLD *')$$),
-- by errors
  ($$put_item('{"TableName": "People", "Item": {"Id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(Id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}')$$),
  ($$update_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(Id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}')$$),
  ($$delete_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(Id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}')$$),
  ($$transact_write_items('{"TransactItems": [{"ConditionCheck": {"TableName": "People", "Key": {"Id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(Id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}]}')$$),
  ($$transact_write_items('{"TransactItems": [{"Put": {"TableName": "People", "Item": {"Id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(Id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}]}')$$),
  ($$execute_statement('{"Statement": "UPDATE People SET Name = ''x'' WHERE Id = ''1'' AND Team = ''b''", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}')$$),
  ($$execute_transaction('{"TransactStatements": [{"Statement": "EXISTS(SELECT * FROM People WHERE Id = ''1'' AND Team = ''b'')", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}]}')$$);
SELECT n, outcome('regress_dynamo_reader', call) FROM tries ORDER BY n;

-- attributes that are named: shown, judged, changed, copied
TRUNCATE tries RESTART IDENTITY;
INSERT INTO tries (call) VALUES
  ($$get_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ProjectionExpression": "Pay"}')$$),
  ($$get_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ProjectionExpression": "#p", "ExpressionAttributeNames": {"#p": "Pay"}}')$$),
  ($$get_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ProjectionExpression": "Profile.#n", "ExpressionAttributeNames": {"#n": "Name"}}')$$),
  ($$get_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "AttributesToGet": ["Name", "Pay"]}')$$),
  ($$batch_get_item('{"RequestItems": {"People": {"Keys": [{"Id": {"S": "1"}}], "AttributesToGet": ["Pay"]}}}')$$),
  ($$transact_get_items('{"TransactItems": [{"Get": {"TableName": "People", "Key": {"Id": {"S": "1"}}, "ProjectionExpression": "Pay"}}]}')$$),
  ($$scan('{"TableName": "People", "Select": "COUNT", "FilterExpression": "Pay > :p", "ExpressionAttributeValues": {":p": {"N": "1"}}}')$$),
  ($$scan('{"TableName": "People", "Select": "COUNT", "FilterExpression": "size(Profile) > :p", "ExpressionAttributeValues": {":p": {"N": "1"}}}')$$),
  ($$scan('{"TableName": "People", "Select": "COUNT", "FilterExpression": "attribute_exists(Pay)"}')$$),
  ($$scan('{"TableName": "People", "Select": "COUNT", "FilterExpression": "Team = :t OR NOT attribute_type(Pay, :s)", "ExpressionAttributeValues": {":s": {"S": "N"}, ":t": {"S": "a"}}}')$$),
  ($$scan('{"TableName": "People", "Select": "COUNT", "FilterExpression": ":p IN (Team, Pay)", "ExpressionAttributeValues": {":p": {"N": "100"}}}')$$),
  ($$scan('{"TableName": "People", "Select": "COUNT", "ScanFilter": {"Pay": {"ComparisonOperator": "NOT_NULL"}}}')$$),
  ($$query('{"TableName": "People", "IndexName": "ByTeamAll", "Select": "COUNT", "KeyConditions": {"Team": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]}}, "QueryFilter": {"Pay": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "1"}]}}}')$$),
  ($$put_item('{"TableName": "People", "Item": {"Id": {"S": "1"}, "Pay": {"N": "200"}}}')$$),
  ($$put_item('{"TableName": "People", "Item": {"Id": {"S": "1"}}, "ConditionExpression": "Pay > :p", "ExpressionAttributeValues": {":p": {"N": "1"}}}')$$),
  ($$put_item('{"TableName": "People", "Item": {"Id": {"S": "1"}}, "Expected": {"Pay": {"Value": {"N": "1"}}}}')$$),
  ($$batch_write_item('{"RequestItems": {"People": [{"PutRequest": {"Item": {"Id": {"S": "1"}}}}, {"PutRequest": {"Item": {"Id": {"S": "2"}, "Pay": {"N": "1"}}}}]}}')$$),
  ($$update_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "UpdateExpression": "SET #n = Pay", "ExpressionAttributeNames": {"#n": "Name"}, "ReturnValues": "UPDATED_NEW"}')$$),
  ($$update_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "UpdateExpression": "SET #n = if_not_exists(Pay, #n)", "ExpressionAttributeNames": {"#n": "Name"}}')$$),
  ($$update_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "UpdateExpression": "REMOVE Profile.#n", "ExpressionAttributeNames": {"#n": "Name"}, "ReturnValues": "UPDATED_OLD"}')$$),
  ($$update_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "UpdateExpression": "ADD Pay :p", "ExpressionAttributeValues": {":p": {"N": "1"}}}')$$),
  ($$update_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "AttributeUpdates": {"Pay": {"Action": "DELETE"}}}')$$),
  ($$delete_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ConditionExpression": "attribute_exists(Profile.Pay)"}')$$),
  ($$transact_write_items('{"TransactItems": [{"ConditionCheck": {"TableName": "People", "Key": {"Id": {"S": "1"}}, "ConditionExpression": "Pay > :p", "ExpressionAttributeValues": {":p": {"N": "1"}}}}]}')$$),
  ($$transact_write_items('{"TransactItems": [{"Update": {"TableName": "People", "Key": {"Id": {"S": "1"}}, "UpdateExpression": "SET Team = Pay"}}]}')$$),
  ($$transact_write_items('{"TransactItems": [{"Put": {"TableName": "People", "Item": {"Id": {"S": "1"}, "Pay": {"N": "1"}}}}]}')$$),
  ($$partiql('SELECT Pay FROM People WHERE Id = ''1''')$$),
  ($$partiql('SELECT Name FROM People WHERE Id = ''1'' AND Pay = 100')$$),
  ($$partiql('SELECT Name FROM People WHERE size(Profile) > 1')$$),
  ($$partiql('SELECT Profile.Name FROM People')$$),
  ($$partiql('INSERT INTO People VALUE {''Id'': ''2'', ''Pay'': 1}')$$),
  ($$partiql('UPDATE People SET Name = Pay WHERE Id = ''1'' RETURNING MODIFIED NEW *')$$),
  ($$partiql('UPDATE People REMOVE Pay WHERE Id = ''1''')$$),
  ($$partiql('DELETE FROM People WHERE Id = ''1'' AND Pay IS NOT MISSING')$$),
  ($$execute_transaction('{"TransactStatements": [{"Statement": "EXISTS(SELECT * FROM People WHERE Id = ''1'' AND Pay = 100)"}]}')$$);
SELECT n, outcome('regress_dynamo_reader', call) FROM tries ORDER BY n;

-- what is denied by name is denied with whole items
SELECT dynamo.put_policy('regress_reader', '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"},
  {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*", "Condition": {"ForAnyValue:StringEquals": {"dynamodb:Attributes": "Pay"}}}]}') IS NOT NULL AS put;
SELECT n, outcome('regress_dynamo_reader', call) FROM (VALUES
  (1, $$get_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}}')$$),
  (2, $$get_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ProjectionExpression": "Pay"}')$$),
  (3, $$get_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ProjectionExpression": "Profile"}')$$),
  (4, $$scan('{"TableName": "People", "IndexName": "ByTeam"}')$$),
  (5, $$scan('{"TableName": "People", "IndexName": "ByPay"}')$$)) v (n, call) ORDER BY n;
-- the guide's pattern: Select and ReturnValues have what the request comes to
SELECT dynamo.put_policy('regress_reader', '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*",
  "Condition": {"StringEqualsIfExists": {"dynamodb:Select": ["SPECIFIC_ATTRIBUTES", "COUNT"], "dynamodb:ReturnValues": ["NONE", "UPDATED_OLD", "UPDATED_NEW"], "dynamodb:ReturnConsumedCapacity": "NONE"}}}}') IS NOT NULL AS put;
SELECT n, outcome('regress_dynamo_reader', call) FROM (VALUES
  (1, $$get_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}}')$$),
  (2, $$get_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ProjectionExpression": "Pay"}')$$),
  (3, $$scan('{"TableName": "People", "IndexName": "ByTeam"}')$$),
  (4, $$scan('{"TableName": "People", "Select": "COUNT"}')$$),
  (5, $$partiql('SELECT * FROM People')$$),
  (6, $$delete_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}}')$$),
  (7, $$delete_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ReturnValues": "ALL_OLD"}')$$),
  (8, $$delete_item('{"TableName": "People", "Key": {"Id": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(Id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}')$$),
  (9, $$get_item('{"TableName": "People", "Key": {"Id": {"S": "none"}}, "ProjectionExpression": "Pay", "ReturnConsumedCapacity": "INDEXES"}')$$)) v (n, call) ORDER BY n;

SELECT item FROM dynamo_tables."People";
SELECT dynamo.detach_role_policy('regress_dynamo_reader', 'regress_reader') IS NOT NULL AS detached, dynamo.delete_policy('regress_reader') IS NOT NULL AS deleted;
SELECT dynamo.delete_table('{"TableName": "People"}') IS NOT NULL AS deleted;
REVOKE ALL ON SCHEMA dynamo, dynamo_tables FROM regress_dynamo_reader;
DROP ROLE regress_dynamo_reader;
DROP TABLE tries;
DROP FUNCTION outcome;
