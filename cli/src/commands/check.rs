//! `greenroom check`: configuration and bundle, without serving.

use std::path::Path;
use std::process::ExitCode;

use greenroom_host::{Bundle, Clock, Diagnostic};
use owo_colors::OwoColorize;
use serde_json::{Value, json};

use crate::app::functions::Functions;
use crate::app::project::{self, Folder};
use crate::app::settings::{Templates, no_functions};
use crate::args::Check;
use crate::print;

/// An app that could be served.
struct Checked {
    /// What a program is told of it.
    app: Value,
    /// `notes: 12 KiB from 3 files`
    summary: String,
    warnings: Vec<Diagnostic>,
}

pub(super) fn run(args: &Check) -> ExitCode {
    let dir = std::path::absolute(&args.dir).unwrap_or_else(|_| args.dir.clone());
    let checked = match super::runtime() {
        Ok(runtime) => runtime.block_on(check(args, &dir)),
        Err(error) => Err(vec![Diagnostic::error(error.to_string())]),
    };
    let problems = match &checked {
        Ok(checked) => &checked.warnings,
        Err(problems) => problems,
    };
    if args.json {
        let app = checked.as_ref().ok().map(|checked| &checked.app);
        anstream::println!("{}", json!({ "ok": checked.is_ok(), "app": app, "problems": problems }));
    } else {
        let count = print::diagnostics(problems, &dir);
        match &checked {
            Ok(checked) => anstream::println!("{} {}, {} warnings", "ok".green().bold(), checked.summary, count.warnings),
            Err(_) => anstream::eprintln!("{} {} errors, {} warnings", "failed".red().bold(), count.errors, count.warnings),
        }
    }
    if checked.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn check(args: &Check, dir: &Path) -> Result<Checked, Vec<Diagnostic>> {
    let folder = match Folder::open(&args.dir, args.env.clone()) {
        Ok(folder) => folder.with(args.given.clone().into()),
        Err(_) if Functions::detect(dir) => return functions(args, dir).await,
        Err(error) => return Err(vec![error]),
    };
    let project = folder.read(&Clock::real())?;
    let bundle = project::bundler(&project).build().await.map_err(|mut problems| {
        problems.extend(project.app.warnings.clone());
        problems
    })?;
    let (name, size) = (&project.app.name, size(&bundle));
    let files = bundle.inputs.iter().filter(|input| input.is_file()).count();
    Ok(Checked {
        app: json!({ "name": name, "bytes": size }),
        summary: format!("{name}: {} KiB from {files} files", size.div_ceil(1024)),
        warnings: project.app.warnings.iter().chain(&bundle.warnings).cloned().collect(),
    })
}

async fn functions(args: &Check, dir: &Path) -> Result<Checked, Vec<Diagnostic>> {
    no_functions(&args.given.clone().into()).map_err(|error| vec![error])?;
    let templates = Templates { parameters: args.parameter.clone(), strict: args.strict, ..Templates::default() };
    let checked = Functions::check(dir, args.env.as_deref(), &templates).await?;
    let (name, functions) = (&checked.name, checked.functions);
    let summary = format!("{name}: {functions} {}", if functions == 1 { "function" } else { "functions" });
    Ok(Checked { app: json!({ "name": name, "functions": functions }), summary, warnings: checked.warnings })
}

fn size(bundle: &Bundle) -> usize {
    bundle.modules.iter().map(|module| module.content.len()).sum()
}
