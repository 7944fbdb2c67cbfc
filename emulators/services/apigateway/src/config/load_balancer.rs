//! Application load balancers with functions behind them.

/// A load balancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadBalancer {
    /// Its name.
    pub name: String,
    /// What its listener does, by priority; the last one without conditions is what it does by default.
    pub rules: Vec<ListenerRule>,
}

/// A rule of a listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerRule {
    /// Rules are tried from the least on.
    pub priority: u32,
    /// All of these must hold.
    pub conditions: Vec<RuleCondition>,
    /// What is done then.
    pub action: RuleAction,
}

/// What a request must be like. One of the values must fit; `*` and `?` stand for characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleCondition {
    /// The host, whatever its case.
    HostHeader(Vec<String>),
    /// The path.
    PathPattern(Vec<String>),
    /// The method.
    Method(Vec<String>),
    /// A header: its name, and values whatever their case.
    Header(String, Vec<String>),
    /// A pair of the query: name, where it matters, and value.
    Query(Vec<(Option<String>, String)>),
    /// Where it comes from: `10.0.0.0/8`.
    SourceIp(Vec<String>),
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuleAction {
    /// The function of one of these target groups answers, by their weights.
    Forward(Vec<BalancerTarget>),
    /// This is answered.
    Fixed {
        /// The status.
        status: u16,
        /// The media type.
        content_type: String,
        /// The body.
        body: String,
    },
    /// The client is sent elsewhere; `#{protocol}`, `#{host}`, `#{port}`, `#{path}` and `#{query}` stand for what it asked.
    Redirect {
        /// 301 or 302.
        status: u16,
        /// Where to: a whole URL.
        url: String,
    },
    /// One that is not emulated: the vendor's word for it.
    Unsupported(String),
}

/// A target group with a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalancerTarget {
    /// The function's ARN.
    pub arn: String,
    /// The ARN of the target group, as events name it.
    pub target_group: String,
    /// Whether headers and parameters have lists of values (`lambda.multi_value_headers.enabled`).
    pub multi_value_headers: bool,
    /// How often it is taken, beside the others.
    pub weight: u32,
}
