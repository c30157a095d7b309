#!/usr/bin/python3
"""Operations on tables through boto3: waiters, pages, ARNs, exceptions, time to live, and names and tags with
U+0000, which only HTTP can give."""
import os
import time

import boto3
from botocore.exceptions import ClientError

client = boto3.client("dynamodb", endpoint_url=os.environ["DYNAMO_ENDPOINT"], region_name="us-east-1",
                      aws_access_key_id="id", aws_secret_access_key="secret")
NAME, KEY, INDEX_KEY = "tables-client", "a\0b", "\0"
THROUGHPUT = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}


def fails(code, message, operation, **request):
    try:
        operation(**request)
    except ClientError as error:
        assert error.response["Error"] == {"Code": code, "Message": message}, error.response
    else:
        raise AssertionError(f"{operation} succeeded")


created = client.create_table(
    TableName=NAME, ProvisionedThroughput=THROUGHPUT, Tags=[{"Key": "k", "Value": "é v"}],
    AttributeDefinitions=[{"AttributeName": KEY, "AttributeType": "S"}, {"AttributeName": INDEX_KEY, "AttributeType": "S"}],
    KeySchema=[{"AttributeName": KEY, "KeyType": "HASH"}],
    GlobalSecondaryIndexes=[{"IndexName": "index", "KeySchema": [{"AttributeName": INDEX_KEY, "KeyType": "HASH"}],
                             "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["c\0"]},
                             "ProvisionedThroughput": THROUGHPUT}])["TableDescription"]
assert created["TableStatus"] == "CREATING"
client.get_waiter("table_exists").wait(TableName=NAME)
fails("ResourceInUseException", f"Table already exists: {NAME}", client.create_table, TableName=NAME, BillingMode="PAY_PER_REQUEST",
      AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}], KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}])

described = client.describe_table(TableName=created["TableArn"])["Table"]
assert described["TableStatus"] == "ACTIVE"
for member in ("TableId", "CreationDateTime", "AttributeDefinitions", "KeySchema", "ProvisionedThroughput"):
    assert described[member] == created[member], member
assert [definition["AttributeName"] for definition in described["AttributeDefinitions"]] == sorted([KEY, INDEX_KEY])
assert described["GlobalSecondaryIndexes"][0]["Projection"]["NonKeyAttributes"] == ["c\0"]
assert client.list_tags_of_resource(ResourceArn=created["TableArn"])["Tags"] == [{"Key": "k", "Value": "é v"}]

item = {KEY: {"S": "\0"}, INDEX_KEY: {"S": "\0\0"}, "c\0": {"N": "1"}}
client.put_item(TableName=NAME, Item=item)
assert client.query(TableName=NAME, IndexName="index", KeyConditionExpression="#k = :k", ExpressionAttributeNames={"#k": INDEX_KEY},
                    ExpressionAttributeValues={":k": {"S": "\0\0"}})["Items"] == [item]

assert client.update_table(TableName=NAME, BillingMode="PAY_PER_REQUEST")["TableDescription"]["TableStatus"] == "UPDATING"
fails("ValidationException", "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be "
      "specified when BillingMode is PAY_PER_REQUEST", client.update_table, TableName=NAME, ProvisionedThroughput=THROUGHPUT)
fails("ResourceNotFoundException", "Requested resource not found: Table: none not found", client.describe_table, TableName="none")

assert client.describe_time_to_live(TableName=NAME)["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}
specification = {"Enabled": True, "AttributeName": "t\0"}
assert client.update_time_to_live(TableName=created["TableArn"], TimeToLiveSpecification=specification)["TimeToLiveSpecification"] == specification
for _ in range(600):
    described = client.describe_time_to_live(TableName=NAME)["TimeToLiveDescription"]
    if described["TimeToLiveStatus"] == "ENABLED":
        break
    assert described["TimeToLiveStatus"] == "ENABLING", described
    time.sleep(0.1)
assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "t\0"}
fails("ValidationException", "TimeToLive is already enabled", client.update_time_to_live, TableName=NAME, TimeToLiveSpecification=specification)

pages = client.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 1})
assert NAME in [name for page in pages for name in page["TableNames"]]
endpoint = client.describe_endpoints()["Endpoints"][0]
assert os.environ["DYNAMO_ENDPOINT"].endswith("//" + endpoint["Address"]), endpoint

assert client.delete_table(TableName=NAME)["TableDescription"]["TableStatus"] == "DELETING"
client.get_waiter("table_not_exists").wait(TableName=NAME)
