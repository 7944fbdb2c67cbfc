//! A running `greenroom dev`.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use crate::client::{Client, Reply, Wire};
use crate::control::Control;
use crate::{Project, process};

/// How long anything may take before the test fails. Generous: machines are busy; nothing waits for it unless it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// The program under test: `GREENROOM_BIN`, or what cargo built last in this profile.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn binary() -> PathBuf {
    let path = std::env::var_os("GREENROOM_BIN").map_or_else(
        || {
            let test = std::env::current_exe().expect("a test has a path");
            test.ancestors().nth(2).expect("tests live two folders below the binary").join("greenroom")
        },
        PathBuf::from,
    );
    assert!(path.exists(), "no binary at {}: build it first (`make build`), or name it in GREENROOM_BIN", path.display());
    path
}

#[derive(Default)]
struct Lines {
    lines: Mutex<(Vec<Value>, bool)>,
    more: Condvar,
}

/// A server, killed when dropped.
pub struct Server {
    child: Child,
    address: SocketAddr,
    lines: Arc<Lines>,
    errors: Arc<Mutex<String>>,
    ready: Value,
    /// A server whose folder goes would see its files deleted, and tell of that.
    _folder: Arc<TempDir>,
}

impl Server {
    /// `greenroom dev` in the project's folder, on any free port, ready to answer.
    ///
    /// # Panics
    /// If it does not become ready.
    #[must_use]
    pub fn start(project: &Project, arguments: &[&str]) -> Self {
        match Self::try_start(project, arguments) {
            Ok(server) => server,
            Err(errors) => panic!("the server did not start: {errors}"),
        }
    }

    /// The same; `Err`: what it wrote to standard error before it ended.
    ///
    /// # Errors
    /// If it ended before it was ready.
    ///
    /// # Panics
    /// If the binary cannot be run at all.
    pub fn try_start(project: &Project, arguments: &[&str]) -> Result<Self, String> {
        Self::launch(project, &[&["--port", "0"], arguments].concat())
    }

    /// The same with these arguments alone, so that the port is left to the program.
    ///
    /// # Errors
    /// If it ended before it was ready.
    ///
    /// # Panics
    /// If the binary cannot be run at all.
    pub fn launch(project: &Project, arguments: &[&str]) -> Result<Self, String> {
        Self::launch_by(Command::new(binary()), project, arguments)
    }

    /// The same by another program, which puts the server in its own place.
    ///
    /// # Errors
    /// If it ended before it was ready.
    ///
    /// # Panics
    /// If it cannot be run at all.
    pub fn launch_by(mut command: Command, project: &Project, arguments: &[&str]) -> Result<Self, String> {
        command.args(["dev", "--json", "--control-port", "0"]).args(arguments).current_dir(project.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let lines = Arc::new(Lines::default());
        let errors = Arc::new(Mutex::new(String::new()));
        let stdout = child.stdout.take().expect("stdout is piped");
        let mut stderr = child.stderr.take().expect("stderr is piped");
        let (seen, said) = (Arc::clone(&lines), Arc::clone(&errors));
        std::thread::spawn(move || collect(stdout, &seen));
        let errors_done = std::thread::spawn(move || {
            let mut chunk = [0; 4096];
            while let Ok(read @ 1..) = stderr.read(&mut chunk) {
                said.lock().unwrap_or_else(PoisonError::into_inner).push_str(&String::from_utf8_lossy(&chunk[..read]));
            }
        });
        let mut server =
            Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), lines, errors, ready: Value::Null, _folder: project.held() };
        match server.wait_line(|line| line["type"] == "ready") {
            Some(ready) => {
                let url = ready["url"].as_str().expect("a ready line has a url");
                server.address = url.trim_start_matches("http://").parse().expect("the url has an address");
                server.ready = ready;
                Ok(server)
            }
            None => {
                let _ = server.child.wait();
                let _ = errors_done.join();
                Err(server.errors())
            }
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// For requests from other threads.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.address)
    }

    /// For requests to one of several apps.
    ///
    /// # Panics
    /// If the server ends before that app is ready.
    #[must_use]
    pub fn app(&self, name: &str) -> Client {
        let ready = self.wait_line(|line| line["type"] == "ready" && line["app"] == name).expect("the app becomes ready");
        let url = ready["url"].as_str().expect("a ready line has a url");
        Client::new(url.trim_start_matches("http://").parse().expect("the url has an address"))
    }

    /// The run's control API.
    ///
    /// # Panics
    /// If the server ends before it says where that is.
    #[must_use]
    pub fn control(&self) -> Control {
        let line = self.wait_line(|line| line["type"] == "control").expect("the server says where its control API is");
        let url = line["url"].as_str().expect("a control line has a url");
        Control::new(Client::new(url.trim_start_matches("http://").parse().expect("the url has an address")))
    }

    /// A connection of its own, read and written piece by piece.
    #[must_use]
    pub fn wire(&self) -> Wire {
        self.client().wire()
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The line that said that it is ready.
    #[must_use]
    pub fn ready(&self) -> &Value {
        &self.ready
    }

    /// Waits until it has written all of these to standard error, which may be read later than what it says elsewhere; gives everything that
    /// it has written there.
    ///
    /// # Panics
    /// If it does not.
    pub fn wait_errors(&self, texts: &[&str]) -> String {
        let said = || Some(self.errors()).filter(|said| texts.iter().all(|text| said.contains(text)));
        wait_for(&format!("{texts:?} on standard error"), said)
    }

    /// What it has written to standard error so far.
    #[must_use]
    pub fn errors(&self) -> String {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first line, past or to come, that `wanted` picks; `None` if the server ended before.
    ///
    /// # Panics
    /// If none comes in five minutes.
    pub fn wait_line(&self, wanted: impl Fn(&Value) -> bool) -> Option<Value> {
        let mut found = None;
        self.each_line(|line| {
            if wanted(line) {
                found = Some(line.clone());
            }
            found.is_some()
        });
        found
    }

    /// Shows `enough` every line once, past and to come, until it says so (true) or the server has ended (false).
    fn each_line(&self, mut enough: impl FnMut(&Value) -> bool) -> bool {
        let mut guard = self.lines.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut shown, began) = (0, now());
        loop {
            if guard.0[shown..].iter().any(&mut enough) {
                return true;
            }
            shown = guard.0.len();
            if guard.1 {
                return false;
            }
            // Other lines may go on coming.
            let left = PATIENCE.saturating_sub(now().saturating_sub(began));
            let last = &guard.0[shown.saturating_sub(100)..];
            assert!(!left.is_zero(), "no such line in {PATIENCE:?}; seen last: {last:#?}");
            guard = self.lines.more.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for a line whose message contains `text`.
    ///
    /// # Panics
    /// If the server ends before.
    pub fn wait_message(&self, text: &str) -> Value {
        let found = self.wait_line(|line| line["message"].as_str().is_some_and(|message| message.contains(text)));
        found.unwrap_or_else(|| panic!("the server ended without saying `{text}`: {}", self.errors()))
    }

    /// How many lines so far `wanted` picks.
    #[must_use]
    pub fn count(&self, wanted: impl Fn(&Value) -> bool) -> usize {
        self.lines.lines.lock().unwrap_or_else(PoisonError::into_inner).0.iter().filter(|line| wanted(line)).count()
    }

    /// `GET`.
    #[must_use]
    pub fn get(&self, path: &str) -> Reply {
        self.request("GET", path, &[], b"")
    }

    /// Any request.
    ///
    /// # Panics
    /// If no answer comes.
    #[must_use]
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        self.try_request(method, path, headers, body)
            .unwrap_or_else(|error| panic!("{method} {path}: {error}; the server {}; {}", process::fate(self.pid()), self.errors()))
    }

    /// Any request; `Err` if the connection broke.
    ///
    /// # Errors
    /// What the connection says.
    pub fn try_request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> std::io::Result<Reply> {
        self.client().try_request(method, path, headers, body)
    }

    /// Sends `text` over a connection of its own and reads until the server closes it.
    ///
    /// # Panics
    /// If the connection cannot be written to.
    #[must_use]
    pub fn raw(&self, text: &str) -> String {
        self.wire().send(text).rest()
    }

    /// Sends a signal to the server's own process.
    ///
    /// # Panics
    /// If `kill` cannot be run.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.pid().to_string()]).status().expect("kill runs");
        assert!(status.success());
    }

    /// Waits for its end and gives its exit code.
    ///
    /// # Panics
    /// If it cannot be waited for.
    pub fn wait(&mut self) -> Option<i32> {
        self.child.wait().expect("the server can be waited for").code()
    }

    /// The guests: processes that the server started and that still run, the oldest first. That one serves, unless a reload has just
    /// put another in its place.
    #[must_use]
    pub fn guests(&self) -> Vec<u32> {
        process::children(self.pid())
    }

    /// Everything that it has printed so far, on both streams.
    #[must_use]
    pub fn transcript(&self) -> String {
        let lines = self.lines.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let text: String = lines.0.iter().map(|line| format!("{line}\n")).collect();
        text + &self.errors()
    }

    /// Waits until `wanted` has picked `count` lines.
    ///
    /// # Panics
    /// If they do not come.
    pub fn wait_count(&self, count: usize, wanted: impl Fn(&Value) -> bool) {
        let mut seen = 0;
        let came = self.each_line(|line| {
            seen += usize::from(wanted(line));
            seen >= count
        });
        assert!(came, "the server {} after {seen} of {count} such lines: {}", process::fate(self.pid()), self.errors());
    }

    /// How often it has said that it reloaded.
    #[must_use]
    pub fn reloads(&self) -> usize {
        self.count(is_reload)
    }

    /// Waits until it has said so `count` times.
    pub fn wait_reloads(&self, count: usize) {
        self.wait_count(count, is_reload);
    }

    /// Does `work` while the server's own process stands still, so that it sees all of it at once.
    ///
    /// # Panics
    /// If it does not come to stand still.
    pub fn paused<T>(&self, work: impl FnOnce() -> T) -> T {
        self.signal("STOP");
        // The signal is sent before all threads have heard of it.
        wait_for("the server to stand still", || process::stands_still(self.pid()).then_some(()));
        let value = work();
        self.signal("CONT");
        value
    }
}

fn is_reload(line: &Value) -> bool {
    line["type"] == "app" && line["message"].as_str().is_some_and(|message| message.starts_with("reloaded in "))
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn collect(stdout: impl Read, lines: &Lines) {
    for line in BufReader::new(stdout).lines().map_while(Result::ok) {
        let value = serde_json::from_str(&line).unwrap_or_else(|_| serde_json::json!({ "type": "text", "message": line }));
        lines.lines.lock().unwrap_or_else(PoisonError::into_inner).0.push(value);
        lines.more.notify_all();
    }
    lines.lines.lock().unwrap_or_else(PoisonError::into_inner).1 = true;
    lines.more.notify_all();
}

/// Asks again until `check` gives something.
///
/// # Panics
/// If it does not in five minutes.
pub fn wait_for<T>(what: &str, mut check: impl FnMut() -> Option<T>) -> T {
    let started = now();
    loop {
        if let Some(value) = check() {
            return value;
        }
        assert!(now().saturating_sub(started) < PATIENCE, "waited in vain for {what}");
        std::thread::yield_now();
    }
}

/// The time since 1970.
fn now() -> Duration {
    std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default()
}
