//! Handlers for Java, by the machine's own JDK.

mod common;

use std::process::Command;
use std::sync::Arc;

use common::{World, has, world_with};
use greenroom_host::{Function, Profile};
use serde_json::json;

/// What stands for `aws-lambda-java-core`.
const CORE: &[(&str, &str)] = &[
    ("Context", "String getAwsRequestId(); String getFunctionName(); int getRemainingTimeInMillis(); LambdaLogger getLogger();"),
    ("LambdaLogger", "void log(String text);"),
    ("RequestHandler<I, O>", "O handleRequest(I event, Context context);"),
];

const ORDERS: &str = r#"package shop;
import com.amazonaws.services.lambda.runtime.*;
import java.util.*;
public class Orders implements RequestHandler<Orders.Order, Map<String, Object>> {
    public static class Order {
        private String item; private int count; private List<Tag> tags;
        public String getItem() { return item; }
        public void setItem(String item) { this.item = item; }
        public int getCount() { return count; }
        public void setCount(int count) { this.count = count; }
        public List<Tag> getTags() { return tags; }
        public void setTags(List<Tag> tags) { this.tags = tags; }
    }
    public record Tag(String name) {}
    public Map<String, Object> handleRequest(Order order, Context context) {
        context.getLogger().log("two\nlines ü");
        if (order.getCount() < 0) throw new IllegalStateException("no such count");
        return Map.of("order", order, "id", context.getAwsRequestId(), "left", context.getRemainingTimeInMillis() > 1000);
    }
    public static String shout(String text) { return text.toUpperCase(); }
    public void copy(java.io.InputStream in, java.io.OutputStream out) throws Exception { in.transferTo(out); }
}
"#;

/// A function of `ORDERS`, compiled.
fn java(world: &World, handler: &str) -> Arc<Function> {
    let function = world.function("java21", handler, &[("src/shop/Orders.java", ORDERS)]);
    let sources = function.code.join("src");
    let package = sources.join("com/amazonaws/services/lambda/runtime");
    for (name, members) in CORE {
        let file = package.join(format!("{}.java", name.trim_end_matches("<I, O>")));
        common::write(&file, &format!("package com.amazonaws.services.lambda.runtime;\npublic interface {name} {{ {members} }}\n"));
    }
    let mut compiler = Command::new("javac");
    compiler.arg("-d").arg(&function.code).args(["-encoding", "UTF-8", "-sourcepath"]).arg(&sources);
    let compiled = compiler.arg(sources.join("shop/Orders.java")).output().expect("javac runs");
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    Arc::new(function)
}

/// A world whose functions have time, however slow this machine is; none where there is no JDK.
fn world() -> Option<World> {
    let slow = |options: &mut greenroom_lambda_api::Options| options.init_timeout = std::time::Duration::from_secs(300);
    (has("java") && has("javac")).then(|| world_with(Profile::Relaxed, slow))
}

#[tokio::test]
async fn a_handler_by_interface_takes_and_gives_objects() {
    let Some(world) = world() else { return };
    let function = java(&world, "shop.Orders");
    let got = world.call(&function, r#"{"item":"ä","COUNT":2,"tags":[{"name":"a"}],"unknown":1}"#).await;
    let order = json!({ "item": "ä", "count": 2, "tags": [{ "name": "a" }] });
    assert_eq!(got.json(), json!({ "order": order, "id": got.id, "left": true }), "{}", world.log.text());
    assert!(world.log.all().iter().any(|entry| entry == "two\nlines ü"), "{:?}", world.log.all());
    let thrown = world.call(&function, r#"{"count":-1}"#).await;
    let trace = ["shop.Orders.handleRequest(Orders.java:17)"];
    let document = json!({ "errorMessage": "no such count", "errorType": "java.lang.IllegalStateException", "stackTrace": trace });
    assert_eq!((thrown.json(), thrown.invoked.error.as_deref()), (document, Some("Unhandled")));
    let unfit = world.call(&function, "[1]").await;
    assert_eq!(unfit.json(), json!({ "errorMessage": "An error occurred during JSON parsing", "errorType": "java.lang.RuntimeException" }));
}

#[tokio::test]
async fn a_handler_may_be_a_method_of_texts_or_of_streams() {
    let Some(world) = world() else { return };
    assert_eq!(world.call(&java(&world, "shop.Orders::shout"), "\"text\"").await.text(), "\"TEXT\"", "{}", world.log.text());
    assert_eq!(world.call(&java(&world, "shop.Orders::copy"), "{\"as\": \"it is\"}").await.text(), "{\"as\": \"it is\"}");
}

#[tokio::test]
async fn what_is_not_there_is_an_error_of_each_invocation() {
    let Some(world) = world() else { return };
    let missing = world.call(&java(&world, "shop.Nothing"), "1").await;
    let document = json!({ "errorMessage": "Class not found: shop.Nothing", "errorType": "java.lang.ClassNotFoundException" });
    assert_eq!(missing.json(), document, "{}", world.log.text());
    let method = world.call(&java(&world, "shop.Orders::nothing"), "1").await;
    let message = "No public method named nothing with appropriate method signature found on class shop.Orders";
    assert_eq!(method.json(), json!({ "errorMessage": message }));
}
