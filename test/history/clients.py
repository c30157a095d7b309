"""Clients that reach the server by HTTP and by SQL."""
import http.client
import json
import threading
import time
import urllib.parse

import psycopg2

from operations import ABSENT, GROUPS, INDEX, KEYS, TABLE, Client, Lost, Operation, Refused, choose, key_of, update_request, version

ANSWER_TIMEOUT = 30
PAUSE = 0.05  # before the next try at a server that is not there
# An exception that says that the request may have done something.
UNCLEAR = {"InternalServerError", "InternalFailure", "ServiceUnavailable"}


class HttpCaller:
    def __init__(self, endpoint):
        self.address = urllib.parse.urlparse(endpoint).netloc
        self.connection = None

    def send(self, operation, request):
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.address, timeout=ANSWER_TIMEOUT)
        self.connection.request("POST", "/", json.dumps(request), {
            "X-Amz-Target": f"DynamoDB_20120810.{operation}", "Content-Type": "application/x-amz-json-1.0"})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def __call__(self, operation, request):
        try:
            status, body = self.send(operation, request)
            answer = json.loads(body)
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.connection = None
            time.sleep(PAUSE)
            raise Lost(str(error)) from error
        if status == 200:
            return answer
        name = answer["__type"].split("#")[1]
        if status >= 500 or name in UNCLEAR:
            time.sleep(PAUSE)
            raise Lost(name)
        raise Refused(name, answer.get("Item"), answer.get("CancellationReasons", []))


class SqlCaller:
    """Calls operations as functions, each in a transaction of its own or in that which `block` has begun."""
    FUNCTIONS = {"PutItem": "put_item", "UpdateItem": "update_item", "DeleteItem": "delete_item", "GetItem": "get_item",
                 "Query": "query", "Scan": "scan", "BatchWriteItem": "batch_write_item", "BatchGetItem": "batch_get_item",
                 "TransactGetItems": "transact_get_items", "TransactWriteItems": "transact_write_items",
                 "ExecuteStatement": "execute_statement"}

    def __init__(self, database):
        self.database = database
        self.connection = None
        self.is_in_block = False

    def connect(self):
        if self.connection is None:
            self.connection = psycopg2.connect(self.database)
            self.connection.autocommit = True

    def drop(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None
        self.is_in_block = False

    def run(self, statement, *arguments):
        """The rows, or Refused where the server has answered with an error, or Lost."""
        try:
            self.connect()
            with self.connection.cursor() as cursor:
                cursor.execute(statement, arguments)
                return cursor.fetchall() if cursor.description else []
        except psycopg2.Error as error:
            if self.connection is None or self.connection.closed or error.pgcode is None or error.pgcode.startswith("57P"):
                self.drop()
                time.sleep(PAUSE)
                raise Lost(str(error)) from error
            if self.is_in_block:
                self.drop()  # which rolls back
            raise Refused(error.pgcode) from error

    def __call__(self, operation, request):
        ((answer,),) = self.run(f"SELECT dynamo.{self.FUNCTIONS[operation]}(%s::jsonb)", json.dumps(request))
        return answer


def sql_transaction(client):
    """Updates in the order of their keys, then COMMIT or ROLLBACK."""
    made = {key: client.new_version() for key in sorted(client.keys(2))}
    commits = client.random.random() < 0.8

    def act(operation):
        operation.writes.update(made)
        caller = client.call
        caller.run("BEGIN")
        caller.is_in_block = True
        for key, name in made.items():
            caller("UpdateItem", update_request(client, key, name))
        caller.run("COMMIT" if commits else "ROLLBACK")
        caller.is_in_block = False
        if not commits:
            raise Refused("ROLLBACK")
    client.perform("SQL transaction", act)


def sql_snapshot(client):
    """In one snapshot: the table as SQL reads it, the whole index, and the index by its keys; all must be alike."""
    def act(operation):
        caller = client.call
        caller.run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        caller.is_in_block = True
        rows = [item for (item,) in caller.run(f'SELECT item FROM dynamo_tables."{TABLE}"')]
        listed = caller("Scan", {"TableName": TABLE, "IndexName": INDEX})["Items"]
        queried = [item for group in GROUPS for item in
                   caller("Query", {"TableName": TABLE, "IndexName": INDEX, "KeyConditionExpression": "g = :g",
                                    "ExpressionAttributeValues": {":g": {"S": group}}})["Items"] if item["g"]["S"] == group]
        caller.run("COMMIT")
        caller.is_in_block = False
        there = {(row["id"], row["n"]): row["w"] for row in rows}
        for what, items in (("a scan", listed), ("a query", queried)):
            shown = {key_of(item): version(item) for item in items}
            if shown != there or len(items) != len(rows):
                operation.complaint = f"{what} of the index shows {shown} and the table {there}"
        operation.reads.update({key: there.get(key, ABSENT) for key in KEYS})
    client.perform("SQL snapshot", act)


class Worker(threading.Thread):
    """A client that goes on until it is told to stop. An exception of its own ends the run."""

    def __init__(self, client, is_sql, stopped):
        super().__init__(daemon=True)
        self.client, self.is_sql, self.stopped = client, is_sql, stopped
        self.error = None

    def run(self):
        try:
            while not self.stopped.is_set():
                self.choose()(self.client)
        except Exception as error:  # pylint: disable=broad-except
            self.error = error
            raise

    def choose(self):
        if self.is_sql and self.client.random.random() < 0.4:
            return self.client.random.choice((sql_transaction, sql_snapshot))
        return choose(self.client)


def make_workers(seed, endpoint, database, http_clients, sql_clients, stopped):
    http = [Worker(Client(f"http{i}", seed, HttpCaller(endpoint)), False, stopped) for i in range(http_clients)]
    sql = [Worker(Client(f"sql{i}", seed, SqlCaller(database)), True, stopped) for i in range(sql_clients)]
    return http + sql
