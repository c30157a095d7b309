#!/usr/bin/python3
"""The statements of AWS's guide to PartiQL for DynamoDB with boto3: single, by pages, in batches and in transactions."""
import os

import boto3
from botocore.exceptions import ClientError

dynamodb = boto3.client("dynamodb", endpoint_url=os.environ["DYNAMO_ENDPOINT"])


def strings(*values):
    return [{"S": value} for value in values]


def execute(statement, *parameters, **more):
    if parameters:
        more["Parameters"] = strings(*parameters)
    return dynamodb.execute_statement(Statement=statement, **more)


def fails(exception, function, *arguments, **more):
    try:
        function(*arguments, **more)
    except ClientError as error:
        assert error.response["Error"]["Code"] == exception, error.response
        return error.response
    raise AssertionError(f"{arguments} did not fail")


dynamodb.create_table(
    TableName="MusicPartiQL",
    KeySchema=[{"AttributeName": "Artist", "KeyType": "HASH"}, {"AttributeName": "SongTitle", "KeyType": "RANGE"}],
    AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("Artist", "SongTitle")],
    BillingMode="PAY_PER_REQUEST",
)
dynamodb.get_waiter("table_exists").wait(TableName="MusicPartiQL")

insert = "INSERT INTO \"MusicPartiQL\" VALUE {'Artist': ?, 'SongTitle': ?}"
one = "WHERE Artist = 'Acme Band' AND SongTitle = 'PartiQL Rocks'"
execute(insert, "Acme Band", "PartiQL Rocks")
execute(insert, "Acme Band", "Happy Day")
execute(insert, "No One You Know", "Call Me Today")
fails("DuplicateItemException", execute, insert, "Acme Band", "Happy Day")

execute(f"UPDATE \"MusicPartiQL\" SET AwardsWon=1 SET AwardDetail={{'Grammys':[2020, 2018]}} {one}")
execute(f'UPDATE "MusicPartiQL" SET AwardDetail.Grammys =list_append(AwardDetail.Grammys,[2016]) {one}')
execute(f"UPDATE \"MusicPartiQL\" SET BandMembers =<<'member1', 'member2'>> {one}")
updated = execute(f"UPDATE \"MusicPartiQL\" SET BandMembers =set_add(BandMembers, <<'newmember'>>) {one} RETURNING ALL NEW *")
assert updated["Items"][0]["BandMembers"]["SS"] == ["member1", "member2", "newmember"], updated
assert [year["N"] for year in updated["Items"][0]["AwardDetail"]["M"]["Grammys"]["L"]] == ["2020", "2018", "2016"]
fails("ConditionalCheckFailedException", execute, f'UPDATE "MusicPartiQL" SET AwardsWon=2 {one} AND AwardsWon > 1')
fails("ValidationException", execute, "UPDATE \"MusicPartiQL\" SET AwardsWon=2 WHERE Artist='Acme Band'")
fails("ResourceNotFoundException", execute, 'SELECT * FROM "NoMusic"')

# A key is half a unit, whatever else is there.
found = execute(f'SELECT AwardsWon FROM "MusicPartiQL" {one}', ReturnConsumedCapacity="TOTAL")
assert found["Items"] == [{"AwardsWon": {"N": "1"}}] and found["ConsumedCapacity"]["CapacityUnits"] == 0.5, found

pages, token = [], {}
while token is not None:
    page = execute('SELECT SongTitle FROM "MusicPartiQL" WHERE Artist IN [?, ?] ORDER BY Artist DESC', "Acme Band", "No One You Know", Limit=1, **token)
    pages += [item["SongTitle"]["S"] for item in page["Items"]]
    token = {"NextToken": page["NextToken"]} if "NextToken" in page else None
assert pages == ["Call Me Today", "Happy Day", "PartiQL Rocks"], pages
fails("ValidationException", execute, 'SELECT * FROM "MusicPartiQL"', NextToken="made up")

batch = dynamodb.batch_execute_statement(
    Statements=[
        {"Statement": insert, "Parameters": strings("Acme Band", "Best Song")},
        {"Statement": insert, "Parameters": strings("Acme Band", "Happy Day")},
        {"Statement": f"DELETE FROM MusicPartiQL {one} RETURNING ALL OLD *"},
    ]
)["Responses"]
assert batch[0] == {"TableName": "MusicPartiQL"} and batch[1]["Error"]["Code"] == "DuplicateItem", batch
assert batch[2]["Item"]["AwardsWon"] == {"N": "1"}, batch

best = "WHERE Artist='Acme Band' AND SongTitle='Best Song'"
check = "EXISTS(SELECT * FROM \"MusicPartiQL\" where Artist='No One You Know' and SongTitle='Call Me Today' and Awards is MISSING)"
transaction = [
    {"Statement": check},
    {"Statement": insert, "Parameters": strings("Acme Band", "Next Song")},
    {"Statement": f"UPDATE MusicPartiQL SET Plays=1 {best}"},
]
dynamodb.execute_transaction(TransactStatements=transaction, ClientRequestToken="once")
dynamodb.execute_transaction(TransactStatements=transaction, ClientRequestToken="once")
cancelled = fails("TransactionCanceledException", dynamodb.execute_transaction, TransactStatements=transaction)
assert [reason["Code"] for reason in cancelled["CancellationReasons"]] == ["None", "DuplicateItem", "None"], cancelled
read = dynamodb.execute_transaction(TransactStatements=[{"Statement": f"SELECT Plays FROM MusicPartiQL {best}"}])
assert read["Responses"] == [{"Item": {"Plays": {"N": "1"}}}], read

dynamodb.delete_table(TableName="MusicPartiQL")
