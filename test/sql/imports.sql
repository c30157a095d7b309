-- Requests for imports and bulk puts: what is refused before anything is read.
\set VERBOSITY terse
\t on
CREATE FUNCTION pg_temp.import(changes jsonb) RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.import_table('{"S3BucketSource": {"S3Bucket": "data"}, "InputFormat": "DYNAMODB_JSON",
		"TableCreationParameters": {"TableName": "Imported", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
			"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}}' || changes)
$$;
CREATE FUNCTION pg_temp.bulk(changes jsonb) RETURNS jsonb LANGUAGE sql AS $$
	SELECT dynamo.start_bulk_put_items('{"TableName": "BulkTarget", "InputS3Configuration": {"S3Bucket": "data", "InputFormat": "ION"},
		"OutputS3Configuration": {"S3Bucket": "out", "OutputType": ["ERROR"]}}' || changes)
$$;

-- ImportTable
SELECT dynamo.import_table('{}');
SELECT pg_temp.import('{"InputFormat": "XML", "InputCompressionType": "LZ4"}');
SELECT pg_temp.import('{"S3BucketSource": {"S3Bucket": "../up"}}');
SELECT pg_temp.import('{"S3BucketSource": {"S3Bucket": "data", "S3BucketOwner": "me"}}');
SELECT pg_temp.import('{"S3BucketSource": {"S3KeyPrefix": "x"}}');
SELECT pg_temp.import('{"ClientToken": "a$b"}');
SELECT pg_temp.import(jsonb_build_object('ClientToken', repeat('x', 513)));
SELECT pg_temp.import('{"InputFormatOptions": {"Csv": {"Delimiter": ";"}}}');
SELECT pg_temp.import('{"InputFormat": "CSV", "InputFormatOptions": {"Csv": {"Delimiter": "#"}}}');
SELECT pg_temp.import('{"InputFormat": "CSV", "InputFormatOptions": {"Csv": {"Delimiter": ";;"}}}');
SELECT pg_temp.import('{"InputFormat": "CSV", "InputFormatOptions": {"Csv": {"HeaderList": []}}}');
SELECT pg_temp.import('{"InputFormat": "CSV", "InputFormatOptions": {"Csv": {"HeaderList": ["id", "a,b"]}}}');
SELECT pg_temp.import('{"InputFormat": "CSV", "InputFormatOptions": {"Csv": {"HeaderList": ["id", "b", "id"]}}}');
SELECT pg_temp.import('{"TableCreationParameters": {"TableName": "x", "AttributeDefinitions": [], "KeySchema": []}}');
SELECT pg_temp.import('{"TableCreationParameters": {"TableName": "Imported", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}}');
SELECT pg_temp.import('{}');
SELECT count(*) FROM dynamo.imports;

-- DescribeImport and ListImports
SELECT dynamo.describe_import('{"ImportArn": "short"}');
SELECT dynamo.describe_import('{"ImportArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Imported"}');
SELECT dynamo.describe_import('{"ImportArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Imported/import/01795762991537-e18f2ab0"}');
SELECT dynamo.list_imports('{}');
SELECT dynamo.list_imports('{"PageSize": 26}');
SELECT dynamo.list_imports('{"TableArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Imported"}');
SELECT dynamo.list_imports(jsonb_build_object('NextToken', repeat('x', 112)));
SELECT dynamo.list_imports(jsonb_build_object('NextToken', repeat('0', 111) || '1'));
SELECT dynamo.list_imports(jsonb_build_object('NextToken', repeat('0000000000000001', 7)));

-- Bulk puts
SELECT pg_temp.bulk('{}');
SELECT dynamo.create_table('{"TableName": "BulkTarget", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
	"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}') IS NOT NULL;
SELECT dynamo.start_bulk_put_items('{}');
SELECT pg_temp.bulk('{"InputS3Configuration": {"S3Bucket": "data", "InputFormat": "CSV"}}');
SELECT pg_temp.bulk('{"OutputS3Configuration": {"OutputType": ["ERROR"]}}');
SELECT pg_temp.bulk('{"OutputS3Configuration": {"S3Bucket": "out", "OutputType": []}}');
SELECT pg_temp.bulk('{"OutputS3Configuration": {"S3Bucket": "out", "OutputType": ["ERROR"], "S3SseAlgorithm": "AES256"}}');
SELECT pg_temp.bulk('{"OutputS3Configuration": {"S3Bucket": "out", "OutputType": ["ERROR"], "S3SseKmsKeyId": "k"}}');
SELECT pg_temp.bulk('{"MaxWriteRequestUnits": 1023}');
SELECT pg_temp.bulk('{"PerformanceTier": "FAST"}');
SELECT pg_temp.bulk('{}');
SELECT dynamo.describe_bulk_operation('{"BulkOperationArn": "arn:aws:dynamodb:us-east-1:000000000000:table/BulkTarget/bulk-operation/01795762991537-e18f2ab0"}');
SELECT dynamo.cancel_bulk_operation('{"BulkOperationArn": "arn:aws:dynamodb:us-east-1:000000000000:table/BulkTarget/bulk-operation/01795762991537-e18f2ab0"}');
SELECT dynamo.list_bulk_operations('{"MaxResults": 0}');
SELECT dynamo.list_bulk_operations('{}');

-- dynamo.import_items
SELECT dynamo.import_items('NoSuchTable', 'data/x');
SELECT dynamo.import_items('BulkTarget', '../data/x');
SELECT dynamo.import_items('BulkTarget', 'data/x', 'XML');
SELECT dynamo.import_items('BulkTarget', 'data/x', 'CSV', 'LZ4');
SELECT dynamo.import_items('BulkTarget', 'data/x');
SELECT dynamo.import_items('BulkTarget', NULL);

-- Nobody reads a store without a grant, or another's imports.
CREATE ROLE regress_importer;
GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO regress_importer;
GRANT INSERT, UPDATE, SELECT ON dynamo_tables."BulkTarget" TO regress_importer;
SET ROLE regress_importer;
SELECT pg_temp.import('{}');
SELECT pg_temp.bulk('{}');
SELECT dynamo.import_items('BulkTarget', 'data/x');
SELECT count(*) FROM dynamo.imports;
SELECT count(*) FROM dynamo.import_errors;
SELECT count(*) FROM dynamo.import_job;
RESET ROLE;
-- Policies are asked before, and a bulk put is one of all items.
SELECT dynamo.put_policy('regress_import', '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "dynamodb:StartBulkPutItems", "Resource": "*"},
	{"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": "*", "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["mine"]}}}]}') IS NOT NULL,
	dynamo.attach_role_policy('regress_importer', 'regress_import') IS NOT NULL;
SET ROLE regress_importer;
SELECT pg_temp.import('{}');
SELECT pg_temp.bulk('{}');
SELECT dynamo.list_imports('{}');
SELECT dynamo.describe_import('{"ImportArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Imported/import/01795762991537-e18f2ab0"}');
SELECT dynamo.describe_bulk_operation('{"BulkOperationArn": "arn:aws:dynamodb:us-east-1:000000000000:table/BulkTarget/bulk-operation/01795762991537-e18f2ab0"}');
RESET ROLE;
SELECT dynamo.detach_role_policy('regress_importer', 'regress_import') IS NOT NULL, dynamo.delete_policy('regress_import') IS NOT NULL;
DROP OWNED BY regress_importer;
DROP ROLE regress_importer;
SELECT dynamo.delete_table('{"TableName": "BulkTarget"}') IS NOT NULL;
