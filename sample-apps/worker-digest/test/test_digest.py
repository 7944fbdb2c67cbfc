"""The digest, day by day: the same as ``digest.test.mjs``, in Python. ``greenroom exec -- pytest test`` runs it."""

from pathlib import Path

import pytest

FEEDS = Path(__file__).parent / "feeds"


@pytest.fixture(scope="session", autouse=True)
def world(greenroom):
    """The world of every test: midnight, no digest, and two feeds that say what is in the files beside this one."""
    greenroom.clock.freeze("2027-01-01T00:00:00Z")
    greenroom.outbound.deny_others()
    greenroom.outbound.reply("blog.cloudflare.com/rss/", body=(FEEDS / "rss.xml").read_text())
    greenroom.outbound.reply("blog.rust-lang.org/feed.xml", body=(FEEDS / "atom.xml").read_text())


def digest(room, day):
    """A day's digest, as the app tells it."""
    answer = room.get(f"/{day}.json")
    return answer.json() if answer.ok else None


def test_at_six_in_the_morning_there_is_a_digest(room):
    room.clock.advance("5h 59m")
    assert digest(room, "2027-01-01") is None
    ran = room.clock.advance("1m").ran
    assert [ran.label for ran in ran] == ["app worker-digest: cron 0 6 * * *"]
    told = digest(room, "2027-01-01")
    assert [item["title"] for item in told["items"]] == ["Workers & time", "Older", "A release"]
    assert told["failed"] == []
    assert '<a href="https://language.example/release">A release</a>' in room.get("/").text


def test_a_digest_can_be_read_for_a_month(room):
    digests = room.kv("DIGESTS")
    room.clock.advance("6h")
    assert digests.keys("digest:") == ["digest:2027-01-01"]
    room.clock.advance("30days")
    kept = digests.keys("digest:")
    assert (len(kept), kept[0], kept[-1]) == (30, "digest:2027-01-02", "digest:2027-01-31")


def test_a_feed_that_does_not_answer_is_named_and_the_others_are_read(room):
    room.faults.add(service="fetch", resource="blog.rust-lang.org", status=503)
    room.clock.advance("6h")
    told = digest(room, "2027-01-01")
    assert len(told["items"]) == 2
    assert told["failed"] == [{"feed": "https://blog.rust-lang.org/feed.xml", "why": "answered 503"}]


def test_what_kv_refuses_because_it_is_too_much_is_tried_again_a_little_later(room):
    room.faults.add(name="busy", service="kv", operation="put", resource="DIGESTS/digest:*", action="throttle", first=2)
    room.clock.advance("6h")
    assert digest(room, "2027-01-01") is None
    room.clock.advance("3s")
    assert len(digest(room, "2027-01-01")["items"]) == 3
    assert room.faults.applied("busy") == 2


def test_a_morning_that_was_recorded_goes_as_it_went_then(room):
    room.clock.advance("5h 59m")
    replayed = room.events.replay(Path(__file__).parent / "morning.json")
    assert (replayed["failed"], replayed["differences"]) == (False, [])
    tick = room.expect_event(kind="cron.tick", outcome="ok", calls=[{"service": "kv", "operation": "put"}])
    assert tick["logs"][0]["text"].startswith("digest of 2027-01-01: 3 items")
