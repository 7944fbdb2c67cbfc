//! The model that every project becomes: typed declarations, named as the vendor's API names them, with their places.

mod alb;
mod authorizer;
mod code;
mod event_source;
mod finish;
mod function;
mod function_checks;
mod function_url;
mod http_api;
mod integration;
mod layer;
mod messaging;
mod open_api;
mod permission;
mod props;
mod rest_api;
mod rest_parts;
mod rule;
mod runtime;
mod stage;
mod state_machine;
mod storage;
mod websocket;

use greenroom_host::Diagnostic;
use serde::Serialize;
use std::path::PathBuf;

pub use alb::{Alb, AlbAction, AlbCondition, AlbListener, AlbRule, AlbTargetGroup};
pub use authorizer::{Authorizer, JwtConfiguration};
pub use code::{BuildProperties, Code};
pub use event_source::EventSourceMapping;
pub(crate) use finish::finish;
pub use function::{Alias, Destination, EventInvokeConfig, FunctionDecl, LoggingConfig, Version};
pub use function_url::FunctionUrl;
pub use http_api::{Cors, HttpApi, HttpRoute};
pub use integration::{FunctionTarget, Integration, IntegrationResponse};
pub use layer::Layer;
pub use messaging::{Queue, Subscription, Topic};
pub use permission::{Permission, Role};
pub use rest_api::{GatewayResponse, Model, RequestValidator, RestApi, RestMethod};
pub use rest_parts::{ApiKey, UsagePlan};
pub use rule::{Bus, Rule, RuleTarget, Schedule};
pub use runtime::Runtime;
pub use stage::Stage;
pub use state_machine::StateMachine;
pub use storage::{Bucket, BucketNotification, Stream, Table};
pub use websocket::{WebSocketApi, WebSocketRoute};

use crate::sources::Place;
use crate::template::{Resource, Stack};
use crate::types::{Status, find};
use crate::words::did_you_mean;
use props::Props;

/// Everything that a project declares and the program starts, or will.
#[derive(Debug, Clone, Default, Serialize)]
pub struct LambdaProject {
    /// The stack's name; of several stacks, the first one's.
    pub stack_name: String,
    /// The region that everything is in.
    pub region: String,
    /// The account that everything belongs to.
    pub account: String,
    /// Functions.
    pub functions: Vec<FunctionDecl>,
    /// Layers.
    pub layers: Vec<Layer>,
    /// HTTP APIs of API Gateway.
    pub http_apis: Vec<HttpApi>,
    /// REST APIs of API Gateway.
    pub rest_apis: Vec<RestApi>,
    /// WebSocket APIs of API Gateway.
    pub websocket_apis: Vec<WebSocketApi>,
    /// Function URLs.
    pub function_urls: Vec<FunctionUrl>,
    /// Application load balancers.
    pub albs: Vec<Alb>,
    /// Usage plans of REST APIs.
    pub usage_plans: Vec<UsagePlan>,
    /// API keys.
    pub api_keys: Vec<ApiKey>,
    /// Event source mappings.
    pub event_source_mappings: Vec<EventSourceMapping>,
    /// Schedules of EventBridge Scheduler.
    pub schedules: Vec<Schedule>,
    /// Queues.
    pub queues: Vec<Queue>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Kinesis streams.
    pub streams: Vec<Stream>,
    /// Topics.
    pub topics: Vec<Topic>,
    /// Subscriptions to topics.
    pub subscriptions: Vec<Subscription>,
    /// Buckets.
    pub buckets: Vec<Bucket>,
    /// Event buses.
    pub buses: Vec<Bus>,
    /// Rules of EventBridge.
    pub rules: Vec<Rule>,
    /// State machines.
    pub state_machines: Vec<StateMachine>,
    /// Roles.
    pub roles: Vec<Role>,
    /// Who may call functions.
    pub permissions: Vec<Permission>,
    /// Outputs of the stacks.
    pub outputs: Vec<OutputDecl>,
    /// What is doubtful, or declared and not emulated.
    pub warnings: Vec<Diagnostic>,
    /// Every file that was read, those that would be if they were there, and the folders and archives of code.
    pub watch_files: Vec<PathBuf>,
}

/// An output of a stack.
#[derive(Debug, Clone, Serialize)]
pub struct OutputDecl {
    /// Its logical id.
    pub name: String,
    /// Its value.
    pub value: serde_json::Value,
    /// The name that it is exported by.
    pub export: Option<String>,
    /// The stack that it belongs to.
    pub stack: String,
    /// Where it is declared.
    pub place: Place,
}

type Reader = fn(&Props<'_, '_>, &mut LambdaProject);

/// What reads each type. Types that are in the table of types and not here have no part in the model.
const READERS: &[(&str, Reader)] = &[
    ("AWS::Lambda::Function", function::read),
    ("AWS::Lambda::Version", function::read_version),
    ("AWS::Lambda::Alias", function::read_alias),
    ("AWS::Lambda::Url", function_url::read),
    ("AWS::Lambda::LayerVersion", layer::read),
    ("AWS::Lambda::EventSourceMapping", event_source::read),
    ("AWS::Lambda::Permission", permission::read_permission),
    ("AWS::IAM::Role", permission::read_role),
    ("AWS::Lambda::EventInvokeConfig", function::read_invoke_config),
    ("AWS::ApiGateway::RestApi", rest_api::read),
    ("AWS::ApiGateway::Resource", rest_parts::read_resource),
    ("AWS::ApiGateway::Method", rest_parts::read_method),
    ("AWS::ApiGateway::Deployment", rest_parts::read_deployment),
    ("AWS::ApiGateway::Stage", rest_parts::read_stage),
    ("AWS::ApiGateway::Authorizer", rest_parts::read_authorizer),
    ("AWS::ApiGateway::Model", rest_parts::read_model),
    ("AWS::ApiGateway::RequestValidator", rest_parts::read_validator),
    ("AWS::ApiGateway::GatewayResponse", rest_parts::read_gateway_response),
    ("AWS::ApiGateway::ApiKey", rest_parts::read_key),
    ("AWS::ApiGateway::UsagePlan", rest_parts::read_plan),
    ("AWS::ApiGateway::UsagePlanKey", rest_parts::read_plan_key),
    ("AWS::ApiGatewayV2::Api", http_api::read),
    ("AWS::ApiGatewayV2::Integration", http_api::read_integration),
    ("AWS::ApiGatewayV2::IntegrationResponse", websocket::read_response),
    ("AWS::ApiGatewayV2::RouteResponse", websocket::read_response),
    ("AWS::ApiGatewayV2::Authorizer", http_api::read_authorizer),
    ("AWS::ApiGatewayV2::Route", http_api::read_route),
    ("AWS::ApiGatewayV2::Stage", http_api::read_stage),
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", alb::read),
    ("AWS::ElasticLoadBalancingV2::TargetGroup", alb::read_group),
    ("AWS::ElasticLoadBalancingV2::Listener", alb::read_listener),
    ("AWS::ElasticLoadBalancingV2::ListenerRule", alb::read_rule),
    ("AWS::SQS::Queue", messaging::read_queue),
    ("AWS::SNS::Topic", messaging::read_topic),
    ("AWS::SNS::Subscription", messaging::read_subscription),
    ("AWS::DynamoDB::Table", storage::read_table),
    ("AWS::DynamoDB::GlobalTable", storage::read_table),
    ("AWS::Kinesis::Stream", storage::read_stream),
    ("AWS::S3::Bucket", storage::read_bucket),
    ("AWS::Events::EventBus", rule::read_bus),
    ("AWS::Events::Rule", rule::read),
    ("AWS::Scheduler::Schedule", rule::read_schedule),
    ("AWS::StepFunctions::StateMachine", state_machine::read),
];

/// Adds everything that `stack` declares to `project`. What belongs to something else is read after it.
pub(crate) fn collect(stack: &Stack<'_>, project: &mut LambdaProject) {
    let resources: Vec<Resource<'_>> = stack.active().collect();
    for resource in &resources {
        report(stack, resource);
    }
    for (kind, read) in READERS {
        for resource in resources.iter().filter(|resource| resource.kind == *kind) {
            let props = Props::of(stack, resource);
            read(&props, project);
            props.finish();
        }
    }
    for resource in resources.iter().filter(|resource| resource.kind == "AWS::CloudFormation::Stack") {
        if let Some(child) = stack.child(resource.id) {
            collect(&child, project);
            child.publish();
        }
    }
    for output in stack.outputs() {
        let place = stack.cx.place(output.at);
        let stack = stack.origin.name.clone();
        project.outputs.push(OutputDecl { name: output.name, value: output.value.to_json(), export: output.export, stack, place });
    }
}

/// Names a type that is not emulated, or not yet.
fn report(stack: &Stack<'_>, resource: &Resource<'_>) {
    let kind = resource.kind;
    match find(kind).map(|row| row.status) {
        Some(Status::Runs | Status::NoEffect) => {}
        Some(Status::Later(what)) => {
            let message = format!("`{kind}` is not emulated yet ({what})");
            stack.cx.not_emulated(resource.at, message, "it is read, and nothing starts for it");
        }
        None => {
            let known = crate::types::TYPES.iter().map(|row| row.name);
            let hint = did_you_mean(kind, known, "the resource is left out");
            stack.cx.not_emulated(resource.at, format!("`{kind}` is not emulated"), hint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::READERS;
    use crate::types::{Status, TYPES, find};

    /// Types that have their part in the model by other means.
    const OTHERWISE: &[&str] = &["AWS::CloudFormation::Stack"];

    #[test]
    fn what_is_read_is_in_the_table_and_what_runs_is_read() {
        for (kind, _) in READERS {
            assert!(find(kind).is_some(), "{kind} has no row in the table of types");
        }
        let runs = TYPES.iter().filter(|row| row.status == Status::Runs && !OTHERWISE.contains(&row.name));
        for row in runs {
            assert!(READERS.iter().any(|(kind, _)| *kind == row.name), "{} is said to run, and nothing reads it", row.name);
        }
    }
}
