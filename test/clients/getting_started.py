#!/usr/bin/python3
"""AWS's getting-started walk-through with boto3's resources, then the same items by SQL."""
import os
import subprocess
from decimal import Decimal

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

dynamodb = boto3.resource("dynamodb", endpoint_url=os.environ["DYNAMO_ENDPOINT"])

table = dynamodb.create_table(
    TableName="MusicBoto",
    KeySchema=[
        {"AttributeName": "Artist", "KeyType": "HASH"},
        {"AttributeName": "SongTitle", "KeyType": "RANGE"},
    ],
    AttributeDefinitions=[
        {"AttributeName": "Artist", "AttributeType": "S"},
        {"AttributeName": "SongTitle", "AttributeType": "S"},
    ],
    BillingMode="PAY_PER_REQUEST",
)
table.wait_until_exists()
assert table.table_status in ("CREATING", "ACTIVE")
table.reload()
assert table.table_status == "ACTIVE", table.table_status

songs = [
    ("No One You Know", "Call Me Today", "Somewhat Famous", "Country", 1),
    ("No One You Know", "Howdy", "Somewhat Famous", "Country", 2),
    ("Acme Band", "Happy Day", "Songs About Life", "Rock", 10),
    ("Acme Band", "PartiQL Rocks", "Another Album Title", "Rock", 8),
]
for artist, title, album, genre, awards in songs:
    table.put_item(
        Item={
            "Artist": artist,
            "SongTitle": title,
            "AlbumTitle": album,
            "Genre": genre,
            "Awards": awards,
            "Price": Decimal("1.98"),
            "Tags": {"Composers": ["Smith", "Jones"], "LengthInSeconds": 214},
            "Formats": {"mp3", "flac"},
            "Cover": b"\x00\xff",
        }
    )

happy_day = {"Artist": "Acme Band", "SongTitle": "Happy Day"}
item = table.get_item(Key=happy_day, ConsistentRead=True)["Item"]
assert item["Price"] == Decimal("1.98") and item["Formats"] == {"mp3", "flac"}
assert item["Cover"].value == b"\x00\xff" and item["Tags"]["Composers"][1] == "Jones"

updated = table.update_item(
    Key=happy_day,
    UpdateExpression="SET AlbumTitle = :album, #t.LengthInSeconds = #t.LengthInSeconds + :one ADD Awards :one",
    ExpressionAttributeNames={"#t": "Tags"},
    ExpressionAttributeValues={":album": "Updated Album Title", ":one": 1},
    ReturnValues="ALL_NEW",
)["Attributes"]
assert updated["AlbumTitle"] == "Updated Album Title" and updated["Awards"] == 11
assert updated["Tags"]["LengthInSeconds"] == 215

try:
    table.put_item(Item=happy_day, ConditionExpression=Attr("Artist").not_exists())
    raise AssertionError("the item was there")
except ClientError as error:
    assert error.response["Error"]["Code"] == "ConditionalCheckFailedException", error
    assert error.response["Error"]["Message"] == "The conditional request failed", error
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400

found = table.query(
    KeyConditionExpression=Key("Artist").eq("Acme Band") & Key("SongTitle").begins_with("Happy")
)
assert [i["SongTitle"] for i in found["Items"]] == ["Happy Day"]
found = table.scan(FilterExpression=Attr("Genre").eq("Country"))
assert (found["Count"], found["ScannedCount"]) == (2, 4), found

old = table.delete_item(
    Key={"Artist": "No One You Know", "SongTitle": "Howdy"}, ReturnValues="ALL_OLD"
)["Attributes"]
assert old["Awards"] == 2
assert "Item" not in table.get_item(Key={"Artist": "No One You Know", "SongTitle": "Howdy"})

rows = subprocess.run(
    ["psql", "-XAt", "-c", """
        SELECT m."SongTitle", (m.item->>'Price')::numeric * c.copies
        FROM dynamo_views."MusicBoto" m
        JOIN (VALUES ('Acme Band', 3), ('No One You Know', 5)) AS c(artist, copies) ON c.artist = m."Artist"
        ORDER BY 1"""],
    check=True, capture_output=True, text=True,
).stdout.splitlines()
assert rows == ["Call Me Today|9.90", "Happy Day|5.94", "PartiQL Rocks|5.94"], rows

table.delete()
table.wait_until_not_exists()
