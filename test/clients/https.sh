#!/bin/bash
# Clients over https: the AWS CLI, boto3 and the SDK for JavaScript, each by the server's certificate.
set -euo pipefail
cd "$(dirname "$0")"

plain=$DYNAMO_ENDPOINT
certificate=$(mktemp)

# Workers are replaced, and share the port: as many answers as leave no doubt that all of them are new.
wait_for() { # endpoint
	local tries=0 right=0
	while [ "$right" -lt 20 ]; do
		if curl -s -o /dev/null --cacert "$certificate" "$1"; then right=$((right + 1)); else right=0; sleep 0.1; fi
		tries=$((tries + 1))
		[ "$tries" -lt 1000 ] || { echo "nothing answers at $1" >&2; return 1; }
	done
}

speak_plainly() {
	psql -Xqc 'ALTER SYSTEM RESET dynamo.tls_cert_file' -c 'ALTER SYSTEM RESET dynamo.tls_key_file' -c 'SELECT pg_reload_conf()' >/dev/null
	wait_for "$plain"
	rm -f "$certificate"
}
trap speak_plainly EXIT

# In the data directory, by the server's user, who must own the key.
psql -Xqc "COPY (SELECT) TO PROGRAM 'umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \\
	-subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout https.key -out https.crt 2>https.log'"
psql -XqAtc "SELECT pg_read_file('https.crt')" >"$certificate"
psql -Xqc "ALTER SYSTEM SET dynamo.tls_cert_file = 'https.crt'" -c "ALTER SYSTEM SET dynamo.tls_key_file = 'https.key'" \
	-c 'SELECT pg_reload_conf()' >/dev/null
export DYNAMO_ENDPOINT=${plain/http:/https:} AWS_CA_BUNDLE=$certificate NODE_EXTRA_CA_CERTS=$certificate
export AWS_ENDPOINT_URL_DYNAMODB=$DYNAMO_ENDPOINT
wait_for "$DYNAMO_ENDPOINT"

./getting_started.sh
./getting_started.py
./getting_started.mjs
