//! Keys, and how much who has them may call.

/// A key of callers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: String,
    /// What callers send.
    pub value: String,
    /// Whether it may be used.
    pub enabled: bool,
}

/// How much callers may call.
#[derive(Debug, Clone, PartialEq)]
pub struct UsagePlan {
    /// Its id.
    pub id: String,
    /// API and stage that it is for.
    pub stages: Vec<(String, String)>,
    /// Ids of the keys that it is for.
    pub keys: Vec<String>,
    /// How quickly.
    pub throttle: Option<Throttle>,
    /// How often.
    pub quota: Option<Quota>,
}

/// How quickly a key may call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Throttle {
    /// Requests a second.
    pub rate: f64,
    /// How many of them may come at once.
    pub burst: u32,
}

/// How often a key may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// So many times …
    pub limit: u64,
    /// … less so many in the first period …
    pub offset: u64,
    /// … in so long a time.
    pub period: Period,
}

/// How long a quota counts, by the calendar, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// From midnight.
    Day,
    /// From Sunday.
    Week,
    /// From the first.
    Month,
}
