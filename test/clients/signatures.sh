#!/bin/bash
# Clients that sign their requests, on a server that wants it: the AWS CLI, boto3 and the SDK for JavaScript, with the
# keys of a role and with those of a role that it assumes.
set -euo pipefail
cd "$(dirname "$0")"

status_without_key() {
	curl -s -o /dev/null -w '%{http_code}' -d '{}' -H 'X-Amz-Target: DynamoDB_20120810.ListTables' "$DYNAMO_ENDPOINT" || true
}

# Workers are replaced, and share the port: as many answers as leave no doubt that all of them are new.
authentication() { # setting status
	local tries=0 right=0
	psql -Xqc "ALTER SYSTEM SET dynamo.authentication = '$1'" -c 'SELECT pg_reload_conf()' >/dev/null
	while [ "$right" -lt 20 ]; do
		if [ "$(status_without_key)" = "$2" ]; then right=$((right + 1)); else right=0; sleep 0.1; fi
		tries=$((tries + 1))
		[ "$tries" -lt 1000 ] || { echo "dynamo.authentication does not become $1" >&2; return 1; }
	done
}

trap 'authentication off 200; psql -Xqc "DROP OWNED BY signer; DROP ROLE signer" -c "DROP OWNED BY assumed; DROP ROLE assumed"' EXIT
psql -Xq <<-'END'
	CREATE ROLE signer LOGIN;
	CREATE ROLE assumed;
	GRANT assumed TO signer;
	GRANT CREATE ON SCHEMA dynamo_tables, dynamo_views TO signer, assumed;
END
IFS='|' read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY < <(psql -XqAtc "SELECT * FROM dynamo.create_access_key('signer')")
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_ENDPOINT_URL_STS=$DYNAMO_ENDPOINT AWS_ENDPOINT_URL_DYNAMODB=$DYNAMO_ENDPOINT
authentication required 400

# The SDK takes its credentials from profiles; one has those of a role that is assumed.
AWS_CONFIG_FILE=$(mktemp)
export AWS_CONFIG_FILE
cat >"$AWS_CONFIG_FILE" <<-END
	[default]
	aws_access_key_id = $AWS_ACCESS_KEY_ID
	aws_secret_access_key = $AWS_SECRET_ACCESS_KEY
	[profile assumed]
	role_arn = arn:aws:iam::000000000000:role/assumed
	role_session_name = night
	source_profile = default
	region = us-east-1
END

aws() { command aws --endpoint-url "$DYNAMO_ENDPOINT" "$@"; }
[ "$(aws sts get-caller-identity --query Arn --output text)" = arn:aws:iam::000000000000:user/signer ]
[ "$(aws sts assume-role --role-arn arn:aws:iam::000000000000:role/assumed --role-session-name night --duration-seconds 900 \
	--query AssumedRoleUser.Arn --output text)" = arn:aws:sts::000000000000:assumed-role/assumed/night ]
error=$(AWS_SECRET_ACCESS_KEY=wrong aws dynamodb list-tables 2>&1) && exit 1
[[ $error == *"(InvalidSignatureException) when calling the ListTables operation: The request signature we calculated does not match"* ]]

# What the clients do without signatures they do with them.
./getting_started.sh
./getting_started.py
./getting_started.mjs
./electrodb.mjs
/usr/bin/python3 signed.py
env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY node signed.mjs
