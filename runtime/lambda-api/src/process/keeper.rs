//! What outlives this program by a moment, and ends the groups of processes that are left if it is killed.
//!
//! The system ends what a killed program has started itself, not what that has started. One small shell holds the other end of a pipe: it
//! is told which groups there are, and what processes of each have in their environment, by which it finds those that have left the group.
//! It kills them when the pipe closes, for whatever reason.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Reads `+ 12 NAME=value` and `- 12`, and kills what is left at the end: groups, and what is found by its environment. It looks more than once,
/// since what is ended may just have started another, which has no environment yet.
const SCRIPT: &str = r#"
PATH=/usr/bin:/bin
groups=" "
while read -r sign group marker; do
  case $sign in
    +) groups="$groups$group=$marker " ;;
    -) case $groups in *" $group="*) rest="${groups#* "$group="}"; groups="${groups%% "$group="*} ${rest#* }" ;; esac ;;
  esac
done
markers=
for group in $groups; do
  kill -9 "-${group%%=*}" 2>/dev/null
  [ "${group#*=}" ] && markers="$markers -e ${group#*=}"
done
[ "$markers" ] || exit
for pass in 1 2 3; do
  for file in $(grep -lzxF $markers /proc/[0-9]*/environ 2>/dev/null); do
    process=${file#/proc/}
    kill -9 "${process%/environ}" 2>/dev/null
  done
  sleep 0.1
done
"#;

/// The shell. It is started with the first group.
#[derive(Default)]
pub(crate) struct Keeper {
    shell: Mutex<Option<Shell>>,
}

struct Shell {
    told: Option<ChildStdin>,
    child: Child,
}

impl Keeper {
    /// The group of an instance whose processes have `marker` in their environment.
    pub(crate) fn add(&self, group: i32, marker: &str) {
        self.tell(&format!("+ {group} {marker}"));
    }

    pub(crate) fn remove(&self, group: i32) {
        self.tell(&format!("- {group}"));
    }

    fn tell(&self, line: &str) {
        let mut shell = self.shell.lock().unwrap_or_else(PoisonError::into_inner);
        if shell.is_none() {
            *shell = start().ok();
        }
        if let Some(told) = shell.as_mut().and_then(|shell| shell.told.as_mut()) {
            // Without it processes end all the same when this program ends in order.
            let _ = writeln!(told, "{line}");
        }
    }
}

fn start() -> std::io::Result<Shell> {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", SCRIPT]).env_clear().stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    // Ctrl-C in the terminal is not for it.
    command.process_group(0);
    let mut child = command.spawn()?;
    Ok(Shell { told: child.stdin.take(), child })
}

impl Drop for Shell {
    fn drop(&mut self) {
        drop(self.told.take());
        let _ = self.child.wait();
    }
}
