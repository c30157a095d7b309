-- A tenant that a policy holds to its leading keys has no way round: each operation, index and trick that could reach another's items is
-- tried.
\set VERBOSITY terse
\set SHOW_CONTEXT never
SELECT dynamo.create_table('{"TableName": "Games", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "User", "AttributeType": "S"}, {"AttributeName": "Title", "AttributeType": "S"}, {"AttributeName": "Score", "AttributeType": "N"}],
  "KeySchema": [{"AttributeName": "User", "KeyType": "HASH"}, {"AttributeName": "Title", "KeyType": "RANGE"}],
  "LocalSecondaryIndexes": [{"IndexName": "ByScore", "KeySchema": [{"AttributeName": "User", "KeyType": "HASH"}, {"AttributeName": "Score", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}],
  "GlobalSecondaryIndexes": [{"IndexName": "ByTitle", "KeySchema": [{"AttributeName": "Title", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}},
    {"IndexName": "ByBoth", "KeySchema": [{"AttributeName": "User", "KeyType": "HASH"}, {"AttributeName": "Score", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "Numbers", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "n", "AttributeType": "N"}], "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}]}') IS NOT NULL AS created;
SELECT dynamo.create_table('{"TableName": "Bytes", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "b", "AttributeType": "B"}], "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}]}') IS NOT NULL AS created;
CREATE FUNCTION fill() RETURNS void LANGUAGE sql AS $$
  SELECT dynamo.put_item(jsonb_build_object('TableName', 'Games', 'Item', jsonb_build_object('User', jsonb_build_object('S', u), 'Title', jsonb_build_object('S', t), 'Score', '{"N": "1"}'::jsonb)))
    FROM (VALUES ('me'), ('you')) u (u), (VALUES ('chess'), ('go')) t (t) $$;
SELECT fill() IS NULL AS filled;

CREATE ROLE regress_dynamo_tenant;
GRANT USAGE ON SCHEMA dynamo, dynamo_tables TO regress_dynamo_tenant;
GRANT ALL ON dynamo_tables."Games", dynamo_tables."Numbers", dynamo_tables."Bytes" TO regress_dynamo_tenant;
-- Null says that there is a leading key: ForAllValues holds for none, as of Scan.
SELECT dynamo.put_policy('regress_tenant', '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn:aws:dynamodb:*:*:table/*",
  "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["me", "1", "bWU="]}, "Null": {"dynamodb:LeadingKeys": "false"}}}}') IS NOT NULL AS put;
SELECT dynamo.attach_role_policy('regress_dynamo_tenant', 'regress_tenant') IS NOT NULL AS attached;

-- What a call comes to as the role, in a subtransaction that is taken back.
CREATE FUNCTION outcome(role text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE answer text;
BEGIN
  BEGIN
    EXECUTE format('SET LOCAL ROLE %I', role);
    EXECUTE 'SELECT string_agg(x::text, '' '') FROM dynamo.' || call || ' x' INTO answer;
    RAISE EXCEPTION SQLSTATE 'ZZZZZ' USING message = coalesce(answer, 'nothing');
  EXCEPTION
    WHEN SQLSTATE 'ZZZZZ' THEN RETURN SQLERRM;
    WHEN SQLSTATE 'DY015' THEN RETURN 'denied ' || substring(SQLERRM FROM 'perform: (.*) (because|with)');
    WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
  END;
END $$;

-- the text, once
SET ROLE regress_dynamo_tenant;
SELECT dynamo.get_item('{"TableName": "Games", "Key": {"User": {"S": "you"}, "Title": {"S": "go"}}}');
RESET ROLE;

-- its own
SELECT n, outcome('regress_dynamo_tenant', call) FROM (VALUES
  (1, $$get_item('{"TableName": "Games", "Key": {"User": {"S": "me"}, "Title": {"S": "go"}}}')$$),
  (2, $$put_item('{"TableName": "Games", "Item": {"User": {"S": "me"}, "Title": {"S": "go"}, "Other": {"S": "you"}}, "ReturnValues": "ALL_OLD"}')$$),
  (3, $$update_item('{"TableName": "Games", "Key": {"User": {"S": "me"}, "Title": {"S": "go"}}, "UpdateExpression": "SET Score = Score + :n", "ExpressionAttributeValues": {":n": {"N": "1"}}, "ReturnValues": "ALL_NEW"}')$$),
  (4, $$query('{"TableName": "Games", "KeyConditionExpression": "#u = :u", "ExpressionAttributeNames": {"#u": "User"}, "ExpressionAttributeValues": {":u": {"S": "me"}}, "Select": "COUNT"}')$$),
  (5, $$query('{"TableName": "Games", "IndexName": "ByScore", "KeyConditionExpression": "#u = :u", "ExpressionAttributeNames": {"#u": "User"}, "ExpressionAttributeValues": {":u": {"S": "me"}}, "Select": "COUNT"}')$$),
  (6, $$query('{"TableName": "Games", "IndexName": "ByBoth", "KeyConditionExpression": "#u = :u AND Score = :s", "ExpressionAttributeNames": {"#u": "User"}, "ExpressionAttributeValues": {":u": {"S": "me"}, ":s": {"N": "1"}}, "Select": "COUNT"}')$$),
  (7, $$batch_get_item('{"RequestItems": {"Games": {"Keys": [{"User": {"S": "me"}, "Title": {"S": "go"}}, {"User": {"S": "me"}, "Title": {"S": "chess"}}]}}}')$$),
  (8, $$partiql('SELECT Title FROM Games WHERE "User" IN (''me'', ''1'')')$$),
  (9, $$transact_get_items('{"TransactItems": [{"Get": {"TableName": "Games", "Key": {"User": {"S": "me"}, "Title": {"S": "go"}}}}]}')$$),
  (10, $$get_item('{"TableName": "Numbers", "Key": {"n": {"N": "1.0"}}}')$$),
  (11, $$get_item('{"TableName": "Bytes", "Key": {"b": {"B": "bWU="}}}')$$),
  (12, $$update_item('{"TableName": "Games", "Key": {"User": {"S": "me"}, "Title": {"S": "go"}}, "ReturnItemCollectionMetrics": "SIZE"}')$$),
  (13, $q$put_items('Games', $$SELECT jsonb_build_object('User', 'me', 'Title', 'game ' || i, 'Score', i, repeat('x', i), i) FROM generate_series(1, 250) i$$)$q$)) v (n, call) ORDER BY n;
-- each item that a query puts is asked about alone, whatever the one before it was
SELECT n, outcome('regress_dynamo_tenant', call) FROM (VALUES
  (1, $q$put_items('Games', $$SELECT jsonb_build_object('User', CASE WHEN i < 150 THEN 'me' ELSE 'you' END, 'Title', 'game ' || i, 'Score', i) FROM generate_series(1, 250) i$$)$q$),
  (2, $q$put_items('Games', ARRAY['{"User": "you", "Title": "a", "Score": 1}', '{"User": "me", "Title": "b", "Score": 1}']::jsonb[])$q$),
  (3, $q$put_items('Games', '{}'::jsonb[])$q$)) v (n, call) ORDER BY n;

-- another's, by key
CREATE TABLE tries (n serial, call text);
INSERT INTO tries (call) VALUES
  ($$get_item('{"TableName": "Games", "Key": {"User": {"S": "you"}, "Title": {"S": "none"}}}')$$),
  ($$get_item('{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/Games", "Key": {"User": {"S": "you"}, "Title": {"S": "go"}}}')$$),
  ($$get_item('{"TableName": "Numbers", "Key": {"n": {"N": "2"}}}')$$),
  ($$get_item('{"TableName": "Bytes", "Key": {"b": {"B": "eW91"}}}')$$),
  ($$put_item('{"TableName": "Games", "Item": {"User": {"S": "you"}, "Title": {"S": "go"}}}')$$),
  ($$put_item('{"TableName": "Games", "Item": {"User": {"S": "you"}, "Title": {"S": "go"}}, "ConditionExpression": "attribute_not_exists(Title)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}')$$),
  ($$update_item('{"TableName": "Games", "Key": {"User": {"S": "you"}, "Title": {"S": "go"}}}')$$),
  ($$update_item('{"TableName": "Games", "Key": {"User": {"S": "you"}, "Title": {"S": "go"}}, "ConditionExpression": "attribute_exists(Title)"}')$$),
  ($$delete_item('{"TableName": "Games", "Key": {"User": {"S": "you"}, "Title": {"S": "go"}}, "Expected": {"Title": {"Exists": false}}}')$$),
  ($$batch_get_item('{"RequestItems": {"Games": {"Keys": [{"User": {"S": "me"}, "Title": {"S": "go"}}, {"User": {"S": "you"}, "Title": {"S": "go"}}]}}}')$$),
  ($$batch_get_item('{"RequestItems": {"Games": {"Keys": [{"User": {"S": "me"}, "Title": {"S": "go"}}]}, "Numbers": {"Keys": [{"n": {"N": "2"}}]}}}')$$),
  ($$batch_write_item('{"RequestItems": {"Games": [{"PutRequest": {"Item": {"User": {"S": "me"}, "Title": {"S": "x"}}}}, {"PutRequest": {"Item": {"User": {"S": "you"}, "Title": {"S": "x"}}}}]}}')$$),
  ($$batch_write_item('{"RequestItems": {"Games": [{"DeleteRequest": {"Key": {"User": {"S": "you"}, "Title": {"S": "go"}}}}]}}')$$),
  ($$transact_get_items('{"TransactItems": [{"Get": {"TableName": "Games", "Key": {"User": {"S": "me"}, "Title": {"S": "go"}}}}, {"Get": {"TableName": "Games", "Key": {"User": {"S": "you"}, "Title": {"S": "go"}}}}]}')$$),
  ($$transact_write_items('{"TransactItems": [{"Put": {"TableName": "Games", "Item": {"User": {"S": "me"}, "Title": {"S": "x"}}}}, {"ConditionCheck": {"TableName": "Games", "Key": {"User": {"S": "you"}, "Title": {"S": "go"}}, "ConditionExpression": "attribute_exists(Title)"}}]}')$$),
  ($$transact_write_items('{"TransactItems": [{"Put": {"TableName": "Games", "Item": {"User": {"S": "you"}, "Title": {"S": "x"}}}}]}')$$),
  ($$transact_write_items('{"TransactItems": [{"Update": {"TableName": "Games", "Key": {"User": {"S": "you"}, "Title": {"S": "go"}}, "UpdateExpression": "SET Score = :n", "ConditionExpression": "Score > :n", "ExpressionAttributeValues": {":n": {"N": "1"}}, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}]}')$$),
  ($$transact_write_items('{"TransactItems": [{"Delete": {"TableName": "Games", "Key": {"User": {"S": "you"}, "Title": {"S": "go"}}}}]}')$$),
  ($$update_item('{"TableName": "Games", "Key": {"User": {"S": "you"}, "Title": {"S": "go"}}, "ReturnItemCollectionMetrics": "SIZE", "ReturnConsumedCapacity": "INDEXES"}')$$),
-- by range, index and scan
  ($$query('{"TableName": "Games", "KeyConditionExpression": "#u = :u", "ExpressionAttributeNames": {"#u": "User"}, "ExpressionAttributeValues": {":u": {"S": "you"}}, "Select": "COUNT"}')$$),
  ($$query('{"TableName": "Games", "KeyConditionExpression": "#u = :u", "FilterExpression": "Score = :n", "ExpressionAttributeNames": {"#u": "User"}, "ExpressionAttributeValues": {":u": {"S": "you"}, ":n": {"S": "me"}}}')$$),
  ($$query('{"TableName": "Games", "KeyConditions": {"User": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "you"}]}}}')$$),
  ($$query('{"TableName": "Games", "IndexName": "ByScore", "KeyConditions": {"User": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "you"}]}}}')$$),
  ($$query('{"TableName": "Games", "IndexName": "ByTitle", "KeyConditions": {"Title": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "go"}]}}}')$$),
  ($$query('{"TableName": "Games", "IndexName": "ByBoth", "KeyConditions": {"User": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "you"}]}, "Score": {"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "1"}]}}}')$$),
  ($$scan('{"TableName": "Games"}')$$),
  ($$scan('{"TableName": "Games", "Select": "COUNT", "FilterExpression": "#u = :u", "ExpressionAttributeNames": {"#u": "User"}, "ExpressionAttributeValues": {":u": {"S": "me"}}}')$$),
  ($$scan('{"TableName": "Games", "IndexName": "ByTitle", "TotalSegments": 2, "Segment": 1}')$$),
  ($$scan('{"TableName": "Games", "ExclusiveStartKey": {"User": {"S": "me"}, "Title": {"S": "go"}}}')$$),
-- by statements
  ($$partiql('SELECT * FROM Games')$$),
  ($$partiql('SELECT * FROM Games WHERE "User" = ''you''')$$),
  ($$partiql('SELECT * FROM Games WHERE "User" = ?', '[{"S": "you"}]')$$),
  ($$partiql('SELECT * FROM Games WHERE "User" IN (''me'', ''you'')')$$),
  ($$partiql('SELECT * FROM Games WHERE "User" = ''me'' OR "User" = ''you'' AND Title = ''go''')$$),
  ($$partiql('SELECT * FROM Games WHERE "User" = ''me'' OR Score = 1')$$),
  ($$partiql('SELECT * FROM Games WHERE "User" > ''m''')$$),
  ($$partiql('SELECT * FROM "Games"."ByTitle" WHERE Title = ''go''')$$),
  ($$partiql('SELECT * FROM "Games"."ByTitle" WHERE "User" = ''me''')$$),
  ($$partiql('SELECT * FROM "Games"."ByBoth" WHERE "User" = ''you'' AND Score IN (1, 2)')$$),
  ($$execute_statement('{"Statement": "SELECT * FROM Games WHERE \"User\" = ''you'' AND Title = ''go''"}')$$),
  ($$execute_statement('{"Statement": "INSERT INTO Games VALUE {''User'': ''you'', ''Title'': ''x''}"}')$$),
  ($$execute_statement('{"Statement": "UPDATE Games SET Score = 2 WHERE \"User\" = ''you'' AND Title = ''go'' RETURNING ALL OLD *"}')$$),
  ($$execute_statement('{"Statement": "DELETE FROM Games WHERE \"User\" = ''you'' AND Title = ''go'' RETURNING ALL OLD *"}')$$),
  ($$execute_transaction('{"TransactStatements": [{"Statement": "SELECT * FROM Games WHERE \"User\" = ''you'' AND Title = ''go''"}]}')$$),
  ($$execute_transaction('{"TransactStatements": [{"Statement": "INSERT INTO Games VALUE {''User'': ''me'', ''Title'': ''x''}"}, {"Statement": "EXISTS(SELECT * FROM Games WHERE \"User\" = ''you'' AND Title = ''go'')"}]}')$$),
  ($$execute_transaction('{"TransactStatements": [{"Statement": "UPDATE Games SET Score = 2 WHERE \"User\" = ''you'' AND Title = ''go'' AND Score = 3"}]}')$$),
  ($$execute_transaction('{"TransactStatements": [{"Statement": "DELETE FROM Games WHERE \"User\" = ''you'' AND Title = ''go''"}]}')$$),
-- streams: a record has no leading key to hold to
  ($$describe_stream('{"StreamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Games/stream/2026-01-01T00:00:00.000"}')$$),
  ($$get_shard_iterator('{"StreamArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Games/stream/2026-01-01T00:00:00.000", "ShardId": "shardId-00000000000000000001-a", "ShardIteratorType": "LATEST"}')$$),
  ($$changes('Games')$$),
  ($$list_streams('{"TableName": "Games"}')$$);
SELECT n, outcome('regress_dynamo_tenant', call) FROM tries ORDER BY n;

-- a batch of statements answers each for itself, and one that is wrong refuses no other
SELECT r #>> '{Error,Code}' AS code, r -> 'Item' AS item FROM jsonb_array_elements(outcome('regress_dynamo_tenant', $$batch_execute_statement('{"Statements": [{"Statement": "SELECT Title FROM Games WHERE \"User\" = ''me'' AND Title = ''go''"}, {"Statement": "SELECT Title FROM Games WHERE \"User\" = ''you'' AND Title = ''go''"},
  {"Statement": "SELECT Title FROM Games WHERE \"User\" = ''you''"}]}')$$)::jsonb -> 'Responses') r;
SELECT r #>> '{Error,Code}' AS code, r -> 'Item' AS item FROM jsonb_array_elements(outcome('regress_dynamo_tenant', $$batch_execute_statement('{"Statements": [{"Statement": "DELETE FROM Games WHERE \"User\" = ''me'' AND Title = ''go''"}, {"Statement": "DELETE FROM Games WHERE \"User\" = ''you'' AND Title = ''go''"},
  {"Statement": "UPDATE Games SET Score = 2 WHERE \"User\" = ''you''"}]}')$$)::jsonb -> 'Responses') r;

-- positions and tokens give no right: another's key is outside of the partition, and a token of a scan belongs to its statement
SELECT outcome('regress_dynamo_tenant', $$query('{"TableName": "Games", "KeyConditions": {"User": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "me"}]}}, "ExclusiveStartKey": {"User": {"S": "you"}, "Title": {"S": "chess"}}}')$$);
SELECT dynamo.execute_statement('{"Statement": "SELECT * FROM Games", "Limit": 1}') ->> 'NextToken' AS token \gset
SELECT outcome('regress_dynamo_tenant', format($$execute_statement('{"Statement": "SELECT * FROM Games", "NextToken": "%s"}')$$, :'token'));
SELECT outcome('regress_dynamo_tenant', format($$execute_statement('{"Statement": "SELECT * FROM Games WHERE \"User\" = ''me''", "NextToken": "%s"}')$$, :'token'));

-- a request that is wrong is told what is wrong only of what it asks itself
SELECT n, outcome('regress_dynamo_tenant', call) FROM (VALUES
  (1, $$get_item('{"TableName": "Games", "Key": {"User": {"N": "1"}, "Title": {"S": "go"}}}')$$),
  (2, $$get_item('{"TableName": "Games", "Key": {"User": {"S": "you"}}}')$$),
  (3, $$query('{"TableName": "Games", "KeyConditions": {"Title": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "go"}]}}}')$$)) v (n, call) ORDER BY n;

-- IAM's trap: without Null the condition holds where there is no leading key
SELECT dynamo.put_policy('regress_tenant', '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "me"}}}}') IS NOT NULL AS put;
SELECT outcome('regress_dynamo_tenant', $$scan('{"TableName": "Games", "Select": "COUNT"}')$$);
-- of several partition attributes each has its key
SELECT dynamo.put_policy('regress_tenant', '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "dynamodb:Query", "Resource": "*", "Condition": {"StringEquals": {"dynamodb:FirstPartitionKeyValues": "you", "dynamodb:SecondPartitionKeyValues": "1"}}}}') IS NOT NULL AS put;
SELECT n, outcome('regress_dynamo_tenant', format($$query('{"TableName": "Games", "IndexName": "ByBoth", "Select": "COUNT", "KeyConditions": {"User": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "%s"}]}, "Score": {"ComparisonOperator": "EQ", "AttributeValueList": [{"N": "%s"}]}}}')$$, u, n)) FROM (VALUES ('you', 1), ('you', 2), ('me', 1)) v (u, n);
-- a statement that reads all partitions can be told, wherever it is
SELECT dynamo.put_policy('regress_tenant', '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}, {"Effect": "Deny", "Action": "dynamodb:PartiQLSelect", "Resource": "*", "Condition": {"Bool": {"dynamodb:FullTableScan": "true"}}}]}') IS NOT NULL AS put;
SELECT n, outcome('regress_dynamo_tenant', call) FROM (VALUES
  (1, $$partiql('SELECT Title FROM Games WHERE "User" = ''you''')$$),
  (2, $$partiql('SELECT Title FROM Games WHERE Score = 1')$$),
  (3, $$partiql('SELECT Title FROM "Games"."ByTitle"')$$),
  (4, $$scan('{"TableName": "Games", "Select": "COUNT"}')$$),
  (5, $$execute_transaction('{"TransactStatements": [{"Statement": "SELECT Title FROM Games WHERE \"User\" = ''you'' AND Title = ''go''"}]}')$$)) v (n, call) ORDER BY n;
-- transactions can be told from single calls
SELECT dynamo.put_policy('regress_tenant', '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}, {"Effect": "Deny", "Action": "dynamodb:*", "Resource": "*", "Condition": {"StringLike": {"dynamodb:EnclosingOperation": "*Transact*"}}}]}') IS NOT NULL AS put;
SELECT n, outcome('regress_dynamo_tenant', call) FROM (VALUES
  (1, $$get_item('{"TableName": "Games", "Key": {"User": {"S": "none"}, "Title": {"S": "go"}}}')$$),
  (2, $$transact_get_items('{"TransactItems": [{"Get": {"TableName": "Games", "Key": {"User": {"S": "me"}, "Title": {"S": "go"}}}}]}')$$),
  (3, $$transact_write_items('{"TransactItems": [{"Delete": {"TableName": "Games", "Key": {"User": {"S": "you"}, "Title": {"S": "go"}}}}]}')$$),
  (4, $$execute_transaction('{"TransactStatements": [{"Statement": "SELECT Title FROM Games WHERE \"User\" = ''you'' AND Title = ''go''"}]}')$$)) v (n, call) ORDER BY n;

-- nothing has changed
SELECT count(*) FROM dynamo_tables."Games" WHERE item ->> 'Score' = '1';
SELECT dynamo.detach_role_policy('regress_dynamo_tenant', 'regress_tenant') IS NOT NULL AS detached, dynamo.delete_policy('regress_tenant') IS NOT NULL AS deleted;
SELECT outcome('regress_dynamo_tenant', $$scan('{"TableName": "Games", "Select": "COUNT"}')$$);
SELECT dynamo.delete_table(jsonb_build_object('TableName', t)) IS NOT NULL AS deleted FROM (VALUES ('Games'), ('Numbers'), ('Bytes')) v (t);
REVOKE ALL ON SCHEMA dynamo, dynamo_tables FROM regress_dynamo_tenant;
DROP ROLE regress_dynamo_tenant;
DROP TABLE tries;
DROP FUNCTION outcome;
DROP FUNCTION fill;
