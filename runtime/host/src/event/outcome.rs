//! How an invocation ended.

use serde::{Deserialize, Serialize};

/// How an invocation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Outcome {
    /// The guest answered.
    Ok,
    /// The guest's code threw, or answered with what is no answer.
    Error {
        /// The error's class, `TypeError`; none where no code threw.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        class: Option<String>,
        /// The error's text.
        message: String,
        /// The stack in places of the sources, the error's text before it; none where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stack: Option<String>,
    },
    /// Stopped: CPU time, memory, or a promise that nothing will ever settle.
    Exceeded {
        /// What was exceeded.
        message: String,
    },
    /// The guest's process ended.
    Crashed {
        /// How: a signal, an exit code.
        message: String,
    },
    /// It took longer than it may.
    Timeout {
        /// How long that is.
        message: String,
    },
    /// The vendor takes no more at the moment; nothing ran.
    Throttled {
        /// In the vendor's words.
        message: String,
    },
    /// It was given up, and nobody will be told again.
    Dropped {
        /// Why.
        message: String,
    },
    /// A part of a batch failed.
    Partial {
        /// The ids of what failed.
        failed: Vec<String>,
    },
    /// The client went away first.
    Canceled,
}

impl Outcome {
    /// Every word that [`Outcome::word`] gives.
    pub const WORDS: &[&str] = &["ok", "error", "exceeded", "crashed", "timeout", "throttled", "dropped", "partial", "canceled"];

    /// What is no error of the code's: nothing but a text.
    #[must_use]
    pub fn error(message: impl Into<String>) -> Self {
        Self::Error { class: None, message: message.into(), stack: None }
    }

    /// The vendor-neutral word for it, as the request log shows it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error { .. } => "error",
            Self::Exceeded { .. } => "exceeded",
            Self::Crashed { .. } => "crashed",
            Self::Timeout { .. } => "timeout",
            Self::Throttled { .. } => "throttled",
            Self::Dropped { .. } => "dropped",
            Self::Partial { .. } => "partial",
            Self::Canceled => "canceled",
        }
    }

    /// What there is to say about it, for people: the stack where there is one; nothing about what went well.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Error { message, stack, .. } => Some(stack.as_deref().unwrap_or(message)),
            Self::Exceeded { message }
            | Self::Crashed { message }
            | Self::Timeout { message }
            | Self::Throttled { message }
            | Self::Dropped { message } => Some(message),
            Self::Ok | Self::Partial { .. } | Self::Canceled => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_written_and_read_by_their_words() {
        let message = || "m".to_owned();
        let all = [
            Outcome::Ok,
            Outcome::Error { class: Some("TypeError".into()), message: message(), stack: Some("s".into()) },
            Outcome::Exceeded { message: message() },
            Outcome::Crashed { message: message() },
            Outcome::Timeout { message: message() },
            Outcome::Throttled { message: message() },
            Outcome::Dropped { message: message() },
            Outcome::Partial { failed: vec!["1".into()] },
            Outcome::Canceled,
        ];
        assert_eq!(all.each_ref().map(Outcome::word), Outcome::WORDS);
        for outcome in all {
            let json = serde_json::to_value(&outcome).unwrap();
            assert_eq!(json["type"], outcome.word());
            assert_eq!(serde_json::from_value::<Outcome>(json).unwrap(), outcome);
        }
    }
}
