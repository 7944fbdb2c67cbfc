//! How long invocations take; run by hand: `cargo test --release -p greenroom-lambda-api --test speed -- --ignored --nocapture`.

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{has, world};

const WARM: u32 = 2_000;
const COLD: u32 = 10;

#[tokio::test]
#[ignore = "a measurement, not a test"]
async fn warm_and_cold() {
    let all = [
        ("nodejs22.x", "node", "index.handler", "index.js", "exports.handler = async (event) => event;"),
        ("python3.13", "python3", "index.handler", "index.py", "def handler(event, context):\n    return event\n"),
    ];
    for (runtime, program, handler, file, code) in all {
        if !has(program) {
            continue;
        }
        let world = world();
        let mut inits: Vec<Duration> = Vec::new();
        for _ in 0..COLD {
            let function = Arc::new(world.function(runtime, handler, &[(file, code)]));
            inits.push(world.call(&function, "1").await.invoked.report.and_then(|report| report.init).unwrap_or_default());
        }
        inits.sort();
        let function = Arc::new(world.function(runtime, handler, &[(file, code)]));
        world.call(&function, "1").await;
        let mut times: Vec<Duration> = Vec::new();
        for _ in 0..WARM {
            let began = world.host.clock.uptime();
            world.call(&function, "1").await;
            times.push(world.host.clock.uptime().saturating_sub(began));
        }
        times.sort();
        let (p50, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
        println!("{runtime}: init {:?}, warm p50 {p50:?} p99 {p99:?}", inits[inits.len() / 2]);
    }
}
