"""The way of an order: the same as ``orders.test.mjs``, in Python. ``greenroom exec worker functions -- pytest test`` runs it."""

import json
from pathlib import Path

import pytest

PRICES = Path(__file__).parent.parent / "functions/src/prices.ts"
EMPTY = {"visible": 0, "inFlight": 0, "delayed": 0}


@pytest.fixture(scope="session", autouse=True)
def world(greenroom):
    """The world of every test: noon, and empty queues."""
    greenroom.clock.freeze("2027-01-01T12:00:00Z")


@pytest.fixture
def prices(room):
    """The file of prices, as it was after the test."""
    forgotten = PRICES.read_text()
    yield PRICES
    PRICES.write_text(forgotten)
    room.app("fulfilment").reload()


def order(room, product, quantity):
    items = [{"product": product, "quantity": quantity}]
    return room.post("/orders", json={"customer": "ada@example.com", "items": items})


def totals(room):
    """What receipts say, in the order in which they were written."""
    return [json.loads(receipt["body"])["total"] for receipt in room.queue("receipts").peek()]


def tree(events, cause=None):
    """Events below those that they are caused by, in words."""
    caused = [event for event in events if event.get("cause") == cause]
    return [[f"{event['kind']}: {event['summary']} → {event['outcome']['type']}", *tree(events, event["id"])] for event in caused]


def test_an_order_gets_a_receipt(room):
    taken = order(room, "cup", 2)
    assert taken.status == 202
    room.clock.advance("0s")
    (receipt,) = room.queue("receipts").peek()
    assert json.loads(receipt["body"]) == {"order": taken.json()["id"], "customer": "ada@example.com", "total": 1800}
    assert room.queue("orders").counts() == EMPTY


def test_what_is_no_order_is_refused_at_the_edge(room):
    refused = order(room, "cup", 0)
    assert refused.status == 422
    assert refused.json()["problems"][0].startswith("items.0.quantity: ")
    assert room.queue("orders").counts() == EMPTY


def test_of_a_batch_only_what_failed_is_seen_again(room):
    for product in ("cup", "pot", "tea"):
        body = {"id": product, "customer": "ada@example.com", "items": [{"product": product, "quantity": 1}]}
        room.queue("orders").send(body, delay_seconds=5)
    room.clock.advance("5s")
    outcome = room.expect_event(kind="invoke", outcome="partial")["outcome"]
    (left,) = room.queue("orders").peek()
    assert (outcome["failed"], json.loads(left["body"])["id"]) == ([left["messageId"]], "pot")
    assert totals(room) == [900, 450]


def test_an_order_that_fails_three_times_waits_for_mended_code(room, prices):
    orders, dead = room.queue("orders"), room.queue("orders-dead")
    order(room, "pot", 2)
    room.clock.advance("0s")
    for attempt in (1, 2, 3):
        assert orders.peek()[0]["receiveCount"] == attempt
        assert dead.counts() == EMPTY
        room.clock.advance("2m")
    assert (orders.counts(), dead.counts()) == (EMPTY, {**EMPTY, "visible": 1})

    prices.write_text(prices.read_text().replace("  tea:", "  pot: 2900,\n  tea:"))
    room.app("fulfilment").reload()
    assert dead.redrive() == 1
    room.clock.advance("1s")
    assert (orders.counts(), dead.counts(), totals(room)) == (EMPTY, EMPTY, [5800])

    # One trace, from the request at the edge to the attempt that went well.
    trace = room.expect_event(kind="http.request", summary="POST /orders")["trace"]
    failed = ["queue.receive: receive a message of orders → ok", ["invoke: invoke work-off → partial"]]
    worked = [
        "queue.receive: receive a message of orders → ok",
        ["invoke: invoke work-off → ok", ["queue.send: send a message to receipts → ok"]],
        ["queue.delete: delete a message of orders → ok"],
    ]
    redriven = ["queue.move: redrive a message of orders-dead to orders → ok", worked]
    given_up = ["queue.move: give up a message of orders to orders-dead → ok", redriven]
    sent = ["queue.send: send a message to orders → ok", failed, failed, failed, given_up]
    assert tree(room.events.trace(trace)) == [["http.request: POST /orders → ok", sent]]
