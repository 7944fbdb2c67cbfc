//! What SQLite alone takes: rows of 100 bytes inserted into a file, each transaction on the disk before the next begins.
//!
//! `cargo run --release -p greenroom-host --example inserts -- FOLDER [SECONDS]`. Prints JSON: rows per second by rows in a transaction.

use std::path::{Path, PathBuf};
use std::time::Duration;

use greenroom_host::Clock;
use rusqlite::Connection;
use serde_json::{Map, json};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().expect("a folder"));
    let time = Duration::from_secs(arguments.next().map_or(3, |text| text.parse().expect("seconds")));
    let rates: Map<_, _> = [1, 10, 32].map(|rows| (rows.to_string(), json!(rate(&folder, rows, time)))).into_iter().collect();
    println!("{}", json!(rates));
}

fn rate(folder: &Path, rows: u32, time: Duration) -> f64 {
    let mut connection = Connection::open(folder.join(format!("inserts-{rows}.sqlite"))).expect("a file");
    connection.pragma_update(None, "journal_mode", "WAL").expect("a write-ahead log");
    connection.pragma_update(None, "synchronous", "FULL").expect("each commit is synced");
    connection.execute("create table messages (id integer primary key, body text not null)", []).expect("a table");
    let (clock, body) = (Clock::real(), "x".repeat(100));
    let started = clock.uptime();
    let mut count = 0;
    while clock.uptime().saturating_sub(started) < time {
        let transaction = connection.transaction().expect("it begins");
        for _ in 0..rows {
            transaction.prepare_cached("insert into messages (body) values (?)").expect("a statement").execute([&body]).expect("a row");
        }
        transaction.commit().expect("it is written");
        count += rows;
    }
    f64::from(count) / clock.uptime().saturating_sub(started).as_secs_f64()
}
