#!/bin/bash
# Prometheus scrapes the metrics; each query of the dashboard has a result, and each alert can be evaluated. Of each alert:
# series at which it fires, and at which it does not.
set -euo pipefail
cd "$(dirname "$0")"
docs=../../docs/monitoring
work=$(mktemp -d)

stop() {
	[ -z "${server:-}" ] || { kill "$server"; wait "$server" || true; }
	rm -rf "$work"
}
trap stop EXIT

promtool check rules "$docs/alerts.yml" >/dev/null
cp "$docs/alerts.yml" alerts_test.yml "$work"
promtool test rules "$work/alerts_test.yml"
curl -sf "$DYNAMO_ENDPOINT/metrics" >"$work/metrics"
promtool check metrics <"$work/metrics"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >"$work/prometheus.yml" <<END
global: { scrape_interval: 1s, evaluation_interval: 1s }
rule_files: [alerts.yml]
scrape_configs:
  - job_name: dynamo
    static_configs: [{ targets: ["${DYNAMO_ENDPOINT#http://}"] }]
END
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" --enable-feature=exemplar-storage \
	--web.listen-address="127.0.0.1:$port" >"$work/log" 2>&1 &
server=$!
curl -sf -o "$work/ready" --retry 60 --retry-delay 1 --retry-all-errors "http://127.0.0.1:$port/-/ready"

python3 prometheus_queries.py "http://127.0.0.1:$port" "$docs/dashboard.json" || { cat "$work/log" >&2; exit 1; }
