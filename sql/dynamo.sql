-- dynamo: DynamoDB tables in PostgreSQL. The whole surface of the latest version.
\echo Use "CREATE EXTENSION dynamo" to load this file. \quit
