#!/bin/bash
# The script of docs/moving.md that loads a file: whole, in batches, and on from where it stopped.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"; psql -Xqc "DROP TABLE IF EXISTS load_position" -c "SELECT dynamo.delete_table(\$\${\"TableName\": \"Loaded\"}\$\$)" >/dev/null' EXIT
awk '/^```sh$/ { text = ""; inside = 1; next } /^```$/ { if (inside && text ~ /^#!\/bin\/bash\n# load FILE TABLE/) printf "%s", text; inside = 0 } inside { text = text $0 "\n" }' docs/moving.md >"$work/load"
[ -s "$work/load" ]
psql -Xqc "SELECT dynamo.create_table('{\"TableName\": \"Loaded\", \"AttributeDefinitions\": [{\"AttributeName\": \"id\", \"AttributeType\": \"N\"}], \"KeySchema\": [{\"AttributeName\": \"id\", \"KeyType\": \"HASH\"}], \"BillingMode\": \"PAY_PER_REQUEST\"}')" >/dev/null
seq 1 25000 | sed 's/.*/{"Item":{"id":{"N":"&"},"text":{"S":"a \\"quoted\\", \\\\ \\t one"}}}/' >"$work/items"

expect() { # what, count
	local count
	count=$(psql -XAtqc 'SELECT count(*) || $$ $$ || count(DISTINCT item -> $$id$$) FROM dynamo_tables."Loaded"')
	[ "$count" = "$2 $2" ] || { echo "$1: $count instead of $2"; exit 1; }
}

sed '15000s/.*/{"Item":{"id":{"S":"no number"}}}/' "$work/items" >"$work/broken"
cp "$work/items" "$work/whole" && cp "$work/broken" "$work/items"
if bash "$work/load" "$work/items" Loaded >/dev/null 2>&1; then echo "a wrong item was loaded"; exit 1; fi
expect "before the wrong item" 10000
cp "$work/whole" "$work/items"
bash "$work/load" "$work/items" Loaded
expect "all" 25000
bash "$work/load" "$work/items" Loaded
expect "again" 25000
[ "$(psql -XAtqc 'SELECT item ->> $$text$$ FROM dynamo_tables."Loaded" LIMIT 1')" = "$(printf 'a "quoted", \\ \t one')" ]
