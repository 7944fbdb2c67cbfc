//! Handlers for Python, by the machine's own `python3`.

mod common;

use std::sync::Arc;

use common::{World, has, world};
use greenroom_host::Function;
use serde_json::json;

fn python(world: &World, code: &str) -> Arc<Function> {
    Arc::new(world.function("python3.13", "lambda_function.handler", &[("lambda_function.py", code)]))
}

#[tokio::test]
async fn a_handler_is_called_and_its_log_read() {
    if !has("python3") {
        return;
    }
    let world = world();
    let code = "import logging, os\nlogger = logging.getLogger()\nlogger.setLevel('INFO')\n\ndef handler(event, context):\n    \
                print('printed ü')\n    logger.info('two\\nlines')\n    return {'twice': event['n'] * 2, 'id': context.aws_request_id, \
                'cwd': os.getcwd(), 'left': context.get_remaining_time_in_millis() > 1000, 'text': 'ä'}\n";
    let function = python(&world, code);
    let got = world.call(&function, r#"{"n":21}"#).await;
    let expected = json!({ "twice": 42, "id": got.id, "cwd": function.code, "left": true, "text": "ä" });
    assert_eq!(got.json(), expected, "{}", world.log.text());
    assert!(got.text().contains('ä'), "{}", got.text());
    assert!(got.log.contains("\nprinted ü\n"), "{}", got.log);
    let logged = world.log.all().into_iter().find(|line| line.starts_with("[INFO]\t2")).unwrap();
    assert!(logged.ends_with(&format!("Z\t{}\ttwo\nlines", got.id)), "{logged}");
}

#[tokio::test]
async fn errors_have_the_vendors_documents() {
    if !has("python3") {
        return;
    }
    let world = world();
    let code = "def handler(event, context):\n    if event == 'set':\n        return {1}\n    raise ValueError('boom at invoke')\n";
    let function = python(&world, code);
    let got = world.call(&function, "1").await;
    let trace =
        format!("  File \"{}/lambda_function.py\", line 4, in handler\n    raise ValueError('boom at invoke')\n", function.code.display());
    let expected = json!({ "errorMessage": "boom at invoke", "errorType": "ValueError", "requestId": got.id, "stackTrace": [trace] });
    assert_eq!((got.json(), got.invoked.error.as_deref()), (expected, Some("Unhandled")));
    assert!(got.log.contains("[ERROR] ValueError: boom at invoke\nTraceback (most recent call last):\n  File "), "{}", got.log);
    let marshal = world.call(&function, "\"set\"").await;
    let message = "Unable to marshal response: Object of type set is not JSON serializable";
    let expected = json!({ "errorMessage": message, "errorType": "Runtime.MarshalError", "requestId": marshal.id, "stackTrace": [] });
    assert_eq!(marshal.json(), expected);
}

#[tokio::test]
async fn a_module_that_cannot_be_imported_is_tried_twice() {
    if !has("python3") {
        return;
    }
    let world = world();
    let function = python(&world, "import nowhere\n");
    let got = world.call(&function, "{}").await;
    let message = "Unable to import module 'lambda_function': No module named 'nowhere'";
    let expected = json!({ "errorMessage": message, "errorType": "Runtime.ImportModuleError", "requestId": "", "stackTrace": [] });
    assert_eq!((got.json(), got.invoked.error.as_deref()), (expected, Some("Unhandled")));
    let text = world.log.text();
    for phase in ["init", "invoke"] {
        assert!(text.contains(&format!(" ms\tPhase: {phase}\tStatus: error\tError Type: Runtime.ImportModuleError")), "{text}");
    }
    assert!(text.contains("\tStatus: error\tError Type: Runtime.ImportModuleError\t"), "{text}");
    assert_eq!(text.matches(&format!("[ERROR] Runtime.ImportModuleError: {message}")).count(), 2, "{text}");
}

#[tokio::test]
async fn what_exits_and_what_has_no_handler() {
    if !has("python3") {
        return;
    }
    let world = world();
    let exits = world.call(&python(&world, "import sys\ndef handler(event, context):\n    sys.exit(event)\n"), "3").await;
    let message = format!("RequestId: {} Error: Runtime exited with error: exit status 3", exits.id);
    assert_eq!(exits.text(), json!({ "errorType": "Runtime.ExitError", "errorMessage": message }).to_string());
    assert!(exits.log.contains(&format!("\n{message}\nRuntime.ExitError\nEND RequestId")), "{}", exits.log);
    let none = world.call(&python(&world, "x = 1\n"), "3").await;
    assert_eq!(none.json()["errorMessage"], "Handler 'handler' missing on module 'lambda_function'");
    let wrong = world.call(&python(&world, "def handler(:\n"), "3").await;
    assert_eq!(wrong.json()["errorType"], "Runtime.UserCodeSyntaxError", "{}", wrong.text());
}
