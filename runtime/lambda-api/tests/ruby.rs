//! Handlers for Ruby, by the machine's own `ruby`.

mod common;

use std::sync::Arc;

use common::{World, has, world};
use greenroom_host::Function;
use serde_json::json;

fn ruby(world: &World, handler: &str, code: &str) -> Arc<Function> {
    Arc::new(world.function("ruby3.4", handler, &[("app.rb", code)]))
}

#[tokio::test]
async fn a_handler_is_called_and_its_log_read() {
    if !has("ruby") {
        return;
    }
    let world = world();
    let code = "require 'logger'\nLOGGER = Logger.new($stdout)\ndef handler(event:, context:)\n  puts \"two\\nlines\"\n  LOGGER.info('logged ü')\n  \
                { twice: event['n'] * 2, id: context.aws_request_id, name: context.function_name, \
                left: context.get_remaining_time_in_millis > 1000, text: 'ä' }\nend\n";
    let function = ruby(&world, "app.handler", code);
    let got = world.call(&function, r#"{"n":21}"#).await;
    let expected = json!({ "twice": 42, "id": got.id, "name": "test", "left": true, "text": "ä" });
    assert_eq!(got.json(), expected, "{}", world.log.text());
    assert!(world.log.all().iter().any(|entry| entry == "two\nlines"), "{}", world.log.text());
    let logged = world.log.all().into_iter().find(|line| line.starts_with("I, [")).unwrap();
    assert!(logged.ends_with(&format!("]  INFO {} -- : logged ü", got.id)), "{logged}");
}

#[tokio::test]
async fn a_class_may_hold_the_handler_and_streams_are_sent_as_they_are() {
    if !has("ruby") {
        return;
    }
    let world = world();
    let code = "require 'stringio'\nmodule Shop\n  class Orders\n    def self.take(event:, context:)\n      \
                event == 'raw' ? StringIO.new('as it is') : [event, context.function_version]\n    end\n  end\nend\n";
    let function = ruby(&world, "app.Shop::Orders.take", code);
    assert_eq!(world.call(&function, "\"x\"").await.json(), json!(["x", "$LATEST"]), "{}", world.log.text());
    assert_eq!(world.call(&function, "\"raw\"").await.text(), "as it is");
}

#[tokio::test]
async fn errors_have_the_vendors_documents() {
    if !has("ruby") {
        return;
    }
    let world = world();
    let code = "class Own < StandardError; end\ndef handler(event:, context:)\n  raise Own, 'boom' if event == 'own'\n  nowhere\nend\n";
    let function = ruby(&world, "app.handler", code);
    let own = world.call(&function, "\"own\"").await;
    let document = own.json();
    assert_eq!((&document["errorMessage"], &document["errorType"]), (&json!("boom"), &json!("Function<Own>")), "{}", world.log.text());
    let trace = document["stackTrace"].as_array().unwrap();
    assert!(trace.len() == 1 && trace[0].as_str().unwrap().contains("/app.rb:3:in "), "{document}");
    assert_eq!(own.invoked.error.as_deref(), Some("Unhandled"));
    assert!(own.log.contains("Error raised from handler method\n"), "{}", own.log);
    // A name that is not there ends the process, and the next call has a new one.
    assert_eq!(world.call(&function, "1").await.json()["errorType"], "Function<NameError>");
    assert_eq!(world.call(&function, "\"own\"").await.json()["errorType"], "Function<Own>");
}

#[tokio::test]
async fn what_cannot_be_loaded_is_an_error_of_the_init() {
    if !has("ruby") {
        return;
    }
    let world = world();
    let missing = world.call(&ruby(&world, "other.handler", ""), "1").await;
    assert_eq!(missing.json()["errorType"], "Init<LoadError>", "{}", world.log.text());
    assert_eq!(missing.json()["errorMessage"], "cannot load such file -- other");
    let bad = world.call(&ruby(&world, "app", ""), "1").await;
    assert_eq!(bad.json()["errorType"], "Init<ArgumentError>");
    let syntax = world.call(&ruby(&world, "app.handler", "def handler(\n"), "1").await;
    assert_eq!(syntax.json()["errorType"], "Init<SyntaxError>", "{}", world.log.text());
}
