-- What has changed since 1.0. The result is what dynamo.sql makes.
\echo Use "ALTER EXTENSION dynamo UPDATE TO '1.1'" to load this file. \quit
