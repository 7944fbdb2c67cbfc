//! `greenroom exec`: what the test command finds, what becomes of its exit code and of what it leaves behind.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use greenroom_tests::{Client, Finished, Project, binary, children, greenroom, kill, pids_of_group, wait_for};

const CODE: &str = "export default { fetch(request, env) { console.log('asked'); return new Response(`${env.WHO} ${Date.now()}`); } };";

fn app(name: &str) -> Project {
    let project = Project::empty();
    let configuration =
        format!(r#"{{ "name": "{name}", "main": "index.js", "compatibility_date": "2026-08-01", "vars": {{ "WHO": "{name}" }} }}"#);
    project.write("wrangler.jsonc", configuration).write("index.js", CODE);
    project
}

/// `greenroom exec [options] -- sh -c script` in the project's folder.
fn exec(project: &Project, options: &[&str], script: &str) -> Finished {
    greenroom(project, &[&["exec"], options, &["--", "sh", "-c", script]].concat())
}

/// A shell that asks for one URL after the other.
fn ask(urls: &str) -> String {
    format!("for url in {urls}; do node -e 'fetch(process.argv[1]).then(async (r) => console.log(await r.text()))' \"$url\"; done")
}

#[test]
fn the_command_finds_the_apps_and_the_control_api() {
    let (shop, auth) = (app("shop"), app("auth-edge"));
    let auth = auth.path().to_str().expect("a path of text");
    let script = ask("$GREENROOM_URL $GREENROOM_URL_SHOP $GREENROOM_URL_AUTH_EDGE $GREENROOM_CONTROL/v1/clock");
    let said = exec(&shop, &["--freeze=2027-01-01T00:00:00Z", ".", auth], &script);
    let lines: Vec<_> = said.stdout.lines().collect();
    let expected =
        ["shop 1798761600000", "shop 1798761600000", "auth-edge 1798761600000", r#"{"now":"2027-01-01T00:00:00.000Z","frozen":true}"#];
    assert_eq!((lines.as_slice(), said.code), (&expected[..], Some(0)), "{}", said.stderr);
    assert_eq!(said.stderr, "", "the terminal is the command's");
    assert!(!shop.file(".greenroom").exists(), "nothing is kept, and a run of `dev` here stays the one that commands find");
}

#[test]
fn with_verbose_the_log_goes_to_standard_error() {
    let said = exec(&app("shop"), &["--verbose"], &ask("$GREENROOM_URL"));
    assert!(said.stdout.starts_with("shop "), "{said:?}");
    assert!(said.stderr.contains("asked\n") && said.stderr.contains(" GET / 200 "), "{said:?}");
}

#[test]
fn the_exit_code_is_the_commands() {
    let project = app("shop");
    for (script, code) in [("exit 0", 0), ("exit 7", 7), ("kill -KILL $$", 137), ("kill -SEGV $$", 139)] {
        assert_eq!(exec(&project, &[], script).code, Some(code), "{script}");
    }
}

#[test]
fn a_command_that_cannot_be_run_is_told() {
    let project = app("shop");
    let missing = greenroom(&project, &["exec", "--", "no-such-program", "--preview", "false"]);
    assert!(missing.code == Some(127) && missing.stderr.contains("there is no command `no-such-program`"), "{missing:?}");
    let no_program = greenroom(&project, &["exec", "--", "./index.js"]);
    assert!(no_program.code == Some(126) && no_program.stderr.contains("`./index.js` cannot be run: Permission denied"), "{no_program:?}");
    let none = greenroom(&project, &["exec", "."]);
    assert!(none.code == Some(2) && none.stderr.contains("COMMAND"), "{none:?}");
    let no_time = greenroom(&project, &["exec", "--freeze=soon", "--", "true"]);
    assert!(no_time.code == Some(2) && no_time.stderr.contains("write ISO 8601"), "{no_time:?}");
}

#[test]
fn an_app_that_cannot_be_started_is_told_and_nothing_is_run() {
    let project = app("shop");
    let script = "echo ran";
    project.write("index.js", "export default { fetch( };");
    let broken = exec(&project, &[], script);
    assert!(broken.code == Some(125) && broken.stdout.is_empty() && broken.stderr.contains("index.js:1"), "{broken:?}");
    project.write("index.js", "throw new Error('on purpose'); export default {};");
    let thrown = exec(&project, &[], script);
    assert!(thrown.code == Some(125) && thrown.stdout.is_empty() && thrown.stderr.contains("Error: on purpose"), "{thrown:?}");
    let other = app("other");
    let nowhere = exec(&other, &[".", "nowhere"], script);
    assert!(nowhere.code == Some(125) && nowhere.stdout.is_empty() && nowhere.stderr.contains("nowhere"), "{nowhere:?}");
}

/// `greenroom exec` with a script that says when it has begun.
fn begin(project: &Project, script: &str) -> (Child, BufReader<std::process::ChildStdout>, Vec<String>) {
    let mut command = Command::new(binary());
    command.args(["exec", "--", "sh", "-c", script]).current_dir(project.path());
    // Without a terminal, so that it is not the one that sends signals.
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the binary runs");
    let mut output = BufReader::new(child.stdout.take().expect("stdout is piped"));
    let mut first = String::new();
    output.read_line(&mut first).expect("it can be read");
    let words = first.split_whitespace().map(str::to_owned).collect();
    (child, output, words)
}

#[test]
fn what_the_command_leaves_behind_is_ended() {
    let project = app("shop");
    // One that lost its parent, one in a session of its own, and one that will not hear of it.
    let deaf = "trap \"\" TERM; exec sleep 1000";
    let script = format!("sleep 1000 & echo $!; setsid sh -c 'sleep 1000' & echo $!; (sh -c '{deaf}' & echo $!); exit 3");
    let said = exec(&project, &[], &script);
    let left: Vec<u32> = said.stdout.lines().map(|line| line.parse().expect("a number of a process")).collect();
    assert_eq!((left.len(), said.code), (3, Some(3)), "{said:?}");
    assert_eq!(pids_of_group(&left), Vec::<u32>::new());
}

#[test]
fn a_signal_reaches_the_command() {
    let project = app("shop");
    for (signal, code) in [("TERM", 5), ("INT", 6), ("HUP", 7)] {
        let script = "trap 'exit 5' TERM; trap 'exit 6' INT; trap 'exit 7' HUP; echo begun; sleep 1000 & wait";
        let (mut child, _output, begun) = begin(&project, script);
        assert_eq!(begun, ["begun"]);
        kill(child.id(), signal);
        assert_eq!(child.wait().expect("it ends").code(), Some(code), "{signal}");
    }
}

#[test]
fn it_ends_with_the_command_and_the_command_with_it() {
    let project = app("shop");
    let (mut child, mut output, words) = begin(&project, "echo $GREENROOM_URL $$; cat");
    let client = Client::new(words[0].trim_start_matches("http://").parse().expect("an address"));
    assert_eq!(client.get("/").status, 200);
    let guests = children(child.id());
    assert!(guests.len() > 1, "the command and a guest: {guests:?}");
    // The command's input is its own.
    child.stdin.as_mut().expect("stdin is piped").write_all(b"to the command\n").expect("it reads");
    let mut line = String::new();
    output.read_line(&mut line).expect("it can be read");
    assert_eq!(line, "to the command\n");
    kill(child.id(), "KILL");
    let _ = child.wait();
    wait_for("guests and command to end", || pids_of_group(&guests).is_empty().then_some(()));
    let mut rest = String::new();
    output.read_to_string(&mut rest).expect("nobody holds it any more");
    assert_eq!(rest, "");
}
