//! Which rule of a listener a request meets.
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html>

use std::net::IpAddr;

use greenroom_host::glob::{matches, matches_ignoring_case};

use crate::config::{BalancerTarget, LoadBalancer, RuleAction, RuleCondition};
use crate::inbound::{Inbound, Query};

/// What is to be done with a request.
pub(crate) fn find<'a>(balancer: &'a LoadBalancer, inbound: &Inbound) -> Option<&'a RuleAction> {
    let fitting = balancer.rules.iter().filter(|rule| rule.conditions.iter().all(|condition| holds(condition, inbound)));
    fitting.min_by_key(|rule| (rule.conditions.is_empty(), rule.priority)).map(|rule| &rule.action)
}

/// One of the targets, by their weights; `at` is any number.
pub(crate) fn draw(targets: &[BalancerTarget], at: u64) -> Option<&BalancerTarget> {
    let all: u64 = targets.iter().map(|target| u64::from(target.weight)).sum();
    let mut left = at.checked_rem(all)?;
    targets.iter().find(|target| match left.checked_sub(target.weight.into()) {
        Some(rest) => {
            left = rest;
            false
        }
        None => true,
    })
}

fn holds(condition: &RuleCondition, inbound: &Inbound) -> bool {
    let any = |patterns: &[String], text: &str| patterns.iter().any(|pattern| matches(pattern, text));
    let any_case = |patterns: &[String], text: &str| patterns.iter().any(|pattern| matches_ignoring_case(pattern, text));
    match condition {
        RuleCondition::HostHeader(hosts) => any_case(hosts, host(inbound)),
        RuleCondition::PathPattern(paths) => any(paths, &inbound.path),
        RuleCondition::Method(methods) => methods.contains(&inbound.method),
        RuleCondition::Header(name, values) => inbound.headers.values(name).any(|value| any_case(values, value)),
        RuleCondition::SourceIp(ranges) => ranges.iter().any(|range| lies_in(inbound.peer.ip().to_canonical(), range)),
        RuleCondition::Query(pairs) => {
            let query = Query::of(&inbound.query);
            let meant = |name: &Option<String>, known: &str| name.as_ref().is_none_or(|name| matches_ignoring_case(name, known));
            query
                .0
                .iter()
                .any(|(known, value)| pairs.iter().any(|(name, wanted)| meant(name, known) && matches_ignoring_case(wanted, value)))
        }
    }
}

/// Whether an address is in a range: `10.0.0.0/8`, `::1/128`.
fn lies_in(address: IpAddr, range: &str) -> bool {
    let (base, length) = range.split_once('/').unwrap_or((range, ""));
    let bits = |address: IpAddr| match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)) << 96, 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    };
    let Ok(base) = base.parse::<IpAddr>() else { return false };
    let ((base, most), (address, size)) = (bits(base), bits(address));
    let length = length.parse().unwrap_or(most).min(most);
    most == size && (length == 0 || (base ^ address) >> (128 - length) == 0)
}

fn host(inbound: &Inbound) -> &str {
    inbound.host().rsplit_once(':').map_or(inbound.host(), |(host, _)| host)
}

/// A URL with what the client asked in place of `#{…}`.
pub(crate) fn fill(url: &str, inbound: &Inbound) -> String {
    let port = inbound.host().rsplit_once(':').map_or("80", |(_, port)| port);
    let path = inbound.path.trim_start_matches('/');
    let known = [("#{protocol}", "http"), ("#{host}", host(inbound)), ("#{port}", port), ("#{path}", path), ("#{query}", &inbound.query)];
    known.iter().fold(url.to_owned(), |url, (name, value)| url.replace(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_drawn_by_weight() {
        let target = |name: &str, weight| BalancerTarget { arn: name.into(), target_group: "g".into(), multi_value_headers: false, weight };
        let targets = [target("a", 1), target("b", 0), target("c", 3)];
        let drawn = |at| draw(&targets, at).map(|target| target.arn.as_str());
        assert_eq!([drawn(0), drawn(1), drawn(2), drawn(3), drawn(4)], [Some("a"), Some("c"), Some("c"), Some("c"), Some("a")]);
        assert_eq!((draw(&[], 7).is_none(), draw(&targets[1..2], 7).is_none()), (true, true));
    }

    #[test]
    fn addresses_lie_in_ranges() {
        let lies = |address: &str, range: &str| lies_in(address.parse().unwrap(), range);
        assert!(lies("10.1.2.3", "10.0.0.0/8") && lies("10.1.2.3", "0.0.0.0/0") && lies("10.1.2.3", "10.1.2.3"));
        assert!(!lies("11.1.2.3", "10.0.0.0/8") && !lies("::1", "10.0.0.0/8") && !lies("10.1.2.3", "nonsense"));
        assert!(lies("::1", "::1/128") && !lies("::2", "::1/128"));
    }
}
