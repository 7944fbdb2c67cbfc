//! Bytes of a process's output as log messages: lines of what it prints, frames of what it logs.

/// A message with the level that it has.
pub(crate) type Message = (&'static str, String);

/// A line that goes on for longer than this is cut. <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>: an
/// event has 1 MB at most.
const LONGEST: usize = 1024 * 1024;
/// The head of a frame: type, length, and when, in microseconds since 1970.
const HEAD: usize = 16;
/// The first bytes of every frame's type; the last byte has the level and the format.
const MAGIC: [u8; 3] = [0xa5, 0x5a, 0x00];

/// What has been read and is no whole message yet.
pub(crate) trait Cut: Default + Send + 'static {
    /// Takes what has been read; gives what is whole.
    fn take(&mut self, bytes: &[u8], message: &mut dyn FnMut(Message));
    /// What is left when nothing more comes.
    fn rest(&mut self, message: &mut dyn FnMut(Message));
}

/// Lines.
#[derive(Default)]
pub(crate) struct Lines(Vec<u8>);

impl Cut for Lines {
    fn take(&mut self, bytes: &[u8], message: &mut dyn FnMut(Message)) {
        self.0.extend_from_slice(bytes);
        let mut from = 0;
        while let Some(at) = self.0[from..].iter().position(|byte| *byte == b'\n') {
            message(("info", text(&self.0[from..from + at])));
            from += at + 1;
        }
        self.0.drain(..from);
        if self.0.len() > LONGEST {
            self.rest(message);
        }
    }

    fn rest(&mut self, message: &mut dyn FnMut(Message)) {
        if !self.0.is_empty() {
            message(("info", text(&self.0)));
            self.0.clear();
        }
    }
}

/// Frames, as the vendors' runtime clients write them to `_LAMBDA_TELEMETRY_LOG_FD`: a message may have several lines.
#[derive(Default)]
pub(crate) struct Frames(Vec<u8>);

impl Cut for Frames {
    fn take(&mut self, bytes: &[u8], message: &mut dyn FnMut(Message)) {
        self.0.extend_from_slice(bytes);
        while self.0.len() >= HEAD {
            let length = u32::from_be_bytes([self.0[4], self.0[5], self.0[6], self.0[7]]) as usize;
            if self.0[..3] != MAGIC || length > LONGEST * 2 {
                // Somebody writes there what is none of it.
                self.rest(message);
                return;
            }
            if self.0.len() < HEAD + length {
                return;
            }
            message((level(self.0[3]), text(&self.0[HEAD..HEAD + length])));
            self.0.drain(..HEAD + length);
        }
    }

    fn rest(&mut self, message: &mut dyn FnMut(Message)) {
        let mut lines = Lines(std::mem::take(&mut self.0));
        lines.take(&[], message);
        lines.rest(message);
    }
}

/// The level in the last byte of a frame's type.
fn level(kind: u8) -> &'static str {
    match (kind >> 2) & 7 {
        1 | 2 => "debug",
        4 => "warn",
        5 | 6 => "error",
        _ => "info",
    }
}

fn text(bytes: &[u8]) -> String {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    String::from_utf8_lossy(bytes.strip_suffix(b"\r").unwrap_or(bytes)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all<C: Cut>(pieces: &[&[u8]]) -> Vec<Message> {
        let (mut cut, mut messages) = (C::default(), Vec::new());
        for piece in pieces {
            cut.take(piece, &mut |message| messages.push(message));
        }
        cut.rest(&mut |message| messages.push(message));
        messages
    }

    fn frame(level: u8, text: &str) -> Vec<u8> {
        let mut frame = vec![0xa5, 0x5a, 0, level];
        frame.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
        frame.extend([0; 8]);
        frame.extend(text.as_bytes());
        frame
    }

    #[test]
    fn lines_are_put_together() {
        let texts: Vec<_> = all::<Lines>(&[b"a\nb", b"c\r\n", b"\nd"]).into_iter().map(|(_, text)| text).collect();
        assert_eq!(texts, ["a", "bc", "", "d"]);
    }

    #[test]
    fn frames_have_levels_and_lines_inside() {
        let bytes = [frame(0x17, "no\nway"), frame(0x0e, "yes")].concat();
        let expected = [("error", "no\nway".to_owned()), ("info", "yes".to_owned())];
        assert_eq!(all::<Frames>(&[&bytes]), expected);
        let one_by_one: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(all::<Frames>(&one_by_one), expected);
    }

    #[test]
    fn what_is_no_frame_is_lines() {
        assert_eq!(all::<Frames>(&[b"this is no frame\nat all"]), [("info", "this is no frame".into()), ("info", "at all".into())]);
    }
}
