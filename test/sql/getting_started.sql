-- AWS's getting-started walk-through, from SQL.
SELECT dynamo.create_table('{"TableName": "Music", "BillingMode": "PAY_PER_REQUEST",
  "AttributeDefinitions": [{"AttributeName": "Artist", "AttributeType": "S"}, {"AttributeName": "SongTitle", "AttributeType": "S"}],
  "KeySchema": [{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "SongTitle", "KeyType": "RANGE"}]}') IS NOT NULL AS created;

SELECT dynamo.put_item('Music', '{"Artist": {"S": "No One You Know"}, "SongTitle": {"S": "Call Me Today"}, "AlbumTitle": {"S": "Somewhat Famous"}, "Awards": {"N": "1"}}');
SELECT dynamo.put_item('Music', '{"Artist": {"S": "No One You Know"}, "SongTitle": {"S": "Howdy"}, "AlbumTitle": {"S": "Somewhat Famous"}, "Awards": {"N": "2"}}');
SELECT dynamo.put_item('Music', '{"Artist": {"S": "Acme Band"}, "SongTitle": {"S": "Happy Day"}, "AlbumTitle": {"S": "Songs About Life"}, "Awards": {"N": "10"}, "Genre": {"S": "Country"}}');
SELECT dynamo.put_item('Music', '{"Artist": {"S": "Acme Band"}, "SongTitle": {"S": "PartiQL Rocks"}, "AlbumTitle": {"S": "Another Album Title"}, "Awards": {"N": "8"}, "Genre": {"S": "Country"}}',
  condition_expression => 'attribute_not_exists(Artist)');

SELECT dynamo.get_item('Music', '{"Artist": {"S": "Acme Band"}, "SongTitle": {"S": "Happy Day"}}', consistent_read => true);
SELECT dynamo.update_item('Music', '{"Artist": {"S": "Acme Band"}, "SongTitle": {"S": "Happy Day"}}', update_expression => 'SET AlbumTitle = :newval',
  expression_attribute_values => '{":newval": {"S": "Updated Album Title"}}', return_values => 'ALL_NEW');
SELECT dynamo.query('Music', key_condition_expression => 'Artist = :name AND begins_with(SongTitle, :start)',
  expression_attribute_values => '{":name": {"S": "Acme Band"}, ":start": {"S": "Parti"}}');
SELECT dynamo.query('Music', key_condition_expression => 'Artist = :name', projection_expression => 'SongTitle',
  expression_attribute_values => '{":name": {"S": "Acme Band"}}');
SELECT jsonb_agg(i ORDER BY i) FROM dynamo.scan('Music', filter_expression => 'Genre = :g', expression_attribute_values => '{":g": {"S": "Country"}}') r, jsonb_array_elements(r->'Items') i;
SELECT dynamo.delete_item('Music', '{"Artist": {"S": "No One You Know"}, "SongTitle": {"S": "Howdy"}}', return_values => 'ALL_OLD');

-- the same items, joined with a relational table
CREATE TABLE country (artist text, name text);
INSERT INTO country VALUES ('Acme Band', 'Iceland'), ('No One You Know', 'Peru');
SELECT c.name, m.item->>'SongTitle' AS song, (m.item->>'Awards')::numeric AS awards
  FROM dynamo_views."Music" m JOIN country c ON c.artist = m."Artist" ORDER BY 2;
DROP TABLE country;

-- each exception is an SQLSTATE
DO $$ BEGIN
  PERFORM dynamo.put_item('Music', '{"Artist": {"S": "Acme Band"}, "SongTitle": {"S": "Happy Day"}}', condition_expression => 'attribute_not_exists(Artist)');
EXCEPTION WHEN SQLSTATE 'DY004' THEN RAISE NOTICE 'caught: %', sqlerrm; END $$;

SELECT dynamo.delete_table('{"TableName": "Music"}') IS NOT NULL AS deleted;
