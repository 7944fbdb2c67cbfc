//! What outlives this program by a moment, and ends the groups of processes that are left if it is killed.
//!
//! The system ends what a killed program has started itself, not what that has started. One small shell holds the other end of a pipe: it
//! is told which groups there are, and kills them when the pipe closes, for whatever reason.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// Reads `+ 12` and `- 12`, and kills what is left at the end.
const SCRIPT: &str = r#"
groups=" "
while read -r sign group; do
  case $sign in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="${groups%% $group *} ${groups#* $group }" ;; esac ;;
  esac
done
for group in $groups; do kill -9 "-$group" 2>/dev/null; done
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
    pub(crate) fn add(&self, group: i32) {
        self.tell('+', group);
    }

    pub(crate) fn remove(&self, group: i32) {
        self.tell('-', group);
    }

    fn tell(&self, sign: char, group: i32) {
        let mut shell = self.shell.lock().unwrap_or_else(PoisonError::into_inner);
        if shell.is_none() {
            *shell = start().ok();
        }
        if let Some(told) = shell.as_mut().and_then(|shell| shell.told.as_mut()) {
            // Without it processes end all the same when this program ends in order.
            let _ = writeln!(told, "{sign} {group}");
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
