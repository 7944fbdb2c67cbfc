//! Bodies that come and go piece by piece: as soon as they are there, in bounded memory, and no longer than somebody wants them.

use greenroom_tests::{Project, Server, Wire, high_water};

const MIB: u64 = 1024 * 1024;
/// What goes first, so that collectors of garbage have found their rhythm: V8's lets some 60 MiB of buffers gather before it looks.
const WARM: u64 = 100 * MIB;
const LARGE: u64 = 4 * WARM;
/// What the largest body may add to the most memory that a process ever had.
const BOUND: u64 = 40 * MIB;

const CODE: &str = r#"
    const encoder = new TextEncoder();
    let step = 0, worked = 0;
    const reached = async (wanted) => { while (step < wanted) await scheduler.wait(1); };
    export default {
      async fetch(request) {
        const url = new URL(request.url);
        switch (url.pathname) {
          case "/next":
            return new Response(String(++step));
          case "/pieces": {
            const { readable, writable } = new TransformStream();
            (async () => {
              const writer = writable.getWriter();
              await writer.write(encoder.encode("one"));
              await reached(1);
              await writer.write(encoder.encode("two"));
              await reached(2);
              await writer.close();
            })();
            return new Response(readable);
          }
          case "/count": {
            let bytes = 0;
            for await (const chunk of request.body) bytes += chunk.byteLength;
            return new Response(String(bytes));
          }
          case "/download": {
            let left = Number(url.searchParams.get("bytes"));
            const chunk = new Uint8Array(64 * 1024).fill(7);
            return new Response(new ReadableStream({
              pull(controller) {
                const piece = chunk.subarray(0, Math.min(left, chunk.length));
                left -= piece.length;
                controller.enqueue(piece.slice());
                if (left === 0) controller.close();
              },
            }));
          }
          case "/echo":
            return new Response(request.body);
          case "/endless":
            return new Response(new ReadableStream({
              async pull(controller) {
                await scheduler.wait(1);
                controller.enqueue(encoder.encode("more "));
              },
              cancel() { console.log("the stream was cancelled"); },
            }));
          case "/wait":
            console.log("waiting");
            request.signal.addEventListener("abort", () => console.log("the signal says aborted"));
            await scheduler.wait(3_600_000);
            return new Response("too late");
          case "/work":
            console.log("working");
            request.signal.addEventListener("abort", () => console.log("the work is unwanted"));
            for (;;) {
              await scheduler.wait(1);
              worked++;
            }
          case "/worked":
            await scheduler.wait(5);
            return new Response(String(worked));
          case "/read":
            console.log("reading");
            try {
              return new Response(await request.text());
            } catch (error) {
              console.log(`reading failed: ${error.name}`);
              throw error;
            }
        }
        return new Response("fine");
      },
    };"#;

fn start() -> Server {
    Server::start(&Project::worker(CODE), &[])
}

fn read_chunks_until(wire: &mut Wire, wanted: &str) -> String {
    let mut text = String::new();
    while !text.contains(wanted) {
        let chunk = wire.chunk().expect("the body goes on").expect("the body has more");
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    text
}

#[test]
fn a_streamed_response_arrives_piece_by_piece() {
    let server = start();
    let mut wire = server.wire();
    let head = wire.ask("GET", "/pieces").head().expect("the head comes before the body is complete");
    assert_eq!((head.status, head.header("transfer-encoding")), (200, Some("chunked")));
    assert_eq!(read_chunks_until(&mut wire, "one"), "one");
    assert_eq!(server.get("/next").text(), "1");
    assert_eq!(read_chunks_until(&mut wire, "two"), "two");
    assert_eq!(server.get("/next").text(), "2");
    assert_eq!(wire.chunk().expect("the body ends well"), None);
}

#[test]
fn a_streamed_request_is_read_while_it_is_still_being_sent() {
    let server = start();
    let mut wire = server.wire();
    wire.send("POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nfirst\r\n");
    assert_eq!(wire.head().expect("the answer begins").status, 200);
    assert_eq!(read_chunks_until(&mut wire, "first"), "first");
    wire.send("6\r\nsecond\r\n");
    assert_eq!(read_chunks_until(&mut wire, "second"), "second");
    wire.send("0\r\n\r\n");
    assert_eq!(wire.chunk().expect("the body ends well"), None);
}

#[test]
fn a_large_upload_passes_in_bounded_memory() {
    let server = start();
    assert_eq!(server.request("POST", "/count", &[], &vec![1; 100 << 20]).text(), WARM.to_string());
    let pids = [server.pid(), server.guests()[0]];
    let before = pids.map(high_water);
    let mut wire = server.wire();
    wire.send(format!("POST /count HTTP/1.1\r\nhost: a\r\ncontent-length: {LARGE}\r\n\r\n"));
    let piece = vec![1_u8; 1 << 20];
    for _ in 0..LARGE / MIB {
        wire.send(&piece);
    }
    assert_eq!(wire.reply().expect("an answer").text(), LARGE.to_string());
    assert_grown_little(pids, before);
}

#[test]
fn a_large_download_passes_in_bounded_memory() {
    let server = start();
    assert_eq!(server.get(&format!("/download?bytes={WARM}")).body.len() as u64, WARM);
    let pids = [server.pid(), server.guests()[0]];
    let before = pids.map(high_water);
    let mut wire = server.wire();
    assert_eq!(wire.ask("GET", &format!("/download?bytes={LARGE}")).head().expect("an answer").status, 200);
    let mut bytes = 0;
    while let Some(chunk) = wire.chunk().expect("the body goes on") {
        bytes += chunk.len() as u64;
    }
    assert_eq!(bytes, LARGE);
    assert_grown_little(pids, before);
}

#[test]
fn an_answer_that_nobody_reads_is_not_piled_up() {
    let server = start();
    assert_eq!(server.get(&format!("/download?bytes={WARM}")).body.len() as u64, WARM);
    let pids = [server.pid(), server.guests()[0]];
    let before = pids.map(high_water);
    let mut unread: Vec<_> = (0..4).map(|_| server.wire()).collect();
    for wire in &mut unread {
        assert_eq!(wire.ask("GET", &format!("/download?bytes={LARGE}")).head().expect("an answer").status, 200);
    }
    // Far more goes to a client that does read than the unread answers could hold back.
    assert_eq!(server.get(&format!("/download?bytes={LARGE}")).body.len() as u64, LARGE);
    assert_grown_little(pids, before);
}

#[test]
fn what_comes_in_goes_out_again_unchanged() {
    let server = start();
    let body: Vec<u8> = (0..20_u32 << 18).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let mut wire = server.wire();
    wire.send(format!("POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: {}\r\n\r\n", body.len())).send_meanwhile(body.clone());
    let reply = wire.reply().expect("an answer");
    assert!(reply.body == body, "{} bytes came back of {}", reply.body.len(), body.len());
}

#[test]
fn the_signal_of_a_request_aborts_when_the_client_goes_away() {
    let server = start();
    let mut wire = server.wire();
    wire.ask("GET", "/wait");
    server.wait_message("waiting");
    drop(wire);
    server.wait_message("the signal says aborted");
    assert_eq!(server.get("/").text(), "fine");
}

#[test]
fn the_work_of_a_request_ends_when_the_client_goes_away() {
    let server = start();
    let mut wire = server.wire();
    wire.ask("GET", "/work");
    server.wait_message("working");
    drop(wire);
    server.wait_message("the work is unwanted");
    let worked = server.get("/worked").text();
    assert_eq!(server.get("/worked").text(), worked);
    assert_eq!(server.count(|line| line["level"] == "warn"), 0, "the client is gone, and nobody forgot anything");
}

#[test]
fn the_stream_of_a_response_is_cancelled_when_the_client_goes_away() {
    let server = start();
    let mut wire = server.wire();
    wire.ask("GET", "/endless").head().expect("the answer begins");
    read_chunks_until(&mut wire, "more more ");
    drop(wire);
    server.wait_message("the stream was cancelled");
    assert_eq!(server.get("/").text(), "fine");
}

#[test]
fn reading_a_body_fails_when_the_client_goes_away_in_the_middle_of_it() {
    let server = start();
    let mut wire = server.wire();
    wire.send("POST /read HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nonly this");
    server.wait_message("reading");
    drop(wire);
    server.wait_message("reading failed: ");
    assert_eq!(server.get("/").text(), "fine");
}

fn assert_grown_little(pids: [u32; 2], before: [u64; 2]) {
    for ((pid, before), name) in pids.into_iter().zip(before).zip(["host", "guest"]) {
        let after = high_water(pid);
        assert!(before > 0 && after < before + BOUND, "the {name} grew from {} to {} MiB", before / MIB, after / MIB);
    }
}
