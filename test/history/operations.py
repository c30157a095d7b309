"""What clients do, and what a client learns from each answer.

Every item says which write made it: `w` is the write's own name, no two are alike, and `p` the name of the version
before, where the write can say so. So each answer tells which version of the item the operation has met.
"""
import dataclasses
import hashlib
import random
import time
from typing import Optional

TABLE, INDEX = "History", "ByGroup"
KEYS = [(f"k{i}", n) for i in range(4) for n in (1, 2)]
GROUPS = ["g0", "g1", "g2"]
ABSENT = None  # the version of an item that is not there


@dataclasses.dataclass
class Operation:
    """A thing that happened at one instant between `start` and `end`, or did not.

    outcome: "ok", "failed" (nothing of it happened) or "unknown" (all of it or nothing).
    writes: key -> the version that it makes, ABSENT for a deletion.
    reads: key -> the version that was there before.
    """
    client: str
    kind: str
    start: float
    end: float = float("inf")
    outcome: str = "unknown"
    writes: dict = dataclasses.field(default_factory=dict)
    reads: dict = dataclasses.field(default_factory=dict)
    complaint: Optional[str] = None  # what is wrong by itself, whatever else happened


class Refused(Exception):
    """The request was answered with an error: it did nothing. `item` is what was there, where the answer has it."""

    def __init__(self, name, item=None, reasons=()):
        super().__init__(name)
        self.name, self.item, self.reasons = name, item, reasons


class Lost(Exception):
    """There was no answer, or one that does not say whether it did anything."""


def version(item):
    return item["w"]["S"] if item else ABSENT


def key_of(item):
    return item["id"]["S"], int(item["n"]["N"])


def key_value(key):
    return {"id": {"S": key[0]}, "n": {"N": str(key[1])}}


class Client:
    """One client: `call(operation, input)` returns the answer, or raises Refused or Lost."""

    def __init__(self, name, seed, call):
        self.name, self.call, self.seed = name, call, seed
        self.random = random.Random(f"{seed} {name}")
        self.made = 0
        self.seen = {}  # key -> the version that this client knows of
        self.history = []

    def new_version(self):
        self.made += 1
        return f"{self.name}.{self.made}"

    def new_item(self, key, made):
        item = key_value(key) | {"w": {"S": made}, "g": {"S": self.random.choice(GROUPS)},
                                 "pad": {"S": "x" * self.random.choice((10, 10, 300, 3000))}}
        if self.random.random() < 0.1:
            item["e"] = {"N": str(int(time.time()) - 10)}
        return item

    def keys(self, count):
        return self.random.sample(KEYS, count)

    def perform(self, kind, act):
        """Runs act(operation), which fills in what the answer tells, and keeps the operation."""
        operation = Operation(self.name, kind, time.monotonic())
        try:
            act(operation)
            operation.outcome = "ok"
        except Refused:
            operation.outcome = "failed"
        except Lost:
            pass
        if operation.outcome != "unknown":
            operation.end = time.monotonic()
            self.seen.update(operation.reads if operation.outcome == "failed" else operation.reads | operation.writes)
        self.history.append(operation)
        return operation


# --- single items ---

def put(client):
    (key,) = client.keys(1)
    made = client.new_version()

    def act(operation):
        operation.writes[key] = made
        answer = client.call("PutItem", {"TableName": TABLE, "Item": client.new_item(key, made), "ReturnValues": "ALL_OLD"})
        operation.reads[key] = version(answer.get("Attributes"))
    client.perform("put", act)


def conditional(client, kind, request, key, made, learn):
    """A write that says what was there where its condition fails, which is a read then."""
    refusals = []

    def act(operation):
        operation.writes[key] = made
        try:
            answer = client.call(kind, request | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"})
        except Refused as refused:
            refusals.append(refused)
            raise
        learn(operation, answer)
    operation = client.perform(f"conditional {kind}", act)
    if refusals and refusals[0].name == "ConditionalCheckFailedException":
        client.history.append(Operation(client.name, "failed condition", operation.start, operation.end, "ok",
                                        reads={key: version(refusals[0].item)}))
        client.seen[key] = version(refusals[0].item)


def create(client):
    (key,) = client.keys(1)
    made = client.new_version()
    request = {"TableName": TABLE, "Item": client.new_item(key, made), "ConditionExpression": "attribute_not_exists(id)"}
    conditional(client, "PutItem", request, key, made, lambda operation, answer: operation.reads.update({key: ABSENT}))


def update_request(client, key, made):
    return {"TableName": TABLE, "Key": key_value(key),
            "UpdateExpression": "SET p = if_not_exists(w, :none), w = :w, g = :g",
            "ExpressionAttributeValues": {":none": {"S": "-"}, ":w": {"S": made}, ":g": {"S": client.random.choice(GROUPS)}}}


def predecessor(item):
    return ABSENT if item["p"]["S"] == "-" else item["p"]["S"]


def update(client):
    (key,) = client.keys(1)
    made = client.new_version()

    def act(operation):
        operation.writes[key] = made
        answer = client.call("UpdateItem", update_request(client, key, made) | {"ReturnValues": "ALL_NEW"})
        operation.reads[key] = predecessor(answer["Attributes"])
        if version(answer["Attributes"]) != made:
            operation.complaint = f"ALL_NEW of {made} shows {version(answer['Attributes'])}"
    client.perform("update", act)


def update_expected(client):
    (key,) = client.keys(1)
    made, expected = client.new_version(), client.seen.get(key)
    request = update_request(client, key, made)
    if expected is ABSENT:
        request["ConditionExpression"] = "attribute_not_exists(id)"
    else:
        request["ConditionExpression"] = "w = :expected"
        request["ExpressionAttributeValues"][":expected"] = {"S": expected}
    conditional(client, "UpdateItem", request, key, made, lambda operation, answer: operation.reads.update({key: expected}))


def delete(client):
    (key,) = client.keys(1)

    def act(operation):
        operation.writes[key] = ABSENT
        answer = client.call("DeleteItem", {"TableName": TABLE, "Key": key_value(key), "ReturnValues": "ALL_OLD"})
        operation.reads[key] = version(answer.get("Attributes"))
    client.perform("delete", act)


def get(client):
    (key,) = client.keys(1)

    def act(operation):
        answer = client.call("GetItem", {"TableName": TABLE, "Key": key_value(key), "ConsistentRead": True})
        operation.reads[key] = version(answer.get("Item"))
    client.perform("get", act)


def query_index(client):
    """Each item that an index shows was there with the key that was asked for: nothing is said of those that it does not show."""
    def act(operation):
        asked = client.random.choice(GROUPS)
        answer = client.call("Query", {"TableName": TABLE, "IndexName": INDEX, "KeyConditionExpression": "g = :g",
                                       "ExpressionAttributeValues": {":g": {"S": asked}}})
        operation.reads.update({key_of(item): version(item) for item in answer["Items"]})
        if len(operation.reads) != len(answer["Items"]):
            operation.complaint = "a query of the index shows an item twice"
        if any(item["g"]["S"] != asked for item in answer["Items"]):
            operation.complaint = f"a query of the index for {asked} shows {answer['Items']}"
    client.perform("query of the index", act)


def scan(client):
    def act(operation):
        answer = client.call("Scan", {"TableName": TABLE, "ConsistentRead": True})
        found = {key_of(item): version(item) for item in answer["Items"]}
        operation.reads.update({key: found.get(key, ABSENT) for key in KEYS})
    client.perform("scan", act)


# --- several items ---

def batch_write(client):
    """Its writes are apart from each other: an operation each."""
    start = time.monotonic()
    writes = {key: client.new_version() for key in client.keys(2)}
    requests = [{"PutRequest": {"Item": client.new_item(key, made)}} for key, made in writes.items()]
    left, outcome = set(), "unknown"
    try:
        answer = client.call("BatchWriteItem", {"RequestItems": {TABLE: requests}})
        left = {key_of(request["PutRequest"]["Item"]) for request in answer["UnprocessedItems"].get(TABLE, [])}
        outcome = "ok"
    except Refused:
        outcome = "failed"
    except Lost:
        pass
    end = float("inf") if outcome == "unknown" else time.monotonic()
    for key, made in writes.items():
        client.history.append(Operation(client.name, "batch write", start, end, "failed" if key in left else outcome, {key: made}))


def batch_get(client):
    start = time.monotonic()
    keys = client.keys(3)
    try:
        answer = client.call("BatchGetItem", {"RequestItems": {TABLE: {"Keys": [key_value(key) for key in keys], "ConsistentRead": True}}})
    except (Refused, Lost):
        return
    found = {key_of(item): version(item) for item in answer["Responses"][TABLE]}
    left = {key_of(key) for key in answer["UnprocessedKeys"].get(TABLE, {}).get("Keys", [])}
    for key in set(keys) - left:
        client.history.append(Operation(client.name, "batch get", start, time.monotonic(), "ok", reads={key: found.get(key, ABSENT)}))


def transact_get(client):
    keys = client.keys(3)

    def act(operation):
        answer = client.call("TransactGetItems", {"TransactItems": [{"Get": {"TableName": TABLE, "Key": key_value(key)}} for key in keys]})
        operation.reads.update({key: version(got.get("Item")) for key, got in zip(keys, answer["Responses"])})
    client.perform("transact get", act)


def expectation(expected):
    if expected is ABSENT:
        return {"ConditionExpression": "attribute_not_exists(id)"}
    return {"ConditionExpression": "w = :expected", "ExpressionAttributeValues": {":expected": {"S": expected}}}


def transact_write(client):
    """Two updates, and by turns a check or a deletion that expect the version which the client knows."""
    first, second, third = client.keys(3)
    made = {first: client.new_version(), second: client.new_version()}
    requests = [{"Update": update_request(client, key, name)} for key, name in made.items()]
    known = client.seen.get(third)
    extra = client.random.choice(("none", "check", "delete") if third in client.seen else ("none",))
    if extra == "check":
        requests.append({"ConditionCheck": {"TableName": TABLE, "Key": key_value(third)} | expectation(known)})
    elif extra == "delete" and known is not ABSENT:
        requests.append({"Delete": {"TableName": TABLE, "Key": key_value(third)} | expectation(known)})
    request = {"TransactItems": requests, "ClientRequestToken": hashlib.md5(f"{client.seed} {client.new_version()}".encode()).hexdigest()}

    def act(operation):
        operation.writes.update(made)
        if "Delete" in requests[-1]:
            operation.writes[third] = ABSENT
        if len(requests) == 3:  # or it did not happen
            operation.reads[third] = known
        try:
            client.call("TransactWriteItems", request)
        except Lost:  # the token makes this one and the same
            client.call("TransactWriteItems", request)
    client.perform("transact write", act)


# --- statements ---

def statement_update(client):
    (key,) = client.keys(1)
    made = client.new_version()

    def act(operation):
        operation.writes[key] = made
        answer = client.call("ExecuteStatement", {
            "Statement": f'UPDATE "{TABLE}" SET p = w SET w = ? WHERE id = ? AND n = ? RETURNING ALL OLD *',
            "Parameters": [{"S": made}, {"S": key[0]}, {"N": str(key[1])}]})
        operation.reads[key] = version(answer["Items"][0])
    client.perform("statement update", act)


def statement_select(client):
    (key,) = client.keys(1)

    def act(operation):
        answer = client.call("ExecuteStatement", {
            "Statement": f'SELECT * FROM "{TABLE}" WHERE id = ? AND n = ?', "ConsistentRead": True,
            "Parameters": [{"S": key[0]}, {"N": str(key[1])}]})
        operation.reads[key] = version(answer["Items"][0] if answer["Items"] else None)
    client.perform("statement select", act)


def statement_insert(client):
    (key,) = client.keys(1)
    made = client.new_version()

    def act(operation):
        operation.writes[key] = made
        client.call("ExecuteStatement", {
            "Statement": f"INSERT INTO \"{TABLE}\" VALUE {{'id': ?, 'n': ?, 'w': ?, 'g': ?}}",
            "Parameters": [{"S": key[0]}, {"N": str(key[1])}, {"S": made}, {"S": client.random.choice(GROUPS)}]})
        operation.reads[key] = ABSENT
    client.perform("statement insert", act)


CHOICES = {put: 12, create: 6, update: 14, update_expected: 12, delete: 6, get: 14, query_index: 8, scan: 4, batch_write: 4, batch_get: 4,
           transact_get: 8, transact_write: 14, statement_update: 4, statement_select: 4, statement_insert: 3}


def choose(client):
    return client.random.choices(list(CHOICES), CHOICES.values())[0]
