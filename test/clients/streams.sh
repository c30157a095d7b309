#!/bin/bash
# A stream read with the AWS CLI.
set -eu

ddb() {
	/usr/bin/aws "$@" --endpoint-url "$DYNAMO_ENDPOINT" --output text
}

until_is() { # wanted command...
	local tries wanted=$1
	shift
	for tries in $(seq 300); do
		[ "$("$@")" != "$wanted" ] || return 0
		sleep 0.2
	done
	echo "never $wanted: $*" >&2
	return 1
}

arn=$(ddb dynamodb create-table --table-name StreamsShell --billing-mode PAY_PER_REQUEST \
	--attribute-definitions AttributeName=p,AttributeType=S --key-schema AttributeName=p,KeyType=HASH \
	--stream-specification StreamEnabled=true,StreamViewType=KEYS_ONLY --query TableDescription.LatestStreamArn)
until_is ENABLED ddb dynamodbstreams describe-stream --stream-arn "$arn" --query StreamDescription.StreamStatus
[ "$(ddb dynamodbstreams list-streams --table-name StreamsShell --query 'Streams[].StreamArn')" = "$arn" ]
ddb dynamodb put-item --table-name StreamsShell --item '{"p": {"S": "one"}}'

# The keys of all shards' records
keys() {
	local shard iterator
	for shard in $(ddb dynamodbstreams describe-stream --stream-arn "$arn" --query 'StreamDescription.Shards[].ShardId'); do
		iterator=$(ddb dynamodbstreams get-shard-iterator --stream-arn "$arn" --shard-id "$shard" --shard-iterator-type TRIM_HORIZON)
		ddb dynamodbstreams get-records --shard-iterator "$iterator" --query 'Records[].[eventName, dynamodb.Keys.p.S]' | tr '\t\n' ' '
	done
}

until_is 'INSERT one ' keys
ddb dynamodb delete-table --table-name StreamsShell >/dev/null
