//! A plain folder with a handler.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod support;

use greenroom_lambda_projects::{Kind, detect};
use support::Project;

fn function(files: &[(&str, &str)]) -> (String, String) {
    let project = Project::new(files);
    assert_eq!(detect(project.dir()).unwrap().0, Kind::Folder);
    let read = project.load().unwrap();
    assert_eq!((read.functions.len(), read.function_urls.len()), (1, 1));
    (read.functions[0].runtime.clone().unwrap().name, read.functions[0].handler.clone())
}

#[test]
fn the_first_file_that_has_a_handler_decides() {
    let is = |runtime: &str, handler: &str| (runtime.to_owned(), handler.to_owned());
    assert_eq!(function(&[("index.mjs", "export const handler = async () => {}")]), is("nodejs24.x", "index.handler"));
    assert_eq!(function(&[("index.ts", "export async function handler() {}")]), is("nodejs24.x", "index.handler"));
    assert_eq!(function(&[("index.js", "module.exports = { handler }")]), is("nodejs24.x", "index.handler"));
    assert_eq!(
        function(&[("lambda_function.py", "def lambda_handler(event, context):\n    pass")]),
        is("python3.14", "lambda_function.lambda_handler")
    );
    assert_eq!(function(&[("index.js", "console.log(1)"), ("app.py", "def handler(e, c): pass")]), is("python3.14", "app.handler"));
    assert_eq!(function(&[("bootstrap", "#!/bin/sh")]), is("provided.al2023", "bootstrap"));
}

#[test]
fn a_file_below_src() {
    let project = Project::new(&[("src/index.ts", "export const handler = 1")]);
    let read = project.load().unwrap();
    assert!(matches!(&read.functions[0].code, greenroom_lambda_projects::Code::Folder { path, .. } if path.ends_with("src")));
}

#[test]
fn a_file_without_a_handler_is_no_function() {
    assert!(detect(Project::new(&[("index.js", "console.log('hi')")]).dir()).is_none());
}
