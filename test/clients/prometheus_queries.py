"""Makes requests until Prometheus, whose address is the first argument, has a result for each query of the dashboard that
the second one names, an exemplar of a request, and evaluates each alert."""
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

PROMETHEUS, DASHBOARD = sys.argv[1:]
ATTEMPTS = 300


def call(operation, request):
    headers = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "DynamoDB_20120810." + operation}
    body = json.dumps(request).encode()
    with urllib.request.urlopen(urllib.request.Request(os.environ["DYNAMO_ENDPOINT"], body, headers)) as answer:
        return json.load(answer)


def ask(path, **parameters):
    try:
        with urllib.request.urlopen(PROMETHEUS + path + "?" + urllib.parse.urlencode(parameters)) as answer:
            return json.load(answer)["data"]
    except urllib.error.HTTPError as error:
        sys.exit(f"{parameters}: {error.read().decode()}")
    except OSError:  # it starts still
        return None


def has_result(query):
    data = ask("/api/v1/query", query=query.replace("$__rate_interval", "1m"))
    return data is not None and len(data["result"]) > 0


def wait_for(what, condition):
    for _ in range(ATTEMPTS):
        call("GetItem", {"TableName": "Scraped", "Key": {"id": {"S": "1"}}})
        if condition():
            return
        time.sleep(0.2)
    sys.exit(f"waited in vain for {what}")


def alerts():
    data = ask("/api/v1/rules")
    return [rule for group in data["groups"] for rule in group["rules"]] if data else []


def has_exemplar():
    name = "dynamo_successful_request_latency_seconds_bucket"
    now = time.time()
    found = ask("/api/v1/query_exemplars", query=name, start=now - 3600, end=now + 60)
    return bool(found) and all("request_id" in each["labels"] for series in found for each in series["exemplars"])


call("CreateTable", {"TableName": "Scraped", "BillingMode": "PAY_PER_REQUEST",
                     "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                     "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]})
with open(DASHBOARD, encoding="utf-8") as file:
    queries = [target["expr"] for panel in json.load(file)["panels"] for target in panel["targets"]]
for query in queries:
    wait_for(query, lambda: has_result(query))
wait_for("an exemplar", has_exemplar)
wait_for("alerts", lambda: alerts() and all(rule["health"] == "ok" for rule in alerts()))
call("DeleteTable", {"TableName": "Scraped"})
print(f"{len(queries)} queries and {len(alerts())} alerts")
