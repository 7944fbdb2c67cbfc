//! What functions do wrong: each invocation gets exactly one answer all the same, and no process is left.

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::{PATIENCE, World, has, world, world_with};
use greenroom_host::{Advance, Bound, Function, FunctionRuntime, Invocation, Mishap, NotInvoked, Outcome, Profile};
use serde_json::json;

/// A runtime of a few lines of shell.
fn shell(world: &World, script: &str) -> Arc<Function> {
    Arc::new(world.function("provided.al2023", "any", &[("bootstrap", script)]))
}

const LOOP: &str = r#"#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
next() { event=$(curl -sS -D "$TMPDIR/headers" "$api/invocation/next"); id=$(sed -n 's/^Lambda-Runtime-Aws-Request-Id: *//p' "$TMPDIR/headers" | tr -d '\r'); }
post() { curl -sS -o "$TMPDIR/answer" -w '%{http_code}' -X POST -H 'content-type: application/json' --data-binary "$2" "$api/$1"; }
while :; do next
"#;

fn loops(world: &World, body: &str) -> Arc<Function> {
    shell(world, &format!("{LOOP}{body}\ndone\n"))
}

#[tokio::test]
async fn a_bootstrap_of_shell_answers() {
    if !has("curl") {
        return;
    }
    let world = world();
    let function = loops(&world, r#"echo "nonsense $event"; post invocation/$id/response "{\"got\":$event}" >/dev/null"#);
    let got = world.call(&function, "[1]").await;
    assert_eq!(got.json(), json!({ "got": [1] }));
    assert!(got.log.contains("\nnonsense [1]\n"), "{}", got.log);
}

#[tokio::test]
async fn faults_end_what_has_answered() {
    if !has("curl") {
        return;
    }
    let world = world();
    let function = loops(&world, r#"echo "process $$"; post invocation/$id/response 1 >/dev/null"#);
    let struck = async |mishap| {
        let invocation = Invocation { mishap: Some(mishap), ..world.invocation("{}") };
        world.call_with(&function, invocation).await.unwrap()
    };
    let crashed = struck(Mishap::Crash).await;
    assert_eq!(crashed.json()["errorType"], "Runtime.ExitError");
    assert!(matches!(crashed.invoked.outcome, Outcome::Crashed { .. }) && crashed.log.contains("\nprocess "), "{}", crashed.log);
    let timed_out = struck(Mishap::Timeout).await;
    assert_eq!(timed_out.json()["errorType"], "Sandbox.Timedout");
    assert!(
        timed_out.log.contains("Task timed out after 600.00 seconds") && timed_out.log.contains("Duration: 600000.00 ms"),
        "{}",
        timed_out.log
    );
    assert_eq!(world.call(&function, "{}").await.text(), "1", "the next one gets a new instance");
}

#[tokio::test]
async fn what_is_called_out_of_order_is_refused_in_the_vendors_words() {
    if !has("curl") {
        return;
    }
    let world = world();
    let body = r#"
echo "wrong $(post invocation/00000000-0000-0000-0000-000000000000/response 1) $(cat $TMPDIR/answer)"
echo "init $(post init/error '{}') $(cat $TMPDIR/answer)"
echo "restore $(curl -sS "$api/restore/next")"
echo "first $(post invocation/$id/response 1) $(cat $TMPDIR/answer)"
echo "second $(post invocation/$id/response 2) $(cat $TMPDIR/answer)"
echo "third $(post invocation/$id/error 3) $(cat $TMPDIR/answer)"
"#;
    let function = loops(&world, body);
    let got = world.call(&function, "{}").await;
    assert_eq!(got.text(), "1");
    let refused = |from: &str, to: &str| {
        let message = format!("State transition from {from} to {to} failed for runtime. Error: State transition is not allowed");
        format!("{{\"errorMessage\":\"{message}\",\"errorType\":\"InvalidStateTransition\"}}")
    };
    let expected = [
        r#"wrong 400 {"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}"#.to_owned(),
        format!("init 403 {}", refused("Running", "InitError")),
        format!("restore {}", refused("Running", "Ready")),
        r#"first 202 {"status":"OK"}"#.to_owned(),
        format!("second 403 {}", refused("RuntimeResponseSentState", "InvocationResponse")),
        format!("third 403 {}", refused("RuntimeResponseSentState", "InvocationErrorResponse")),
    ];
    let lines: Vec<&str> = got.log.lines().collect();
    assert_eq!(lines[2..8].to_vec(), expected, "{}", got.log);
}

#[tokio::test]
async fn six_megabytes_are_the_most() {
    if !has("curl") {
        return;
    }
    let world = world();
    let body = r#"
head -c "$event" /dev/zero | tr '\0' ' ' >"$TMPDIR/body"
echo "$(post invocation/$id/response "@$TMPDIR/body") $(cat $TMPDIR/answer)"
"#;
    let function = loops(&world, body);
    let most = 6 * 1024 * 1024 + 100;
    assert_eq!(world.call(&function, &most.to_string()).await.body.len(), most);
    let got = world.call(&function, &(most + 1).to_string()).await;
    let message = "Response payload size exceeded maximum allowed payload size (6291556 bytes).";
    assert_eq!(got.json(), json!({ "errorType": "Function.ResponseSizeTooLarge", "errorMessage": message }));
    assert_eq!(got.invoked.error.as_deref(), Some("Unhandled"));
    let refused = r#"413 {"errorMessage":"Exceeded maximum allowed payload size (6291556 bytes).","errorType":"RequestEntityTooLarge"}"#;
    assert!(got.log.contains(refused), "{}", got.log);
}

#[tokio::test]
async fn what_never_answers_is_ended_in_time() {
    if !has("curl") {
        return;
    }
    let world = world();
    let slow = loops(&world, "echo waiting; sleep 1000 & echo $! >\"$LAMBDA_TASK_ROOT/child\"; wait");
    // On a machine that has much to do a second may be over before the function has begun to wait.
    for seconds in [1_u64, 4, 16, 64] {
        let function = Arc::new(Function { timeout: Duration::from_secs(seconds), ..(*slow).clone() });
        let got = world.call(&function, "{}").await;
        let late = format!("Task timed out after {seconds}.00 seconds");
        let message = format!("RequestId: {} Error: {late}", got.id);
        assert_eq!(got.text(), json!({ "errorType": "Sandbox.Timedout", "errorMessage": message }).to_string());
        assert_eq!(got.invoked.outcome, Outcome::Timeout { message: late.clone() });
        let lines: Vec<&str> = got.log.lines().collect();
        assert!(lines.iter().any(|line| line.ends_with(&format!("Z {} {late}", got.id))), "{}", got.log);
        assert!(
            lines.last().unwrap().contains(&format!("\tDuration: {seconds}000.00 ms\t"))
                && lines.last().unwrap().ends_with("\tStatus: timeout\t"),
            "{}",
            got.log
        );
        let child = std::fs::read_to_string(function.code.join("child")).unwrap_or_default();
        if child.ends_with('\n') {
            assert!(lines.contains(&"waiting"), "{}", got.log);
            gone(child.trim()).await;
            return;
        }
    }
    panic!("the function never begins");
}

/// Waits until there is no such process.
async fn gone(id: &str) {
    let alive = || std::fs::read_to_string(format!("/proc/{id}/stat")).is_ok_and(|stat| !stat.contains(") Z "));
    let ended = async {
        while alive() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, ended).await.unwrap_or_else(|_| panic!("process {id} is still there"));
}

#[tokio::test]
async fn what_forks_and_stays_is_ended_with_its_instance() {
    if !has("curl") || !has("setsid") {
        return;
    }
    let world = world();
    let body = "setsid sh -c 'echo $$ >\"$LAMBDA_TASK_ROOT/child\"; exec sleep 1000' >/dev/null 2>&1 & \n\
                while [ ! -s \"$LAMBDA_TASK_ROOT/child\" ]; do :; done; post invocation/$id/response 1 >/dev/null";
    let function = loops(&world, body);
    assert_eq!(world.call(&function, "{}").await.text(), "1");
    let child = std::fs::read_to_string(function.code.join("child")).unwrap();
    assert!(std::path::Path::new(&format!("/proc/{}", child.trim())).exists());
    world.runtime.retire(&function.arn, None);
    gone(child.trim()).await;
}

#[tokio::test]
async fn an_idle_instance_ends_when_its_time_on_the_clock_is_over() {
    if !has("curl") {
        return;
    }
    let world = world();
    let function = loops(&world, "post invocation/$id/response $$ >/dev/null");
    let first = world.call(&function, "{}").await.text();
    assert_eq!(world.call(&function, "{}").await.text(), first);
    assert!(world.host.clock.pending().await.iter().any(|pending| pending.label.contains("an idle instance ends")));
    world.host.clock.advance(Advance::By(Duration::from_secs(601)), Bound::default()).await.unwrap();
    gone(&first).await;
    assert_ne!(world.call(&function, "{}").await.text(), first);
}

#[tokio::test]
async fn what_has_no_entry_point_or_no_program_says_so() {
    let world = world();
    let none = Arc::new(world.function("provided.al2023", "any", &[("other", "")]));
    let got = world.call(&none, "{}").await;
    let message = format!("RequestId: {} Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]", got.id);
    assert_eq!(got.text(), json!({ "errorType": "Runtime.InvalidEntrypoint", "errorMessage": message }).to_string());
    assert!(world.log.text().contains("\tPhase: invoke\tStatus: error\tError Type: Runtime.InvalidEntrypoint"), "{}", world.log.text());
    let unknown = shell(&world, "#!/no/such/interpreter\n");
    assert!(world.call(&unknown, "{}").await.text().contains("Error: fork/exec /var/task/bootstrap: no such file or directory"));
    let exits = shell(&world, "#!/bin/sh\necho bye\n");
    assert!(world.call(&exits, "{}").await.text().contains("Error: Runtime exited without providing a reason"));
    let bare = world_with(Profile::Relaxed, |options| options.path = "/nowhere".into());
    for (runtime, program) in
        [("nodejs22.x", "node"), ("python3.13", "python3"), ("ruby3.4", "ruby"), ("java21", "java"), ("dotnet8", "dotnet")]
    {
        let function = Arc::new(bare.function(runtime, "a.b", &[("a", "")]));
        let Err(NotInvoked::NoRuntime(message)) = bare.call_with(&function, bare.invocation("{}")).await else { panic!("{runtime}") };
        assert!(
            message.starts_with(&format!("`{runtime}` needs the program `{program}`, which is not on this machine: install ")),
            "{message}"
        );
    }
}

#[tokio::test]
async fn other_languages_run_on_the_vendors_clients_where_those_are() {
    if !has("curl") {
        return;
    }
    let programs = tempfile::tempdir().unwrap();
    let path = std::env::join_paths([programs.path().into(), "/usr/bin".into(), "/bin".into()] as [std::path::PathBuf; 3]).unwrap();
    let world = world_with(Profile::Relaxed, |options| options.path.clone_from(&path));
    // What stands for a program answers with how it was called.
    // A script is first asked for the interpreter behind it.
    let script = LOOP.replacen('\n', "\n[ \"$1\" = -e ] && echo \"$0\" && exit\n", 1);
    let echo = format!("{script}post invocation/$id/response \"\\\"$*\\\"\" >/dev/null\ndone\n");
    for program in ["ruby", "java", "dotnet"] {
        common::write(&programs.path().join(program), &echo);
    }
    let refused = [(
        "dotnet8",
        "`test` needs the package `Amazon.Lambda.RuntimeSupport` among its assemblies: `dotnet add package Amazon.Lambda.RuntimeSupport`",
    )];
    for (runtime, says) in refused {
        let function = Arc::new(world.function(runtime, "app::App.run", &[("a", "")]));
        let Err(NotInvoked::NoRuntime(message)) = world.call_with(&function, world.invocation("{}")).await else { panic!("{runtime}") };
        assert_eq!(message, says);
    }
    let java = Arc::new(world.function("java21", "app.App::run", &[("a", "")]));
    let Err(NotInvoked::NoRuntime(message)) = world.call_with(&java, world.invocation("{}")).await else { panic!("java") };
    let begins =
        format!("`java21` needs a compiler beside `{}`, which is not there: install a JDK of ", programs.path().join("java").display());
    assert!(message.starts_with(&begins), "{message}");
    common::write(&programs.path().join("aws_lambda_ric"), &echo);
    // Programs are looked up once in a run.
    let world = world_with(Profile::Relaxed, |options| options.path.clone_from(&path));
    let ruby = Arc::new(world.function("ruby3.4", "app.App.run", &[("app.rb", "")]));
    assert_eq!(world.call(&ruby, "{}").await.text(), "\"app.App.run\"", "{}", world.log.text());
    let java = Arc::new(world.function("java21", "app.App::run", &[("lib/aws-lambda-java-runtime-interface-client-2.6.0.jar", "")]));
    let code = java.code.display();
    let called = format!("\"-cp {code}:{code}/lib/* com.amazonaws.services.lambda.runtime.api.client.AWSLambda app.App::run\"");
    assert_eq!(world.call(&java, "{}").await.text(), called);
    let dotnet = Arc::new(world.function("dotnet8", "App::App.Function::Run", &[("Amazon.Lambda.RuntimeSupport.dll", "")]));
    let code = dotnet.code.display();
    let called = format!(
        "\"exec --depsfile {code}/App.deps.json --runtimeconfig {code}/App.runtimeconfig.json {code}/Amazon.Lambda.RuntimeSupport.dll App::App.Function::Run\""
    );
    assert_eq!(world.call(&dotnet, "{}").await.text(), called);
}

#[tokio::test]
async fn an_init_that_takes_too_long_is_begun_again() {
    if !has("curl") {
        return;
    }
    let world = world_with(Profile::Relaxed, |options| options.init_timeout = Duration::from_millis(300));
    let script = format!("#!/bin/sh\nwhile [ ! -e \"$LAMBDA_TASK_ROOT/go-on\" ]; do sleep 0.01; done\n{}", LOOP.replace("#!/bin/sh\n", ""));
    let function = shell(&world, &format!("{script}post invocation/$id/response 1 >/dev/null\ndone\n"));
    let reported = || world.log.all().into_iter().find(|line| line.starts_with("INIT_REPORT"));
    let given_up = async {
        loop {
            if let Some(report) = reported() {
                // The first instance has been ended by then: only the next one sees this.
                common::write(&function.code.join("go-on"), "");
                return report;
            }
            tokio::task::yield_now().await;
        }
    };
    let (got, report) = tokio::join!(world.call(&function, "{}"), given_up);
    assert_eq!(got.text(), "1");
    let took = report.strip_prefix("INIT_REPORT Init Duration: ").and_then(|rest| rest.strip_suffix(" ms\tPhase: init\tStatus: timeout"));
    assert!(took.and_then(|took| took.parse::<f64>().ok()).is_some_and(|took| took >= 300.0), "{report}");
}

#[tokio::test]
async fn memory_is_watched() {
    if !has("node") {
        return;
    }
    let world = world_with(Profile::Production, |_| {});
    // Twice what it may use, and no more: the machine is not to suffer where nobody looks for a while.
    let code = "const all = []; exports.handler = async () => { for (;;) { if (all.length < 32) all.push(Buffer.alloc(8 << 20, 1)); await new Promise((r) => setTimeout(r, 1)); } };";
    let function = world.function("nodejs22.x", "index.handler", &[("index.js", code)]);
    let got = world.call(&Arc::new(Function { memory: 128, ..function }), "{}").await;
    let message = format!("RequestId: {} Error: Runtime exited with error: signal: killed", got.id);
    assert_eq!(got.json()["errorMessage"], message);
    assert!(
        got.log.contains(&format!("{message}\nRuntime.OutOfMemory\nEND"))
            && got.log.ends_with("\tStatus: error\tError Type: Runtime.OutOfMemory\t\n"),
        "{}",
        got.log
    );
}
