use greenroom_test::{Error, Reply, Room, greenroom};
use serde_json::json;

/// The world of every test: New Year, and outside nothing but one site.
fn world() -> Result<Room, Error> {
    let room = greenroom("../harness/app")?;
    room.clock().freeze("2027-01-01T00:00:00Z")?;
    room.outbound().deny_others()?;
    room.outbound().reply("docs.example/*", 200, "")?;
    Ok(room)
}

fn make(room: &Room, target: &str) -> Result<Reply, Error> {
    room.request("PUT", "/docs", &[], target.as_bytes())
}

#[test]
fn links() -> Result<(), Error> {
    let room = world()?;

    let branch = room.branch()?;
    make(&room, "https://docs.example/start")?;
    assert_eq!(room.get("/docs")?.header("location"), Some("https://docs.example/start"));
    assert_eq!(room.d1("DB").query("SELECT count(*) AS visits FROM visits", &[])?, [json!({ "visits": 1 })]);
    room.expect_event(json!({ "outcome": "ok", "calls": [{ "service": "kv", "operation": "put", "binding": "LINKS" }] }))?;
    room.clock().advance("59m")?;
    assert_eq!(room.get("/docs")?.status, 302);
    room.clock().advance("1m")?;
    assert_eq!(room.get("/docs")?.status, 404, "a link lives for an hour");

    branch.restore()?;
    assert_eq!(make(&room, "https://nowhere.example/")?.status, 422);
    assert_eq!(room.kv("LINKS").keys()?, Vec::<String>::new());

    branch.restore()?;
    room.faults().add(json!({ "service": "fetch", "resource": "docs.example", "status": 503 }))?;
    assert_eq!(make(&room, "https://docs.example/start")?.text(), "https://docs.example/start does not answer: 503\n");
    Ok(())
}
