"""Requests that botocore signs: odd headers and bodies, temporary credentials, and what is refused. Of signatures.sh."""
import gzip
import os

import boto3
from botocore.exceptions import ClientError

ENDPOINT = os.environ["DYNAMO_ENDPOINT"]


def connect(service="dynamodb", **options):
    return boto3.client(service, endpoint_url=ENDPOINT, **options)


def fails(code, message, **session):
    try:
        connect(**session).list_tables()
    except ClientError as error:
        assert error.response["Error"] == {"Code": code, "Message": message}, error.response
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, error.response
    else:
        raise AssertionError("it was taken")


client = connect()
client.create_table(TableName="Signed", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}], BillingMode="PAY_PER_REQUEST")


# Header lines as no client should send them, and signed all the same.
def add_headers(request, **_):
    request.headers["X-Amz-Empty"] = ""
    request.headers["X-Amz-Blanks"] = "a  b\t c"
    request.headers["Other"] = '"quoted   text"'
    request.headers.add_header("Bytes", "\u00e4\u00ff")


odd = connect()
odd.meta.events.register("before-sign.dynamodb.*", add_headers)
odd.put_item(TableName="Signed", Item={"id": {"S": "odd"}, "text": {"S": "\u00e4\U0001f600 \0"}})
assert odd.get_item(TableName="Signed", Key={"id": {"S": "odd"}})["Item"]["text"] == {"S": "\u00e4\U0001f600 \0"}


def pack(request, **_):
    request.data = gzip.compress(request.data if isinstance(request.data, bytes) else request.data.encode())
    request.headers["Content-Encoding"] = "gzip"


packed = connect()
packed.meta.events.register("before-sign.dynamodb.*", pack)
packed.put_item(TableName="Signed", Item={"id": {"S": "packed"}, "text": {"S": "x" * 100000}})
assert len(client.get_item(TableName="Signed", Key={"id": {"S": "packed"}})["Item"]["text"]["S"]) == 100000

made = connect("sts").assume_role(RoleArn="arn:aws:iam::000000000000:role/assumed", RoleSessionName="night")["Credentials"]
temporary = {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}
assumed = connect(**temporary, aws_session_token=made["SessionToken"])
assert connect("sts", **temporary, aws_session_token=made["SessionToken"]).get_caller_identity()["Account"] == "000000000000"
assumed.list_tables()
try:
    assumed.get_item(TableName="Signed", Key={"id": {"S": "odd"}})
except ClientError as error:
    assert error.response["Error"]["Code"] == "AccessDeniedException", error.response
else:
    raise AssertionError("the assumed role reads a table that is not its own")

fails("UnrecognizedClientException", "The security token included in the request is invalid.",
      aws_access_key_id="AKIDUNKNOWN", aws_secret_access_key="secret")
fails("UnrecognizedClientException", "The security token included in the request is invalid.", aws_session_token="token",
      **temporary)
fails("InvalidSignatureException", "Credential should be scoped to a valid region. ", region_name="eu-west-1")
client.delete_table(TableName="Signed")
