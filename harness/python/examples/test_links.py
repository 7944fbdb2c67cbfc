import pytest


@pytest.fixture(scope="session", autouse=True)
def world(greenroom):
    """The world of every test: New Year, and outside nothing but one site."""
    greenroom.clock.freeze("2027-01-01T00:00:00Z")
    greenroom.outbound.deny_others()
    greenroom.outbound.reply("docs.example/*")


def make(room, target):
    return room.request("PUT", "/docs", body=target)


def test_a_link_leads_where_it_should_and_visits_are_counted(room):
    make(room, "https://docs.example/start")
    assert room.get("/docs").headers["location"] == "https://docs.example/start"
    assert room.d1("DB").query("SELECT count(*) AS visits FROM visits") == [{"visits": 1}]


def test_a_link_lives_for_an_hour(room):
    make(room, "https://docs.example/start")
    room.clock.advance("59m")
    assert room.get("/docs").status == 302
    room.clock.advance("1m")
    assert room.get("/docs").status == 404


def test_a_link_that_leads_nowhere_is_refused(room):
    assert make(room, "https://nowhere.example/").status == 422
    assert room.kv("LINKS").keys() == []


def test_a_site_that_is_down_is_no_place_for_a_link(room):
    room.faults.add(service="fetch", resource="docs.example", status=503)
    assert make(room, "https://docs.example/start").text == "https://docs.example/start does not answer: 503\n"


def test_what_the_code_asked_of_services_is_in_the_journal(room):
    make(room, "https://docs.example/start")
    room.expect_event(kind="http.request", outcome="ok", calls=[{"service": "kv", "operation": "put", "binding": "LINKS"}])
