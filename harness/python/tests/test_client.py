"""Time, services, starting and attaching, on the real program. The app is the one of the examples."""

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

import greenroom_test
from greenroom_test import GreenroomError

APP = os.environ.get("GREENROOM_EXAMPLE_APP") or Path(__file__).parents[2] / "app"
START = datetime(2027, 1, 1, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def run():
    with greenroom_test.start(APP, freeze=START) as run:
        yield run


def refused(code, what, *args, **kwargs):
    with pytest.raises(GreenroomError) as refusal:
        what(*args, **kwargs)
    assert refusal.value.code == code
    return str(refusal.value)


def test_time_is_frozen_and_moved(run):
    clock = run.clock
    assert clock.now() == START and clock.is_frozen
    advanced = clock.advance("1h 30m")
    assert (advanced.start, advanced.end, advanced.ran) == (START, START + timedelta(minutes=90), [])
    clock.advance(timedelta(milliseconds=500))
    clock.advance_to(START + timedelta(days=1))
    assert clock.now() == START + timedelta(days=1)
    assert "time does not go backwards" in refused("backwards", clock.advance_to, "2027-01-01")
    refused("invalid", clock.advance, "soon")
    with pytest.raises(ValueError):
        clock.advance(timedelta(seconds=-1))
    assert clock.pending() == []
    clock.resume()
    assert "hint: freeze it first" in refused("not-frozen", clock.next)
    assert clock.freeze("2027-01-01") == START


def test_kv_is_read_and_written_as_the_code_does(run):
    links = run.kv("LINKS")
    assert links.get("none") is None and links.get_json("none") is None
    links.put("a/b ü?&", "text", expiration_ttl=60, metadata={"who": "Zoë"})
    assert links.get_with_metadata("a/b ü?&") == (b"text", {"who": "Zoë"})
    links.put("json", {"a": [1]})
    assert links.get_json("json") == {"a": [1]}
    links.put("bytes", b"\x00\xff\n")
    assert links.get_bytes("bytes") == b"\x00\xff\n"
    assert links.keys() == ["a/b ü?&", "bytes", "json"]
    at = int(run.clock.now().timestamp()) + 60
    assert links.list(prefix="a", limit=1)["keys"] == [{"name": "a/b ü?&", "expiration": at, "metadata": {"who": "Zoë"}}]
    links.delete("json")
    run.clock.advance("60s")
    assert links.keys() == ["bytes"]
    words = "KV PUT failed: 400 Invalid expiration_ttl of 1. Expiration TTL must be at least 60."
    assert refused("refused", links.put, "key", "value", expiration_ttl=1) == words
    dots = '"%s" is not allowed as a key name.'
    for key, words in [("", "Key name cannot be empty."), (".", dots % "."), ("..", dots % "..")]:
        for what in (links.get, links.delete, lambda key: links.put(key, "")):
            assert words in refused("refused", what, key)
    links.put("../x", "dots")
    assert links.get("../x") == "dots"
    links.delete("../x")
    assert "it has: `LINKS`" in refused("not-found", run.kv("LINK").keys)


def test_a_list_of_more_than_a_page_is_read_to_its_end(run):
    links = run.kv("LINKS")
    names = [f"many:{index:04}" for index in range(1005)]
    for name in names:
        links.put(name, "")
    assert links.keys("many:") == names


def test_d1_is_asked_as_the_code_does(run):
    db = run.d1("DB")
    db.query("INSERT INTO visits VALUES (?, ?), (?, ?)", "a", 1, "b", 2)
    assert db.query("SELECT * FROM visits ORDER BY at") == [{"link": "a", "at": 1}, {"link": "b", "at": 2}]
    assert db.first("SELECT ? AS yes, ? AS bytes", True, b"\x01\x02") == {"yes": 1, "bytes": [1, 2]}
    assert db.first("SELECT * FROM visits WHERE link = ?", "c") is None
    assert db.run("DELETE FROM visits")["meta"]["changes"] == 2
    assert "syntax error" in refused("refused", db.query, "SELEC")


def test_requests_are_answered_and_redirects_are_not_followed(run):
    run.kv("LINKS").put("here", "https://docs.example/")
    answer = run.get("/here")
    assert (answer.status, answer.headers["location"]) == (302, "https://docs.example/")
    assert run.app("links").get("/there").status == 404
    run.kv("LINKS").put("%C3%BC", "https://docs.example/")
    assert [run.get(path).status for path in ("/ü", "/%C3%BC", "/ü?q=ä b")] == [302, 302, 302]
    with pytest.raises(GreenroomError, match="no app of this run is named shop; there are: links"):
        run.app("shop")


def test_a_branch_leaves_to_files_what_they_said(run):
    before = run.control.ask("GET", "/v1/outbound")
    with run.state.branch():
        run.outbound.deny_others()
        assert run.control.ask("GET", "/v1/outbound")["set_default"] == "deny"
    assert run.control.ask("GET", "/v1/outbound") == before and "set_default" not in before


def test_a_run_that_is_there_is_joined_and_goes_on(run):
    with greenroom_test.attach(run.control.url) as joined:
        assert joined.url == run.url
    assert run.get("/none").status == 404
    refused("unreachable", greenroom_test.attach, "http://127.0.0.1:1")


def test_the_run_of_the_environment_is_taken_else_one_is_started(run, monkeypatch):
    monkeypatch.setenv("GREENROOM_CONTROL", run.control.url)
    assert greenroom_test.greenroom("/nowhere").url == run.url
    monkeypatch.delenv("GREENROOM_CONTROL")
    with greenroom_test.greenroom(APP, args=["--profile", "production"]) as own:
        assert own.url != run.url and not own.clock.is_frozen
    with pytest.raises(OSError):
        own.get("/")


def test_an_app_that_cannot_be_started_is_told():
    told = refused("not-started", greenroom_test.start, "/nowhere")
    assert told.startswith("the apps could not be started: error: the project folder `/nowhere` is not there")
    assert "GREENROOM_BIN" in refused("not-started", greenroom_test.start, APP, bin="/no/greenroom")


def test_an_app_is_read_again_and_a_run_without_queues_says_so(run):
    assert run.app("links").reload() is False
    assert run.queues() == []
    orders = run.queue("orders")
    for what, args in ((orders.send, ["hello"]), (orders.peek, []), (orders.purge, []), (orders.redrive, [])):
        assert refused("not-found", what, *args) == "this run has no queues"
    assert refused("not-found", orders.counts) == "there is no queue orders; there are: none"
    run.get("/none")
    event = run.expect_event(kind="http.request", summary="GET /none")
    assert [other["id"] for other in run.events.trace(event["trace"])] == [event["id"]]
