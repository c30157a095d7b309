#!/usr/bin/python3
"""Streams through boto3: pages, the four types of iterators, and exceptions."""
import os
import time

import boto3
from botocore.exceptions import ClientError

CONFIGURATION = {"endpoint_url": os.environ["DYNAMO_ENDPOINT"], "region_name": "us-east-1",
                 "aws_access_key_id": "id", "aws_secret_access_key": "secret"}
client = boto3.client("dynamodb", **CONFIGURATION)
streams = boto3.client("dynamodbstreams", **CONFIGURATION)
NAME = "streams-client"


def until(what, ask):
    for _ in range(1200):
        answer = ask()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"never: {what}")


def fails(exception, message, operation, **request):
    try:
        operation(**request)
    except exception as error:
        assert message in error.response["Error"]["Message"], error.response
    else:
        raise AssertionError(f"{operation} succeeded")


def describe(**members):
    return streams.describe_stream(StreamArn=arn, **members)["StreamDescription"]


def iterator(shard, kind, **members):
    return streams.get_shard_iterator(StreamArn=arn, ShardId=shard, ShardIteratorType=kind, **members)["ShardIterator"]


def records(shard_iterator, wanted):
    """At least so many records, from the iterator on."""
    found = []

    def more():
        nonlocal shard_iterator
        page = streams.get_records(ShardIterator=shard_iterator, Limit=2)
        assert page["ResponseMetadata"]["HTTPStatusCode"] == 200 and len(page["Records"]) <= 2
        found.extend(page["Records"])
        shard_iterator = page["NextShardIterator"]
        return len(found) >= wanted

    until(f"{wanted} records", more)
    return found


def numbers(found):
    return [record["dynamodb"]["SequenceNumber"] for record in found]


arn = client.create_table(
    TableName=NAME, BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
    StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})["TableDescription"]["LatestStreamArn"]
client.get_waiter("table_exists").wait(TableName=NAME, WaiterConfig={"Delay": 1})
until("the stream is enabled", lambda: describe()["StreamStatus"] == "ENABLED")
stream = describe()
assert stream["KeySchema"] == [{"AttributeName": "p", "KeyType": "HASH"}] and stream["StreamViewType"] == "NEW_IMAGE"
assert abs(stream["CreationRequestDateTime"].timestamp() - time.time()) < 600

latest = {shard["ShardId"]: iterator(shard["ShardId"], "LATEST") for shard in stream["Shards"]}
for value in range(5):
    client.put_item(TableName=NAME, Item={"p": {"S": "one"}, "v": {"N": str(value)}})
with_records = until("a shard has records", lambda: [
    shard for shard, found in latest.items() if streams.get_records(ShardIterator=found)["Records"]])
assert len(with_records) == 1, with_records
shard = with_records[0]
found = records(latest[shard], 5)
assert [record["dynamodb"]["NewImage"]["v"]["N"] for record in found] == list("01234")
assert [record["eventName"] for record in found] == ["INSERT"] + ["MODIFY"] * 4
assert all("OldImage" not in record["dynamodb"] for record in found)
assert numbers(records(iterator(shard, "TRIM_HORIZON"), 5)) == numbers(found)
assert numbers(records(iterator(shard, "AT_SEQUENCE_NUMBER", SequenceNumber=numbers(found)[2]), 3)) == numbers(found)[2:]
assert numbers(records(iterator(shard, "AFTER_SEQUENCE_NUMBER", SequenceNumber=numbers(found)[2]), 2)) == numbers(found)[3:]
start = next(s for s in stream["Shards"] if s["ShardId"] == shard)["SequenceNumberRange"]["StartingSequenceNumber"]
assert numbers(records(iterator(shard, "AT_SEQUENCE_NUMBER", SequenceNumber=start), 5)) == numbers(found)

missing = streams.exceptions.ResourceNotFoundException
fails(missing, "Requested resource not found: Stream: ", streams.describe_stream, StreamArn=arn[:-1] + "x")
fails(missing, "Shard does not exist", streams.get_shard_iterator, StreamArn=arn, ShardId="shardId-" + "0" * 20 + "-0", ShardIteratorType="LATEST")
fails(ClientError, "Invalid ShardIterator", streams.get_records, ShardIterator=latest[shard] + "AAAA")
fails(ClientError, "Value '1001' at 'limit'", streams.get_records, ShardIterator=latest[shard], Limit=1001)
names = [found["TableName"] for found in streams.list_streams(TableName=NAME)["Streams"]]
assert names == [NAME], names
client.delete_table(TableName=NAME)
until("the stream is disabled", lambda: describe()["StreamStatus"] == "DISABLED")
page = streams.get_records(ShardIterator=iterator(shard, "LATEST"))
assert page["Records"] == [] and "NextShardIterator" not in page, page
print("streams are as boto3 wants them")
