-- Contributor Insights: what needs no shared memory. test/t/insights.pl has the rest.
\set VERBOSITY terse
SELECT dynamo.create_table('{"TableName": "insights_songs", "BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}, {"AttributeName": "t", "AttributeType": "S"}, {"AttributeName": "g", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "t", "KeyType": "RANGE"}],
	"LocalSecondaryIndexes": [{"IndexName": "own", "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "g", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}],
	"GlobalSecondaryIndexes": [{"IndexName": "by_g", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}]}') IS NOT NULL;
SELECT dynamo.describe_contributor_insights('{"TableName": "insights_songs"}');
SELECT dynamo.describe_contributor_insights('{"TableName": "arn:aws:dynamodb:us-east-1:000000000000:table/insights_songs", "IndexName": "by_g"}');
SELECT dynamo.list_contributor_insights('{"TableName": "insights_songs"}');
-- Disabling what never was enabled.
SELECT dynamo.update_contributor_insights('{"TableName": "insights_songs", "ContributorInsightsAction": "DISABLE"}');
SELECT dynamo.describe_contributor_insights('{"TableName": "insights_songs"}') - 'LastUpdateDateTime';
SELECT dynamo.list_contributor_insights('{"TableName": "insights_songs"}');
-- What is wrong.
SELECT dynamo.describe_contributor_insights('{"TableName": "insights_none"}');
SELECT dynamo.describe_contributor_insights('{"TableName": "insights_songs", "IndexName": "none"}');
SELECT dynamo.describe_contributor_insights('{"TableName": "insights_songs", "IndexName": "own"}');
SELECT dynamo.describe_contributor_insights('{}');
SELECT dynamo.update_contributor_insights('{"TableName": "insights_songs"}');
SELECT dynamo.update_contributor_insights('{"TableName": "insights_songs", "ContributorInsightsAction": "ON", "ContributorInsightsMode": "ALL"}');
SELECT dynamo.update_contributor_insights('{"TableName": "insights_none", "ContributorInsightsAction": "ENABLE"}');
SELECT dynamo.list_contributor_insights('{"TableName": "insights_none"}');
SELECT dynamo.list_contributor_insights('{"MaxResults": 101}');
SELECT dynamo.list_contributor_insights('{"NextToken": "x"}');
CREATE ROLE insights_other;
SET ROLE insights_other;
SELECT dynamo.update_contributor_insights('{"TableName": "insights_songs", "ContributorInsightsAction": "DISABLE"}');
SELECT dynamo.describe_contributor_insights('{"TableName": "insights_songs"}') ->> 'ContributorInsightsStatus';
RESET ROLE;
-- Rows of the catalog may hold anything of a restored dump. A change by SQL gives no news of the table.
BEGIN;
UPDATE dynamo.table_catalog SET settings = settings || '{"Insights": [{"Index": "gone", "Mode": "THROTTLED_KEYS"}, {"Mode": "other"}, {}]}' WHERE name = 'insights_songs';
ALTER TABLE dynamo_tables.insights_songs ALTER item SET STATISTICS -1;
SELECT dynamo.describe_contributor_insights('{"TableName": "insights_songs"}') - 'LastUpdateDateTime';
SELECT dynamo.put_item('insights_songs', '{"a": {"S": "a"}, "t": {"S": "t"}, "g": {"S": "g"}}');
SELECT count(*) FROM dynamo.hot_keys WHERE table_name = 'insights_songs';
UPDATE dynamo.table_catalog SET settings = settings || '{"Insights": [7]}' WHERE name = 'insights_songs';
ALTER TABLE dynamo_tables.insights_songs ALTER item SET STATISTICS -1;
SELECT dynamo.describe_contributor_insights('{"TableName": "insights_songs"}');
ROLLBACK;
SELECT dynamo.delete_table('{"TableName": "insights_songs"}') IS NOT NULL;
DROP ROLE insights_other;
