#!/bin/bash
# AWS's getting-started walk-through with the AWS CLI, then the same items by SQL.
set -eu

ddb() {
	/usr/bin/aws dynamodb "$@" --endpoint-url "$DYNAMO_ENDPOINT" --output json
}

expect() { # what got wanted
	[ "$2" = "$3" ] || { printf '%s:\n got    %s\n wanted %s\n' "$1" "$2" "$3" >&2; exit 1; }
	echo "$1: as it should be"
}

put() { # artist title album genre awards
	ddb put-item --table-name Music --item "{\"Artist\": {\"S\": \"$1\"}, \"SongTitle\": {\"S\": \"$2\"},
		\"AlbumTitle\": {\"S\": \"$3\"}, \"Genre\": {\"S\": \"$4\"}, \"Awards\": {\"N\": \"$5\"}}"
}

wait_for_index() {
	local tries
	for tries in $(seq 60); do
		[ "$(ddb describe-table --table-name Music \
			--query 'Table.GlobalSecondaryIndexes[0].IndexStatus')" != '"ACTIVE"' ] || return 0
		sleep 0.5
	done
	return 1
}

expect "create-table" "$(ddb create-table --table-name Music \
	--attribute-definitions AttributeName=Artist,AttributeType=S AttributeName=SongTitle,AttributeType=S \
	--key-schema AttributeName=Artist,KeyType=HASH AttributeName=SongTitle,KeyType=RANGE \
	--provisioned-throughput ReadCapacityUnits=5,WriteCapacityUnits=5 --table-class STANDARD \
	--query 'TableDescription.[TableName, KeySchema[1].AttributeName]' | tr -d ' \n')" '["Music","SongTitle"]'
ddb wait table-exists --table-name Music
expect "describe-table" "$(ddb describe-table --table-name Music --query Table.TableStatus)" '"ACTIVE"'

put 'No One You Know' 'Call Me Today' 'Somewhat Famous' 'Country' 1
put 'No One You Know' 'Howdy' 'Somewhat Famous' 'Country' 2
put 'Acme Band' 'Happy Day' 'Songs About Life' 'Rock' 10
put 'Acme Band' 'PartiQL Rocks' 'Another Album Title' 'Rock' 8

key='{"Artist": {"S": "Acme Band"}, "SongTitle": {"S": "Happy Day"}}'
expect "get-item" "$(ddb get-item --consistent-read --table-name Music --key "$key" --query Item.Awards.N)" '"10"'
expect "update-item" "$(ddb update-item --table-name Music --key "$key" \
	--update-expression 'SET AlbumTitle = :newval' \
	--expression-attribute-values '{":newval": {"S": "Updated Album Title"}}' \
	--return-values ALL_NEW --query Attributes.AlbumTitle.S)" '"Updated Album Title"'
expect "query" "$(ddb query --table-name Music \
	--key-condition-expression 'Artist = :name AND begins_with(SongTitle, :start)' \
	--expression-attribute-values '{":name": {"S": "Acme Band"}, ":start": {"S": "Happy"}}' \
	--query '[Count, Items[0].AlbumTitle.S]' | tr -d '\n' | tr -s ' ')" '[ 1, "Updated Album Title"]'
expect "scan" "$(ddb scan --table-name Music --filter-expression 'Genre = :genre' \
	--expression-attribute-values '{":genre": {"S": "Country"}}' \
	--query '[Count, ScannedCount, sort(Items[].SongTitle.S)]' | tr -d '\n' | tr -s ' ')" \
	'[ 2, 4, [ "Call Me Today", "Howdy" ]]'

ddb update-table --table-name Music \
	--attribute-definitions AttributeName=AlbumTitle,AttributeType=S \
	--global-secondary-index-updates '[{"Create": {"IndexName": "AlbumTitle-index",
		"KeySchema": [{"AttributeName": "AlbumTitle", "KeyType": "HASH"}],
		"ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": 5},
		"Projection": {"ProjectionType": "ALL"}}}]' >/dev/null
wait_for_index
expect "query an index" "$(ddb query --table-name Music --index-name AlbumTitle-index \
	--key-condition-expression 'AlbumTitle = :name' \
	--expression-attribute-values '{":name": {"S": "Somewhat Famous"}}' --query Count)" 2

expect "delete-item" "$(ddb delete-item --table-name Music \
	--key '{"Artist": {"S": "No One You Know"}, "SongTitle": {"S": "Howdy"}}' \
	--return-values ALL_OLD --query Attributes.Awards.N)" '"2"'

expect "SQL join" "$(psql -XAtc "
	SELECT string_agg(concat_ws('/', m.\"SongTitle\", m.item->>'AlbumTitle', m.item->>'Awards', l.label), ' ' ORDER BY m.\"SongTitle\")
	FROM dynamo_views.\"Music\" m
	JOIN (VALUES ('Acme Band', 'Acme Records'), ('No One You Know', 'Indie')) AS l(artist, label)
		ON l.artist = m.\"Artist\"")" \
	'Call Me Today/Somewhat Famous/1/Indie Happy Day/Updated Album Title/10/Acme Records PartiQL Rocks/Another Album Title/8/Acme Records'

ddb delete-table --table-name Music >/dev/null
ddb wait table-not-exists --table-name Music
expect "list-tables" "$(ddb list-tables --query "contains(TableNames, 'Music')")" false
