//! Functions written into folders, and a runtime that runs them.
#![allow(dead_code, clippy::unwrap_used, reason = "each test file uses its part; tests may unwrap")]

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use greenroom_host::{
    Clock, Content, Event, EventKind, Function, FunctionRuntime, Host, Ids, Invocation, Invoked, NotInvoked, Profile, Timestamp,
};
use greenroom_lambda_api::{LambdaRuntime, LogRecord, LogSink, Options};
use serde_json::Value;

/// How long is waited for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) struct World {
    pub(crate) host: Host,
    pub(crate) runtime: LambdaRuntime,
    pub(crate) log: Arc<Lines>,
    pub(crate) folder: tempfile::TempDir,
}

/// Keeps every line.
#[derive(Default)]
pub(crate) struct Lines(Mutex<Vec<String>>);

impl Lines {
    pub(crate) fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
    pub(crate) fn text(&self) -> String {
        self.all().join("\n")
    }
}

impl LogSink for Lines {
    fn record(&self, record: &LogRecord<'_>) {
        self.0.lock().unwrap().push(record.text.to_owned());
    }
}

pub(crate) fn world() -> World {
    world_with(Profile::Relaxed, |_| {})
}

pub(crate) fn world_with(profile: Profile, change: impl FnOnce(&mut Options)) -> World {
    let host = Host::new(Clock::frozen(Timestamp(1_800_000_000_000)), Ids::from_seed(1), profile, None);
    let log = Arc::new(Lines::default());
    // The vendor's times are real here, and a machine may be slow.
    let mut options = Options { sink: log.clone(), init_timeout: PATIENCE, shutdown: PATIENCE, delivery: PATIENCE, ..Options::default() };
    change(&mut options);
    let runtime = LambdaRuntime::new(&host, options).unwrap();
    World { host, runtime, log, folder: tempfile::tempdir().unwrap() }
}

/// Whether there is such a program; says so where there is none.
pub(crate) fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if !there {
        eprintln!("skipped: there is no `{program}` on this machine");
    }
    there
}

impl World {
    /// A function of files.
    pub(crate) fn function(&self, runtime: &str, handler: &str, files: &[(&str, &str)]) -> Function {
        let code = self.folder.path().join(format!("code-{}", self.host.ids.random()));
        for (name, text) in files {
            write(&code.join(name), text);
        }
        Function {
            arn: "arn:aws:lambda:us-east-1:000000000000:function:test".into(),
            name: "test".into(),
            version: "$LATEST".into(),
            account: "000000000000".into(),
            region: "us-east-1".into(),
            runtime: runtime.into(),
            handler: handler.into(),
            revision: code.display().to_string(),
            code,
            layers: Vec::new(),
            search: Vec::new(),
            environment: Vec::new(),
            timeout: Duration::from_secs(600),
            memory: 256,
            storage: 512,
            architecture: "x86_64".into(),
            log_group: "/aws/lambda/test".into(),
            json_logs: false,
            traced: false,
            snap_start: false,
        }
    }

    pub(crate) fn invocation(&self, payload: &str) -> Invocation {
        let event = Event::new(&self.host, EventKind::Invoke, &"test".into(), &"test".into(), "test".into(), None);
        let id = event.id;
        self.host.journal.append(event);
        Invocation {
            request_id: format!("00000000-0000-4000-8000-{:012x}", self.host.ids.random() >> 16),
            event: id,
            payload: Bytes::copy_from_slice(payload.as_bytes()),
            invoked_arn: "arn:aws:lambda:us-east-1:000000000000:function:test".into(),
            client_context: None,
            identity: None,
            trace: "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0".into(),
            tenant: None,
            stream: false,
            mishap: None,
        }
    }

    pub(crate) async fn call(&self, function: &Arc<Function>, payload: &str) -> Got {
        self.call_with(function, self.invocation(payload)).await.unwrap()
    }

    pub(crate) async fn call_with(&self, function: &Arc<Function>, invocation: Invocation) -> Result<Got, NotInvoked> {
        let id = invocation.request_id.clone();
        let invoked = self.runtime.invoke(Arc::clone(function), invocation).await?;
        Ok(Got::of(id, invoked).await)
    }
}

pub(crate) fn write(file: &Path, text: &str) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
    if text.starts_with("#!") {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// What came back, with all pieces of a stream.
pub(crate) struct Got {
    pub(crate) id: String,
    pub(crate) body: Bytes,
    pub(crate) broke: Option<String>,
    pub(crate) pieces: usize,
    pub(crate) invoked: Invoked,
    pub(crate) log: String,
}

impl Got {
    async fn of(id: String, mut invoked: Invoked) -> Self {
        let (mut body, mut broke, mut pieces) = (Vec::new(), None, 0);
        match std::mem::replace(&mut invoked.payload, Content::Whole(Bytes::new())) {
            Content::Whole(bytes) => body.extend_from_slice(&bytes),
            Content::Stream(mut stream) => {
                while let Some(piece) = stream.next().await {
                    match piece {
                        Ok(bytes) => {
                            pieces += 1;
                            body.extend_from_slice(&bytes);
                        }
                        Err(error) => broke = Some(error),
                    }
                }
            }
        }
        if let Some(ended) = invoked.ended.take() {
            let ended = ended.await;
            (invoked.outcome, invoked.log, invoked.report) = (ended.outcome, ended.log, ended.report);
        }
        let log = String::from_utf8_lossy(&invoked.log).into_owned();
        Self { id, body: body.into(), broke, pieces, invoked, log }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
