//! Which door a request came to.

/// A door.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Door {
    /// Of which kind.
    pub kind: DoorKind,
    /// The API's id, the function URL's id, the load balancer's name.
    pub id: String,
    /// The stage that stands behind a listener of its own, as behind a custom domain: paths do not name it. None: the first segment of the
    /// path does, or it is `$default`.
    pub stage: Option<String>,
}

impl Door {
    /// Its name in the journal: `http-api/<id>`, `rest-api/<id>/<stage>`. [`Door::read`] reads it.
    #[must_use]
    pub fn name(&self) -> String {
        let stage = self.stage.as_ref().map(|stage| format!("/{stage}")).unwrap_or_default();
        format!("{}/{}{stage}", self.kind.word(), self.id)
    }

    /// The door of that name.
    #[must_use]
    pub fn read(name: &str) -> Option<Self> {
        let mut parts = name.splitn(3, '/');
        let kind = DoorKind::of(parts.next()?)?;
        Some(Self { kind, id: parts.next()?.to_owned(), stage: parts.next().map(str::to_owned) })
    }
}

/// The kinds of doors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DoorKind {
    /// An HTTP API.
    HttpApi,
    /// A REST API.
    RestApi,
    /// A WebSocket API.
    WebSocketApi,
    /// A function URL.
    FunctionUrl,
    /// A load balancer.
    LoadBalancer,
}

impl DoorKind {
    /// Every kind with its word.
    const ALL: &[(Self, &str)] = &[
        (Self::HttpApi, "http-api"),
        (Self::RestApi, "rest-api"),
        (Self::WebSocketApi, "websocket-api"),
        (Self::FunctionUrl, "function-url"),
        (Self::LoadBalancer, "load-balancer"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("door", |(_, word)| word)
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == word).map(|(kind, _)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for (kind, word) in DoorKind::ALL {
            for stage in [None, Some("$default".to_owned())] {
                let door = Door { kind: *kind, id: "a1".to_owned(), stage };
                assert!(door.name().starts_with(&format!("{word}/a1")), "{}", door.name());
                assert_eq!(Door::read(&door.name()), Some(door));
            }
        }
        assert_eq!((Door::read("http-api"), Door::read("window/a1")), (None, None));
    }
}
