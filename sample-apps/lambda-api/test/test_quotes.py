"""Quotes for parcels: the same as ``quotes.test.mjs``, in Python. ``greenroom exec -- pytest test`` runs it, with boto3 installed."""

import hashlib
import hmac
import json
from base64 import b64decode, urlsafe_b64encode
from datetime import datetime, timezone

import boto3
import pytest
from botocore.exceptions import ClientError

NOON = datetime(2027, 1, 1, 12, tzinfo=timezone.utc)
GOOD = {"country": "fr", "kilograms": 2, "centimetres": [30, 20, 10]}


@pytest.fixture(scope="session", autouse=True)
def world(greenroom):
    """The world of every test: noon."""
    greenroom.clock.freeze(NOON)


def token(customer, seconds):
    """A token that is good for so many seconds from noon on."""
    text = f"{customer}.{int(NOON.timestamp()) + seconds}"
    signature = hmac.digest(b"only-for-this-machine", text.encode(), hashlib.sha256)
    return f"Bearer {text}.{urlsafe_b64encode(signature).decode().rstrip('=')}"


def quote(room, parcel, authorization):
    return room.request("POST", "/quotes", headers={"authorization": authorization}, body=json.dumps(parcel))


def rates(event, **more):
    return boto3.client("lambda").invoke(FunctionName="quotes-rates", Payload=json.dumps(event), **more)


def test_a_customer_gets_a_quote(room):
    answer = quote(room, GOOD, token("acme", 3600))
    assert answer.json() == {"customer": "acme", "zone": "near", "kilograms": 2, "price": 10.7, "currency": "EUR"}


def test_a_token_expires(room):
    brief = token("brief-in-python", 30)
    assert quote(room, GOOD, brief).status == 200
    room.clock.advance("60s")
    assert quote(room, GOOD, brief).status == 403


def test_the_rates_can_be_asked_for_by_boto3(room):
    answer = rates({"country": "JP"}, LogType="Tail")
    assert json.load(answer["Payload"]) == {"zone": "far", "base": 24.0, "perKilogram": 6.5}
    assert b"JP is in zone far" in b64decode(answer["LogResult"])
    failed = rates({})
    assert failed["FunctionError"] == "Unhandled"
    assert json.load(failed["Payload"])["errorType"] == "KeyError"


def test_what_the_template_says_is_what_the_api_tells(room):
    lambda_ = boto3.client("lambda")
    told = lambda_.get_function_configuration(FunctionName="quotes-rates")
    assert (told["Runtime"], told["Handler"], told["Timeout"], told["MemorySize"]) == ("python3.13", "app.handler", 30, 256)
    assert told["Environment"] == {"Variables": {"CURRENCY": "EUR"}}
    assert len(lambda_.list_functions()["Functions"]) == 3
    with pytest.raises(ClientError) as refused:
        lambda_.update_function_configuration(FunctionName="quotes-rates", Timeout=901)
    assert refused.value.response["Error"]["Code"] == "ValidationException"
