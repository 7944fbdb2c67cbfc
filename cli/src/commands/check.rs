//! `greenroom check`: configuration and bundle, without serving.

use std::process::ExitCode;

use greenroom_host::{Bundle, Clock, Diagnostic};
use greenroom_platforms::Project;
use owo_colors::OwoColorize;
use serde_json::json;

use crate::app::project::{self, Folder};
use crate::args::Check;
use crate::print;

pub(super) fn run(args: &Check) -> ExitCode {
    let dir = std::path::absolute(&args.dir).unwrap_or_else(|_| args.dir.clone());
    let checked = check(args);
    let (problems, result) = match checked {
        Ok((project, bundle)) => {
            let warnings = project.app.warnings.iter().chain(&bundle.warnings).cloned().collect::<Vec<_>>();
            (warnings, Some((project, bundle)))
        }
        Err(problems) => (problems, None),
    };
    if args.json {
        let app = result.as_ref().map(|(project, bundle)| json!({ "name": project.app.name, "bytes": size(bundle) }));
        anstream::println!("{}", json!({ "ok": result.is_some(), "app": app, "problems": problems }));
    } else {
        let count = print::diagnostics(&problems, &dir);
        match &result {
            Some((project, bundle)) => anstream::println!(
                "{} {}: {} KiB from {} files, {} warnings",
                "ok".green().bold(),
                project.app.name,
                size(bundle).div_ceil(1024),
                bundle.inputs.iter().filter(|input| input.is_file()).count(),
                count.warnings
            ),
            None => anstream::eprintln!("{} {} errors, {} warnings", "failed".red().bold(), count.errors, count.warnings),
        }
    }
    if result.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn check(args: &Check) -> Result<(Project, Bundle), Vec<Diagnostic>> {
    let folder = Folder::open(&args.dir, args.env.clone()).map_err(|error| vec![error])?;
    let project = folder.read(&Clock::real())?;
    let runtime = super::runtime().map_err(|error| vec![Diagnostic::error(error.to_string())])?;
    let bundle = runtime.block_on(project::bundler(&project).build()).map_err(|mut problems| {
        problems.extend(project.app.warnings.clone());
        problems
    })?;
    Ok((project, bundle))
}

fn size(bundle: &Bundle) -> usize {
    bundle.modules.iter().map(|module| module.content.len()).sum()
}
