//! `/opt`, `/tmp` and `/var/task` of instances, where this machine can mount folders and where it cannot.

mod common;

use std::sync::Arc;

use common::{World, has, world, write};
use greenroom_host::Function;
use serde_json::json;

/// Whether it can; says so where it cannot.
fn can_mount() -> bool {
    let can = greenroom_lambda_api::mounting();
    if let Err(why) = &can {
        eprintln!("skipped: {why}");
    }
    can.is_ok()
}

fn node(world: &World, code: &str) -> Function {
    world.function("nodejs22.x", "index.handler", &[("index.js", &format!("const fs = require('fs');\n{code}"))])
}

#[tokio::test]
async fn code_finds_the_folders_by_the_names_that_they_have_in_production() {
    if !can_mount() || !has("node") {
        return;
    }
    let world = world();
    let [below, above] = ["below", "above"].map(|name| world.folder.path().join(name));
    write(&below.join("both"), "below");
    write(&below.join("lib/one"), "1");
    write(&above.join("both"), "above");
    let code = "const read = (file) => fs.readFileSync(file, 'utf8');
        exports.handler = async () => [read('/opt/both'), read('/opt/lib/one'), fs.existsSync('/var/task/index.js'), process.env.TMPDIR,
            process.env.PLACE, fs.existsSync('/etc/passwd'), fs.existsSync('/var/runtime/nodejs/bootstrap.cjs')];";
    let function = node(&world, code);
    let environment = vec![("PLACE".to_owned(), "/opt/lib".to_owned())];
    let function = Arc::new(Function { layers: vec![below, above], environment, ..function });
    let got = world.call(&function, "1").await;
    assert_eq!(got.json(), json!(["above", "1", true, "/tmp", "/opt/lib", true, true]), "{}", world.log.text());
    assert!(!std::path::Path::new("/var/task").exists(), "the machine's own folders are as they were");
}

#[tokio::test]
async fn each_instance_has_a_folder_of_its_own_for_temporary_files_of_its_size() {
    if !can_mount() || !has("node") {
        return;
    }
    let world = world();
    let code = "exports.handler = async ({ megabytes }) => {
          const before = fs.existsSync('/tmp/kept');
          fs.writeFileSync('/tmp/kept', '');
          try {
            fs.writeFileSync('/tmp/large', Buffer.alloc(megabytes * 1024 * 1024));
            return [before, 'written'];
          } catch (error) {
            return [before, error.code];
          } finally {
            fs.rmSync('/tmp/large');
          }
        };";
    let function = Arc::new(Function { storage: 16, memory: 1024, ..node(&world, code) });
    let ask = async |megabytes: u32| world.call(&function, &json!({ "megabytes": megabytes }).to_string()).await.json();
    assert_eq!(ask(8).await, json!([false, "written"]), "{}", world.log.text());
    assert_eq!(ask(17).await, json!([true, "ENOSPC"]));
    assert_eq!(ask(8).await, json!([true, "written"]));
    assert!(!std::path::Path::new("/tmp/kept").exists());
    let other = Arc::new(Function { storage: 17, ..(*function).clone() });
    assert_eq!(world.call(&other, r#"{"megabytes":1}"#).await.json(), json!([false, "written"]));
}

/// A comma in a layer's path is what no overlay can be told of.
#[tokio::test]
async fn where_nothing_is_mounted_environment_and_search_paths_lead_there() {
    if !has("node") {
        return;
    }
    let world = world();
    let layer = world.folder.path().join("a,b");
    write(&layer.join("lib/one"), "1");
    write(&layer.join("bin/tool"), "#!/bin/sh\necho tool\n");
    write(&layer.join("nodejs/node_modules/dep/index.js"), "module.exports = 'dep';");
    let code = "const { execSync } = require('child_process');
        exports.handler = async () => {
          fs.writeFileSync(require('os').tmpdir() + '/kept', '');
          return [fs.existsSync('/var/task/index.js'), fs.readFileSync(process.env.PLACE + '/one', 'utf8'), process.env.OTHER,
            process.cwd() === process.env.LAMBDA_TASK_ROOT, require('dep'), execSync('tool').toString(), process.env.TMPDIR];
        };";
    let function = node(&world, code);
    let environment = [("PLACE", "/opt/lib"), ("OTHER", "/optional:/var/task/x")];
    let environment = environment.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let function = Arc::new(Function { layers: vec![layer], environment, ..function });
    let got = world.call(&function, "1").await.json();
    let other = format!("/optional:{}/x", function.code.display());
    assert_eq!(
        got.as_array().map(|all| &all[..6]),
        Some(&[json!(false), json!("1"), json!(other), json!(true), json!("dep"), json!("tool\n")][..])
    );
    let temporary = std::path::PathBuf::from(got[6].as_str().expect("a path"));
    assert!(temporary.join("kept").is_file(), "{}", temporary.display());
    drop(world.runtime);
    assert!(!temporary.exists(), "it is gone with its instance");
}

#[tokio::test]
async fn extensions_are_where_the_runtime_is() {
    if !can_mount() || !has("curl") {
        return;
    }
    let world = world();
    let layer = world.folder.path().join("layer");
    let extension = r#"#!/bin/sh
echo from the extension >/tmp/shared
api="http://$AWS_LAMBDA_RUNTIME_API/2020-01-01/extension"
id=$(curl -sS -o /dev/null -D - -X POST -H 'Lambda-Extension-Name: writer' --data '{"events":[]}' "$api/register" | sed -n 's/^Lambda-Extension-Identifier: *//p' | tr -d '\r')
curl -sS -H "Lambda-Extension-Identifier: $id" "$api/event/next"
"#;
    write(&layer.join("extensions/writer"), extension);
    let bootstrap = r#"#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime"
while :; do
  id=$(curl -sS -o /dev/null -D - "$api/invocation/next" | sed -n 's/^Lambda-Runtime-Aws-Request-Id: *//p' | tr -d '\r')
  curl -sS -o /dev/null -X POST --data "\"$(cat /tmp/shared)\"" "$api/invocation/$id/response"
done
"#;
    let function = world.function("provided.al2023", "any", &[("bootstrap", bootstrap)]);
    let function = Arc::new(Function { layers: vec![layer], ..function });
    assert_eq!(world.call(&function, "1").await.json(), "from the extension", "{}", world.log.text());
}
