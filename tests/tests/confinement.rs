//! What the system lets a guest's process do, and guests that wear out.

use greenroom_tests::{Project, Server};

const FINE: &str = r#"export default { fetch: () => new Response("fine") };"#;

#[cfg(target_os = "linux")]
#[test]
fn a_guest_with_code_has_given_up_its_rights() {
    let server = Server::start(&Project::worker(FINE), &[]);
    assert_eq!(server.get("/").text(), "fine");
    let serving = server.guests()[0];
    let status = std::fs::read_to_string(format!("/proc/{serving}/status")).expect("the guest runs");
    let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    assert_eq!(field("NoNewPrivs:"), Some("1"));
    // 2: calls are filtered.
    assert_eq!(field("Seccomp:"), Some("2"));
    let limits = std::fs::read_to_string(format!("/proc/{serving}/limits")).expect("the guest runs");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a line");
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    let open = std::fs::read_dir(format!("/proc/{serving}/fd")).expect("the guest runs").count();
    assert!(open < 24, "{open} descriptors");
}

/// `(module (memory (export "memory") 16) (func (export "answer") (result i32) i32.const 42))`
const MEMORY_OF_A_MEGABYTE: &[u8] = &[
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 5, 3, 1, 0, 16, 7, 19, 2, 6, b'm', b'e', b'm', b'o', b'r',
    b'y', 2, 0, 6, b'a', b'n', b's', b'w', b'e', b'r', 0, 0, 10, 6, 1, 4, 0, 0x41, 42, 11,
];

#[test]
fn code_that_makes_an_instance_for_every_request_goes_on_being_served() {
    let code = r#"
        import module from "./module.wasm";
        export default { fetch() {
          const { memory, answer } = new WebAssembly.Instance(module).exports;
          new Uint8Array(memory.buffer).fill(1);
          return new Response(String(answer()));
        } };"#;
    let project = Project::worker(code);
    project.write("module.wasm", MEMORY_OF_A_MEGABYTE);
    let server = Server::start(&project, &["--profile", "production"]);
    for request in 0..400 {
        let reply = server.get("/");
        assert_eq!((reply.status, reply.text().as_str()), (200, "42"), "request {request}");
    }
}
