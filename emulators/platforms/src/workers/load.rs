//! From a folder to a project.

use std::path::{Path, PathBuf};

use greenroom_host::{App, Diagnostic, LimitOverrides};

use super::settings::Settings;
use super::{CONFIG_FILES, bindings, build, date, entry, triggers, vars, zone};
use crate::fields::{Fields, only};
use crate::source::Source;
use crate::tree::{self, Object};
use crate::{LoadOptions, Project};

/// Reads the Worker in `dir`.
pub(super) fn load(dir: &Path, options: &LoadOptions) -> Result<Project, Vec<Diagnostic>> {
    let dir = absolute(dir).map_err(only)?;
    let mut watch = Vec::new();
    let (source, notes) = find_config(&dir, &mut watch).map_err(only)?;
    let parsed = tree::parse(&source).map_err(only)?;
    let mut fields = Fields::new(&source);
    fields.problems.extend(notes);
    fields.problems.extend(parsed.warnings);
    let Some(top) = parsed.root.object() else {
        let message = format!("the configuration must be an object, not {}", parsed.root.describe());
        return Err(only(source.error(parsed.root.at, message).hint("put the keys in braces: `{ \"name\": … }`")));
    };
    let environment = options.environment.as_ref().or_else(|| options.process_env.get("CLOUDFLARE_ENV"));
    let environment = environment.map(String::as_str).filter(|name| !name.is_empty());
    let settings = Settings::choose(&mut fields, top, environment);
    settings.review(&mut fields);
    let project = Reading { fields: &mut fields, settings: &settings, top, dir: &dir, options, watch: &mut watch }.project();
    let warnings = fields.problems.finish()?;
    let Project { app, bundling, address, outgoing } = project.expect("invariant: a project without an entry module has an error");
    Ok(Project { app: App { warnings, watch, ..app }, bundling, address, outgoing })
}

fn absolute(dir: &Path) -> Result<PathBuf, Diagnostic> {
    let dir = if dir.as_os_str().is_empty() { Path::new(".") } else { dir };
    let absolute = std::path::absolute(dir).map_err(|error| {
        Diagnostic::error(format!("the current folder is unknown: {error}")).in_file(dir).hint("start in a folder that is there")
    })?;
    Ok(entry::resolve(&absolute, ""))
}

/// The configuration file that counts, and warnings of those beside it that do not.
fn find_config(dir: &Path, watch: &mut Vec<PathBuf>) -> Result<(Source, Vec<Diagnostic>), Diagnostic> {
    let paths: Vec<PathBuf> = CONFIG_FILES.iter().map(|name| dir.join(name)).collect();
    watch.extend(paths.iter().cloned());
    let mut found = paths.iter().filter(|path| path.is_file());
    let Some(path) = found.next() else {
        // What is there under such a name is no file: reading it says what it is.
        let odd = paths.iter().find(|path| path.exists()).unwrap_or(&paths[0]);
        return Source::read(odd)
            .and_then(|_| Err(Diagnostic::error("the configuration is not a file").in_file(odd).hint("make it a file")));
    };
    let source = Source::read(path)?;
    let mut notes: Vec<Diagnostic> = found
        .map(|other| {
            let message = format!("this file is ignored, since `{}` is there too", source.name());
            Diagnostic::warning(message).in_file(other).hint("keep one of the two")
        })
        .collect();
    let redirect = dir.join(".wrangler/deploy/config.json");
    if redirect.is_file() {
        let message = format!("not emulated yet: a configuration that a build tool generated; `{}` is used", source.name());
        notes.push(Diagnostic::warning(message).in_file(&redirect));
    }
    watch.push(redirect);
    Ok((source, notes))
}

struct Reading<'r, 'f, 's> {
    fields: &'r mut Fields<'f>,
    settings: &'r Settings<'s>,
    top: &'s Object,
    dir: &'r Path,
    options: &'r LoadOptions,
    watch: &'r mut Vec<PathBuf>,
}

impl Reading<'_, '_, '_> {
    /// Everything that the configuration says; none where no entry module can be found.
    fn project(mut self) -> Option<Project> {
        let name = self.name();
        let compatibility_date = self.compatibility_date();
        let compatibility_flags = self.compatibility_flags();
        let limits = self.limits();
        let crons = triggers::read(self.fields, self.settings);
        let bundling = build::read(self.fields, self.settings, self.dir, self.options);
        let address = build::address(self.fields, self.settings);
        let outgoing = zone::outgoing(self.settings, &name);
        let (mut bindings, mut taken) = bindings::read(self.fields, self.settings);
        let mut files = vars::FilesOf { dir: self.dir, options: self.options, watch: self.watch };
        let (mut vars, names) = vars::read(self.fields, self.settings, &taken, &mut files);
        let replaced = vars::given(self.fields, &mut vars, &self.options.given.vars, &taken);
        bindings.retain(|binding| !replaced.contains(&binding.name));
        taken.extend(names);
        bindings::check_unique(self.fields, &mut taken);
        let main = entry::read(self.fields, self.settings, self.top, self.dir)?;
        let app = App {
            name,
            dir: self.dir.to_owned(),
            platform: "workers",
            main,
            compatibility_date,
            compatibility_flags,
            vars,
            bindings,
            crons,
            module_rules: bundling.module_rules.clone(),
            limits,
            watch: Vec::new(),
            warnings: Vec::new(),
        };
        Some(Project { app, bundling, address, outgoing })
    }

    /// `name`, or that of the folder, with the environment appended unless the environment's own section gives the name.
    fn name(&mut self) -> String {
        let configured = self.settings.get("name").and_then(|setting| {
            let name = self.fields.string(&setting.path, setting.node)?;
            self.check_name(&setting.path, setting.node.at, name);
            Some(name.to_owned())
        });
        let name = configured.filter(|name| !name.is_empty()).unwrap_or_else(|| {
            let folder = self.dir.file_name().map_or_else(String::new, |name| slug(&name.to_string_lossy()));
            if folder.is_empty() { "worker".to_owned() } else { folder }
        });
        match self.settings.environment() {
            Some(environment) if !self.settings.sets("name") => format!("{name}-{environment}"),
            _ => name,
        }
    }

    fn check_name(&mut self, path: &str, at: usize, name: &str) {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        if name.starts_with('-') || !name.bytes().all(plain) {
            let message = format!("`{path}` must be lowercase letters, digits, `-` and `_`, not `{name}`");
            let slug = slug(name);
            self.fields.error(at, message, format!("use a name such as `{}`", if slug.is_empty() { "my-worker" } else { &slug }));
        }
    }

    fn compatibility_date(&mut self) -> Option<String> {
        let Some(setting) = self.settings.get("compatibility_date") else {
            let message = "`compatibility_date` is missing; the newest behaviour is used";
            self.fields.warn(0, message, "add `compatibility_date`, such as `2026-01-31`");
            return None;
        };
        let text = self.fields.string(&setting.path, setting.node)?;
        let Some(day) = date::days(text) else {
            let dashes = text.contains(['\u{2013}', '\u{2014}']);
            let hint = if dashes { "use plain hyphens, not dashes" } else { "write year, month and day, such as `2026-01-31`" };
            self.fields.error(setting.node.at, format!("`{}` must be a date, YYYY-MM-DD, not `{text}`", setting.path), hint);
            return None;
        };
        if self.options.now.is_some_and(|now| day > date::today(now)) {
            let message = format!("`{}` lies in the future: `{text}`", setting.path);
            self.fields.warn(setting.node.at, message, "use the date of today at the latest: deploying refuses a later one");
        }
        Some(text.to_owned())
    }

    fn compatibility_flags(&mut self) -> Vec<String> {
        let Some(setting) = self.settings.get("compatibility_flags") else { return Vec::new() };
        let flags = self.fields.strings(&setting.path, setting.node);
        // What `nodejs_als` brings is there.
        let wanting = |flag: &str| flag.starts_with("nodejs_") && flag != "nodejs_als";
        let node = setting.node.items().unwrap_or(&[]).iter().find(|item| item.text().is_some_and(wanting));
        if let Some((item, flag)) = node.and_then(|item| Some((item, item.text()?))) {
            let message = format!("not emulated yet: the compatibility flag `{flag}`");
            self.fields.warn(item.at, message, "code that imports `node:` modules, or uses `process` or `Buffer`, fails where it does");
        }
        flags
    }

    fn limits(&mut self) -> LimitOverrides {
        let Some(setting) = self.settings.get("limits") else { return LimitOverrides::default() };
        let Some(limits) = self.fields.object(&setting.path, setting.node) else { return LimitOverrides::default() };
        self.fields.unexpected(&setting.path, limits, &["cpu_ms", "subrequests"]);
        let mut number = |key: &str| {
            let node = limits.get(key)?;
            self.fields.whole_number(&format!("{}.{key}", setting.path), node, u64::MAX)
        };
        LimitOverrides { cpu_ms: number("cpu_ms"), subrequests: number("subrequests") }
    }
}

/// `text` made into a name that deploying takes.
fn slug(text: &str) -> String {
    let plain = |character: char| if character.is_ascii_alphanumeric() || character == '_' { character.to_ascii_lowercase() } else { '-' };
    let dashed: String = text.chars().map(plain).collect();
    dashed.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}
