//! Rules and schedules, of functions and of state machines.

use super::Event;
use crate::sam::Sam;
use crate::sources::Mark;
use crate::tree::{IntoNode, Maker, Node, Object};

/// What a rule is made for.
pub(in crate::sam) struct Rule<'a> {
    pub(in crate::sam) id: &'a str,
    pub(in crate::sam) at: Mark,
    pub(in crate::sam) properties: &'a Object,
    pub(in crate::sam) passed: &'a Object,
    pub(in crate::sam) arn: &'a Node,
    /// What a target's id ends in where none is given.
    pub(in crate::sam) suffix: &'a str,
    /// The role of the target, for state machines.
    pub(in crate::sam) role: Option<Node>,
}

fn of_function<'a>(event: &'a Event<'_>) -> Rule<'a> {
    let target = event.target;
    Rule {
        id: &event.id,
        at: event.at,
        properties: &event.properties,
        passed: &target.passed,
        arn: &target.arn,
        suffix: "LambdaTarget",
        role: None,
    }
}

pub(super) fn schedule(sam: &mut Sam<'_, '_>, event: &Event<'_>) {
    if event.get("Schedule").is_none() {
        event.missing(sam, "Schedule");
        return;
    }
    of_function(event).schedule(sam);
}

pub(super) fn schedule_v2(sam: &mut Sam<'_, '_>, event: &Event<'_>) {
    if event.get("ScheduleExpression").is_none() {
        event.missing(sam, "ScheduleExpression");
        return;
    }
    of_function(event).schedule_v2(sam);
}

pub(super) fn rule(sam: &mut Sam<'_, '_>, event: &Event<'_>) {
    of_function(event).rule(sam);
}

impl Rule<'_> {
    fn get(&self, key: &str) -> Option<&Node> {
        self.properties.get(key).filter(|node| !node.is_null())
    }

    fn state(&self, sam: &Sam<'_, '_>) -> Option<Node> {
        let enabled = self.get("Enabled").map(|node| match sam.resolved(node).boolean() {
            Some(false) => "DISABLED",
            _ => "ENABLED",
        });
        enabled.map(|state| state.into_node(self.at)).or_else(|| self.get("State").cloned())
    }

    /// A rule of EventBridge that is due at times.
    pub(in crate::sam) fn schedule(&self, sam: &mut Sam<'_, '_>) {
        let state = self.state(sam);
        let dead = self.dead_letters(sam);
        let properties = Maker::at(self.at)
            .maybe("ScheduleExpression", self.get("Schedule"))
            .maybe("State", state)
            .copy(self.properties, &["Name", "Description"])
            .put("Targets", vec![self.target(&["Input"], dead)]);
        sam.add(self.id, "AWS::Events::Rule", properties, self.passed);
    }

    /// A rule of EventBridge that matches events.
    pub(in crate::sam) fn rule(&self, sam: &mut Sam<'_, '_>) {
        let state = self.state(sam);
        let dead = self.dead_letters(sam);
        let properties = Maker::at(self.at)
            .maybe("EventBusName", self.get("EventBusName"))
            .maybe("EventPattern", self.get("Pattern"))
            .maybe("Name", self.get("RuleName"))
            .maybe("State", state)
            .put("Targets", vec![self.target(&["Input", "InputPath", "InputTransformer"], dead)]);
        sam.add(self.id, "AWS::Events::Rule", properties, self.passed);
    }

    /// A schedule of EventBridge Scheduler.
    pub(in crate::sam) fn schedule_v2(&self, sam: &mut Sam<'_, '_>) {
        let at = self.at;
        let omitted = self.get("OmitName").and_then(Node::boolean) == Some(true);
        let name = if omitted { None } else { Some(self.get("Name").cloned().unwrap_or_else(|| self.id.into_node(at))) };
        let window = self.get("FlexibleTimeWindow").cloned().unwrap_or_else(|| Maker::at(at).put("Mode", "OFF").node());
        let role = self.get("RoleArn").cloned().unwrap_or_else(|| self.make_role(sam));
        let dead = self.dead_letters(sam);
        let target = Maker::at(at)
            .put("Arn", self.arn)
            .put("RoleArn", role)
            .maybe("Input", self.get("Input"))
            .maybe("DeadLetterConfig", dead.map(|arn| Maker::at(at).put("Arn", arn)))
            .maybe("RetryPolicy", self.get("RetryPolicy"));
        let properties = Maker::at(at)
            .copy(
                self.properties,
                &[
                    "ScheduleExpression",
                    "State",
                    "Description",
                    "StartDate",
                    "EndDate",
                    "ScheduleExpressionTimezone",
                    "GroupName",
                    "KmsKeyArn",
                ],
            )
            .maybe("Name", name)
            .put("FlexibleTimeWindow", window)
            .put("Target", target);
        sam.add(self.id, "AWS::Scheduler::Schedule", properties, self.passed);
    }

    fn make_role(&self, sam: &mut Sam<'_, '_>) -> Node {
        let id = format!("{}Role", self.id);
        sam.add(&id, "AWS::IAM::Role", Maker::at(self.at), self.passed);
        Node::make_att(self.at, &id, "Arn")
    }

    fn target(&self, keys: &[&str], dead: Option<Node>) -> Maker {
        /// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html>
        const LONGEST: usize = 64;
        let given = self.get("Target").and_then(Node::object).and_then(|target| target.get("Id"));
        let room = LONGEST - self.suffix.len();
        let made = format!("{}{}", self.id.chars().take(room).collect::<String>(), self.suffix);
        let mut target = Maker::at(self.at)
            .put("Arn", self.arn)
            .put("Id", given.cloned().unwrap_or_else(|| made.into_node(self.at)))
            .maybe("RoleArn", self.role.clone());
        for key in keys {
            target = target.maybe(key, self.get(key));
        }
        target.maybe("DeadLetterConfig", dead.map(|arn| Maker::at(self.at).put("Arn", arn))).maybe("RetryPolicy", self.get("RetryPolicy"))
    }

    /// The queue for what could not be delivered; made where only its type is given.
    fn dead_letters(&self, sam: &mut Sam<'_, '_>) -> Option<Node> {
        let config = self.get("DeadLetterConfig").and_then(Node::object)?;
        if let Some(arn) = config.get("Arn") {
            return Some(arn.clone());
        }
        let id = config.text("QueueLogicalId").map_or_else(|| format!("{}Queue", self.id), str::to_owned);
        sam.add(&id, "AWS::SQS::Queue", Maker::at(self.at), self.passed);
        Some(Node::make_att(self.at, &id, "Arn"))
    }
}
