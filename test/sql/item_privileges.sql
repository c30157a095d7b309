-- Roles need PostgreSQL's privileges on a table's relation.
SELECT dynamo.create_table('{"TableName": "priv", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}') IS NOT NULL AS created;
CREATE ROLE regress_dynamo_role;
GRANT USAGE ON SCHEMA dynamo TO regress_dynamo_role;

CREATE FUNCTION allowed(privileges text) RETURNS TABLE (operation text, result text) LANGUAGE plpgsql AS $$
DECLARE
  key text := '"TableName": "priv", "Key": {"pk": {"S": "a"}}';
  item text := '"TableName": "priv", "Item": {"pk": {"S": "a"}}';
  put text := '{"RequestItems": {"priv": [{"PutRequest": {"Item": {"pk": {"S": "b"}}}}]}}';
  gone text := '{"RequestItems": {"priv": [{"DeleteRequest": {"Key": {"pk": {"S": "b"}}}}]}}';
  call text;
BEGIN
  REVOKE ALL ON dynamo_tables.priv FROM regress_dynamo_role;
  IF privileges <> '' THEN EXECUTE format('GRANT %s ON dynamo_tables.priv TO regress_dynamo_role', privileges); END IF;
  FOR operation, call IN VALUES
    ('put', format('put_item(%L)', '{' || item || '}')),
    ('put if', format('put_item(%L)', '{' || item || ', "ConditionExpression": "attribute_exists(pk)"}')),
    ('put for old', format('put_item(%L)', '{' || item || ', "ReturnValues": "ALL_OLD"}')),
    ('get', format('get_item(%L)', '{' || key || '}')),
    ('update', format('update_item(%L)', '{' || key || '}')),
    ('batch put', format('batch_write_item(%L)', put)),
    ('batch delete', format('batch_write_item(%L)', gone)),
    ('batch get', 'batch_get_item(''{"RequestItems": {"priv": {"Keys": [{"pk": {"S": "a"}}]}}}'')'),
    ('scan', 'scan(''{"TableName": "priv"}'')'),
    ('query', 'query(''{"TableName": "priv", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}'')'),
    ('delete if', format('delete_item(%L)', '{' || key || ', "ConditionExpression": "attribute_not_exists(v)"}')),
    ('delete', format('delete_item(%L)', '{' || key || '}'))
  LOOP
    BEGIN
      SET LOCAL ROLE regress_dynamo_role;
      EXECUTE 'SELECT dynamo.' || call;
      result := 'allowed';
    EXCEPTION WHEN OTHERS THEN result := sqlstate || ' ' || sqlerrm;
    END;
    RESET ROLE;
    RETURN NEXT;
  END LOOP;
END $$;
SELECT g.privileges, string_agg(a.operation, ', ' ORDER BY n) FILTER (WHERE result = 'allowed') AS allowed, string_agg(DISTINCT result, '; ') FILTER (WHERE result <> 'allowed') AS refused
  FROM (VALUES ('', 1), ('SELECT', 2), ('INSERT, UPDATE', 3), ('INSERT', 4), ('DELETE', 5), ('SELECT, DELETE', 6), ('SELECT, INSERT, UPDATE', 7)) g (privileges, i),
    allowed(g.privileges) WITH ORDINALITY a (operation, result, n) GROUP BY g.privileges, i ORDER BY i;

-- Tags are for those who may read the items, and the owner; others get no further than that they do not own the table.
CREATE FUNCTION tags_for(owner boolean, privileges text) RETURNS TABLE (operation text, result text) LANGUAGE plpgsql AS $$
DECLARE
  arn text := jsonb_build_object('ResourceArn', dynamo.describe_table('{"TableName": "priv"}') #> '{Table,TableArn}');
  call text;
BEGIN
  EXECUTE format('ALTER TABLE dynamo_tables.priv OWNER TO %I', CASE WHEN owner THEN 'regress_dynamo_role' ELSE current_user END);
  REVOKE ALL ON dynamo_tables.priv FROM regress_dynamo_role;
  IF privileges <> '' THEN EXECUTE format('GRANT %s ON dynamo_tables.priv TO regress_dynamo_role', privileges); END IF;
  FOR operation, call IN VALUES ('list', format('list_tags_of_resource(%L)', arn)),
    ('tag', format('tag_resource(%L)', arn::jsonb || (SELECT jsonb_build_object('Tags', jsonb_agg(jsonb_build_object('Key', i::text, 'Value', ''))) FROM generate_series(1, 50) i))),
    ('untag', format('untag_resource(%L)', arn::jsonb || '{"TagKeys": []}')),
    ('describe', 'describe_table(''{"TableName": "priv"}'')')
  LOOP
    BEGIN
      SET LOCAL ROLE regress_dynamo_role;
      EXECUTE 'SELECT dynamo.' || call;
      result := 'allowed';
    EXCEPTION WHEN OTHERS THEN result := sqlstate || ' ' || sqlerrm;
    END;
    RESET ROLE;
    RETURN NEXT;
  END LOOP;
END $$;
SELECT dynamo.tag_resource(jsonb_build_object('ResourceArn', dynamo.describe_table('{"TableName": "priv"}') #> '{Table,TableArn}', 'Tags', '[{"Key": "secret", "Value": "value"}]'::jsonb));
SELECT g.owner, g.privileges, a.* FROM (VALUES (false, ''), (false, 'INSERT, UPDATE, DELETE'), (false, 'SELECT'), (true, '')) g (owner, privileges), tags_for(g.owner, g.privileges) a;
ALTER TABLE dynamo_tables.priv OWNER TO CURRENT_USER;

DROP FUNCTION tags_for;
DROP FUNCTION allowed;
SELECT dynamo.delete_table('{"TableName": "priv"}') IS NOT NULL AS deleted;
REVOKE USAGE ON SCHEMA dynamo FROM regress_dynamo_role;
DROP ROLE regress_dynamo_role;
