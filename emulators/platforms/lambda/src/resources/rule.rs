//! Event buses, their rules, and schedules.

use serde::Serialize;
use serde_json::Value;

use super::LambdaProject;
use super::props::Props;
use crate::sources::Place;

/// An event bus.
#[derive(Debug, Clone, Serialize)]
pub struct Bus {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Where it is declared.
    pub place: Place,
}

/// A rule of EventBridge.
#[derive(Debug, Clone, Serialize)]
pub struct Rule {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The bus; `default`.
    pub event_bus_name: String,
    /// What events must match.
    pub event_pattern: Option<Value>,
    /// When it is due: `rate(5 minutes)`, `cron(…)`.
    pub schedule_expression: Option<String>,
    /// Whether it works.
    pub enabled: bool,
    /// What happens.
    pub targets: Vec<RuleTarget>,
    /// Where it is declared.
    pub place: Place,
}

/// What a rule or a schedule calls.
#[derive(Debug, Clone, Serialize)]
pub struct RuleTarget {
    /// Its id.
    pub id: String,
    /// The ARN of what is called.
    pub arn: String,
    /// What it is called with, in place of the event.
    pub input: Option<String>,
    /// The part of the event that it is called with.
    pub input_path: Option<String>,
    /// `InputPathsMap` and `InputTemplate`.
    pub input_transformer: Option<Value>,
    /// Where what could not be delivered goes.
    pub dead_letter_arn: Option<String>,
    /// `MaximumRetryAttempts` and `MaximumEventAgeInSeconds`.
    pub retry_policy: Option<Value>,
}

/// A schedule of EventBridge Scheduler.
#[derive(Debug, Clone, Serialize)]
pub struct Schedule {
    /// Its logical id.
    pub logical_id: String,
    /// Its name.
    pub name: String,
    /// Its group.
    pub group_name: String,
    /// When it is due: `rate(…)`, `cron(…)`, `at(…)`.
    pub schedule_expression: String,
    /// The time zone of the expression.
    pub timezone: String,
    /// Not before.
    pub start_date: Option<String>,
    /// Not after.
    pub end_date: Option<String>,
    /// Whether it works.
    pub enabled: bool,
    /// What it calls.
    pub target: Option<RuleTarget>,
    /// Where it is declared.
    pub place: Place,
}

pub(super) fn read_bus(props: &Props<'_, '_>, project: &mut LambdaProject) {
    project.buses.push(Bus {
        logical_id: props.id.clone(),
        name: props.physical_name(),
        arn: props.attribute("Arn"),
        place: props.place(),
    });
    props.no_effect(&["Name", "Tags", "Policy", "Description", "KmsKeyIdentifier", "EventSourceName", "DeadLetterConfig", "LogConfig"]);
}

/// What targets of other services are told.
const OTHERS: &[&str] = &[
    "AppSyncParameters",
    "BatchParameters",
    "EcsParameters",
    "EventBridgeParameters",
    "HttpParameters",
    "KinesisParameters",
    "RedshiftDataParameters",
    "RunCommandParameters",
    "SageMakerPipelineParameters",
];

fn target(props: &Props<'_, '_>) -> RuleTarget {
    let input = props.get("Input").map(|node| node.scalar().unwrap_or_else(|| node.to_json().to_string()));
    let target = RuleTarget {
        id: props.text("Id").unwrap_or_default(),
        arn: props.text("Arn").unwrap_or_default(),
        input,
        input_path: props.text("InputPath"),
        input_transformer: props.json("InputTransformer"),
        dead_letter_arn: props.object("DeadLetterConfig").and_then(|queue| queue.text("Arn")),
        retry_policy: props.json("RetryPolicy"),
    };
    props.no_effect(&["RoleArn", "SqsParameters"]);
    props.not_emulated(OTHERS);
    target
}

pub(super) fn read(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let bus = props.text("EventBusName").unwrap_or_else(|| "default".to_owned());
    let schedule_expression = props.text("ScheduleExpression");
    let event_pattern = props.json("EventPattern");
    if schedule_expression.is_none() && event_pattern.is_none() {
        props.missing("ScheduleExpression", "add `ScheduleExpression` or `EventPattern`");
    }
    project.rules.push(Rule {
        logical_id: props.id.clone(),
        name: props.physical_name(),
        arn: props.attribute("Arn"),
        event_bus_name: bus.rsplit('/').next().unwrap_or_default().to_owned(),
        event_pattern,
        schedule_expression,
        enabled: props.text("State").as_deref() != Some("DISABLED"),
        targets: props.objects("Targets").iter().map(target).collect(),
        place: props.place(),
    });
    props.no_effect(&["Name", "Description", "RoleArn", "Tags"]);
}

pub(super) fn read_schedule(props: &Props<'_, '_>, project: &mut LambdaProject) {
    let schedule_expression = props.text("ScheduleExpression").unwrap_or_else(|| {
        props.missing("ScheduleExpression", "add one, such as `rate(5 minutes)`");
        String::new()
    });
    project.schedules.push(Schedule {
        logical_id: props.id.clone(),
        name: props.physical_name(),
        group_name: props.text("GroupName").unwrap_or_else(|| "default".to_owned()),
        schedule_expression,
        timezone: props.text("ScheduleExpressionTimezone").unwrap_or_else(|| "UTC".to_owned()),
        start_date: props.text("StartDate"),
        end_date: props.text("EndDate"),
        enabled: props.text("State").as_deref() != Some("DISABLED"),
        target: props.object("Target").map(|inner| target(&inner)),
        place: props.place(),
    });
    props.no_effect(&["Name", "Description", "FlexibleTimeWindow", "KmsKeyArn"]);
}
