//! The resource types that are known: what becomes of each, its name, and what `Ref` and `Fn::GetAtt` give.
//!
//! A type that is not in the table is named as not emulated. A service that is added later changes its types' rows to [`Status::Runs`].

/// What becomes of a resource of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// It is in the project and starts.
    Runs,
    /// It is in the project; nothing starts it yet. The word names what is missing.
    Later(&'static str),
    /// It has no effect on one machine, and nothing is lost: permissions, tags, metadata.
    NoEffect,
}

/// How a resource is called where its template gives no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// Stack, logical id and a suffix, with dashes; no longer than this.
    Stack(usize),
    /// The same in lower case.
    Lower(usize),
    /// Letters and digits, this many.
    Id(usize),
    /// A UUID.
    Uuid,
}

/// One row of the table. Patterns have `{name}` (the physical name), `{arn}` (the attribute `Arn`), `{region}`, `{account}`,
/// `{partition}`, `{endpoint}`, `{suffix}`, `{Property}` for a property's resolved value,
/// `{Property|arn}` for the function that it names, as ARN, and `{version}` for a version's number.
#[derive(Debug)]
pub(crate) struct ResourceType {
    pub(crate) name: &'static str,
    pub(crate) status: Status,
    /// The property that names it, empty for none.
    pub(crate) named_by: &'static str,
    pub(crate) naming: Naming,
    /// What `Ref` gives.
    pub(crate) reference: &'static str,
    /// What `Fn::GetAtt` gives.
    pub(crate) attributes: &'static [(&'static str, &'static str)],
}

use Naming::{Id, Lower, Stack, Uuid};
use Status::{Later, NoEffect, Runs};

const fn row(
    name: &'static str,
    status: Status,
    named_by: &'static str,
    naming: Naming,
    reference: &'static str,
    attributes: &'static [(&'static str, &'static str)],
) -> ResourceType {
    ResourceType { name, status, named_by, naming, reference, attributes }
}

const ARN: &str = "Arn";
const FUNCTION_ARN: &str = "arn:{partition}:lambda:{region}:{account}:function:{name}";

/// Every type that is known.
pub(crate) const TYPES: &[ResourceType] = &[
    row(
        "AWS::Lambda::Function",
        Runs,
        "FunctionName",
        Stack(64),
        "{name}",
        &[(ARN, FUNCTION_ARN), ("SnapStartResponse.ApplyOn", "None"), ("SnapStartResponse.OptimizationStatus", "Off")],
    ),
    row(
        "AWS::Lambda::Version",
        Runs,
        "",
        Id(0),
        "{FunctionName|arn}:{version}",
        &[("Version", "{version}"), ("FunctionArn", "{FunctionName|arn}:{version}")],
    ),
    row("AWS::Lambda::Alias", Runs, "", Id(0), "{FunctionName|arn}:{Name}", &[("AliasArn", "{FunctionName|arn}:{Name}")]),
    row(
        "AWS::Lambda::Url",
        Runs,
        "",
        Id(32),
        "{TargetFunctionArn|arn}",
        &[("FunctionArn", "{TargetFunctionArn|arn}"), ("FunctionUrl", "https://{name}.lambda-url.{region}.on.aws/")],
    ),
    row(
        "AWS::Lambda::LayerVersion",
        Runs,
        "LayerName",
        Stack(140),
        "arn:{partition}:lambda:{region}:{account}:layer:{name}:1",
        &[("LayerVersionArn", "arn:{partition}:lambda:{region}:{account}:layer:{name}:1")],
    ),
    row(
        "AWS::Lambda::EventSourceMapping",
        Runs,
        "",
        Uuid,
        "{name}",
        &[("Id", "{name}"), ("EventSourceMappingArn", "arn:{partition}:lambda:{region}:{account}:event-source-mapping:{name}")],
    ),
    row("AWS::Lambda::EventInvokeConfig", Runs, "", Id(12), "{name}", &[]),
    row("AWS::Lambda::Permission", NoEffect, "", Stack(100), "{name}", &[("Id", "{name}")]),
    row("AWS::Lambda::LayerVersionPermission", NoEffect, "", Id(12), "{name}", &[]),
    row("AWS::Lambda::CodeSigningConfig", NoEffect, "", Id(12), "{name}", &[(ARN, "{name}"), ("CodeSigningConfigArn", "{name}")]),
    row("AWS::ApiGateway::RestApi", Runs, "", Id(10), "{name}", &[("RootResourceId", "{name}-root"), ("RestApiId", "{name}")]),
    row("AWS::ApiGateway::Resource", Runs, "", Id(6), "{name}", &[("ResourceId", "{name}")]),
    row("AWS::ApiGateway::Method", Runs, "", Stack(60), "{name}", &[]),
    row("AWS::ApiGateway::Deployment", Runs, "", Id(6), "{name}", &[("DeploymentId", "{name}")]),
    row("AWS::ApiGateway::Stage", Runs, "StageName", Stack(60), "{name}", &[]),
    row("AWS::ApiGateway::Model", Runs, "Name", Stack(60), "{name}", &[]),
    row("AWS::ApiGateway::RequestValidator", Runs, "", Id(6), "{name}", &[("RequestValidatorId", "{name}")]),
    row("AWS::ApiGateway::Authorizer", Runs, "", Id(6), "{name}", &[("AuthorizerId", "{name}")]),
    row("AWS::ApiGateway::GatewayResponse", Runs, "", Id(6), "{name}", &[("Id", "{name}")]),
    row("AWS::ApiGateway::ApiKey", Runs, "", Id(10), "{name}", &[("APIKeyId", "{name}")]),
    row("AWS::ApiGateway::UsagePlan", Runs, "", Id(6), "{name}", &[("Id", "{name}")]),
    row("AWS::ApiGateway::UsagePlanKey", Runs, "", Id(10), "{name}", &[("Id", "{name}")]),
    row("AWS::ApiGateway::Account", NoEffect, "", Id(6), "{name}", &[("Id", "{name}")]),
    row(
        "AWS::ApiGatewayV2::Api",
        Runs,
        "",
        Id(10),
        "{name}",
        &[("ApiId", "{name}"), ("ApiEndpoint", "https://{name}.execute-api.{region}.{suffix}")],
    ),
    row("AWS::ApiGatewayV2::Route", Runs, "", Id(7), "{name}", &[("RouteId", "{name}")]),
    row("AWS::ApiGatewayV2::Integration", Runs, "", Id(7), "{name}", &[("IntegrationId", "{name}")]),
    row("AWS::ApiGatewayV2::IntegrationResponse", Runs, "", Id(7), "{name}", &[("IntegrationResponseId", "{name}")]),
    row("AWS::ApiGatewayV2::RouteResponse", Runs, "", Id(7), "{name}", &[("RouteResponseId", "{name}")]),
    row("AWS::ApiGatewayV2::Stage", Runs, "StageName", Stack(128), "{name}", &[]),
    row("AWS::ApiGatewayV2::Deployment", NoEffect, "", Id(6), "{name}", &[("DeploymentId", "{name}")]),
    row("AWS::ApiGatewayV2::Authorizer", Runs, "", Id(6), "{name}", &[("AuthorizerId", "{name}")]),
    row(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        Runs,
        "Name",
        Stack(32),
        "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/0",
        &[
            ("LoadBalancerArn", "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/0"),
            ("DNSName", "{name}.{region}.elb.{suffix}"),
            ("LoadBalancerFullName", "app/{name}/0"),
            ("LoadBalancerName", "{name}"),
            ("CanonicalHostedZoneID", "Z00000000000000000000"),
        ],
    ),
    row(
        "AWS::ElasticLoadBalancingV2::Listener",
        Runs,
        "",
        Id(16),
        "arn:{partition}:elasticloadbalancing:{region}:{account}:listener/app/{name}",
        &[("ListenerArn", "arn:{partition}:elasticloadbalancing:{region}:{account}:listener/app/{name}")],
    ),
    row(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        Runs,
        "",
        Id(16),
        "arn:{partition}:elasticloadbalancing:{region}:{account}:listener-rule/app/{name}",
        &[("RuleArn", "arn:{partition}:elasticloadbalancing:{region}:{account}:listener-rule/app/{name}")],
    ),
    row(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        Runs,
        "Name",
        Stack(32),
        "arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{name}/0",
        &[
            ("TargetGroupArn", "arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{name}/0"),
            ("TargetGroupFullName", "targetgroup/{name}/0"),
            ("TargetGroupName", "{name}"),
        ],
    ),
    row(
        "AWS::SQS::Queue",
        Runs,
        "QueueName",
        Stack(80),
        "{endpoint}/{account}/{name}",
        &[(ARN, "arn:{partition}:sqs:{region}:{account}:{name}"), ("QueueName", "{name}"), ("QueueUrl", "{endpoint}/{account}/{name}")],
    ),
    row("AWS::SQS::QueuePolicy", NoEffect, "", Id(12), "{name}", &[("Id", "{name}")]),
    row(
        "AWS::SNS::Topic",
        Later("SNS"),
        "TopicName",
        Stack(256),
        "arn:{partition}:sns:{region}:{account}:{name}",
        &[("TopicArn", "arn:{partition}:sns:{region}:{account}:{name}"), ("TopicName", "{name}")],
    ),
    row("AWS::SNS::Subscription", Later("SNS"), "", Uuid, "{TopicArn}:{name}", &[(ARN, "{TopicArn}:{name}")]),
    row("AWS::SNS::TopicPolicy", NoEffect, "", Id(12), "{name}", &[("Id", "{name}")]),
    row(
        "AWS::DynamoDB::Table",
        Later("DynamoDB"),
        "TableName",
        Stack(255),
        "{name}",
        &[
            (ARN, "arn:{partition}:dynamodb:{region}:{account}:table/{name}"),
            ("StreamArn", "arn:{partition}:dynamodb:{region}:{account}:table/{name}/stream/2026-01-01T00:00:00.000"),
        ],
    ),
    row(
        "AWS::DynamoDB::GlobalTable",
        Later("DynamoDB"),
        "TableName",
        Stack(255),
        "{name}",
        &[
            (ARN, "arn:{partition}:dynamodb:{region}:{account}:table/{name}"),
            ("StreamArn", "arn:{partition}:dynamodb:{region}:{account}:table/{name}/stream/2026-01-01T00:00:00.000"),
            ("TableId", "{name}"),
        ],
    ),
    row(
        "AWS::S3::Bucket",
        Later("S3"),
        "BucketName",
        Lower(63),
        "{name}",
        &[
            (ARN, "arn:{partition}:s3:::{name}"),
            ("DomainName", "{name}.s3.{suffix}"),
            ("RegionalDomainName", "{name}.s3.{region}.{suffix}"),
            ("DualStackDomainName", "{name}.s3.dualstack.{region}.{suffix}"),
            ("WebsiteURL", "http://{name}.s3-website-{region}.{suffix}"),
        ],
    ),
    row("AWS::S3::BucketPolicy", NoEffect, "", Id(12), "{name}", &[]),
    row(
        "AWS::Events::EventBus",
        Later("EventBridge"),
        "Name",
        Stack(256),
        "{name}",
        &[(ARN, "arn:{partition}:events:{region}:{account}:event-bus/{name}"), ("Name", "{name}")],
    ),
    row(
        "AWS::Events::Rule",
        Later("EventBridge"),
        "Name",
        Stack(64),
        "{name}",
        &[(ARN, "arn:{partition}:events:{region}:{account}:rule/{name}")],
    ),
    row("AWS::Events::EventBusPolicy", NoEffect, "", Id(12), "{name}", &[]),
    row(
        "AWS::Scheduler::Schedule",
        Later("EventBridge Scheduler"),
        "Name",
        Stack(64),
        "{name}",
        &[(ARN, "arn:{partition}:scheduler:{region}:{account}:schedule/default/{name}")],
    ),
    row(
        "AWS::Scheduler::ScheduleGroup",
        Later("EventBridge Scheduler"),
        "Name",
        Stack(64),
        "{name}",
        &[(ARN, "arn:{partition}:scheduler:{region}:{account}:schedule-group/{name}")],
    ),
    row(
        "AWS::StepFunctions::StateMachine",
        Later("Step Functions"),
        "StateMachineName",
        Stack(80),
        "arn:{partition}:states:{region}:{account}:stateMachine:{name}",
        &[
            (ARN, "arn:{partition}:states:{region}:{account}:stateMachine:{name}"),
            ("Name", "{name}"),
            ("StateMachineRevisionId", "INITIAL"),
        ],
    ),
    row(
        "AWS::StepFunctions::StateMachineVersion",
        Later("Step Functions"),
        "",
        Id(0),
        "{StateMachineArn}:1",
        &[(ARN, "{StateMachineArn}:1")],
    ),
    row("AWS::StepFunctions::StateMachineAlias", Later("Step Functions"), "Name", Stack(80), "{name}", &[(ARN, "{name}")]),
    row(
        "AWS::Kinesis::Stream",
        Later("Kinesis"),
        "Name",
        Stack(128),
        "{name}",
        &[(ARN, "arn:{partition}:kinesis:{region}:{account}:stream/{name}")],
    ),
    row(
        "AWS::Logs::LogGroup",
        NoEffect,
        "LogGroupName",
        Stack(512),
        "{name}",
        &[(ARN, "arn:{partition}:logs:{region}:{account}:log-group:{name}:*")],
    ),
    row("AWS::Logs::SubscriptionFilter", Later("CloudWatch Logs subscriptions"), "FilterName", Stack(512), "{name}", &[]),
    row("AWS::CloudFormation::Stack", Runs, "", Stack(128), "arn:{partition}:cloudformation:{region}:{account}:stack/{name}/0", &[]),
    row("AWS::CloudFormation::WaitConditionHandle", NoEffect, "", Id(12), "{name}", &[]),
    row("AWS::CDK::Metadata", NoEffect, "", Id(12), "{name}", &[]),
    row(
        "AWS::IAM::Role",
        NoEffect,
        "RoleName",
        Stack(64),
        "{name}",
        &[(ARN, "arn:{partition}:iam::{account}:role/{name}"), ("RoleId", "AROA{name}")],
    ),
    row("AWS::IAM::Policy", NoEffect, "PolicyName", Stack(128), "{name}", &[("Id", "{name}")]),
    row(
        "AWS::IAM::ManagedPolicy",
        NoEffect,
        "ManagedPolicyName",
        Stack(128),
        "arn:{partition}:iam::{account}:policy/{name}",
        &[("PolicyArn", "arn:{partition}:iam::{account}:policy/{name}")],
    ),
];

/// The row of `name`.
pub(crate) fn find(name: &str) -> Option<&'static ResourceType> {
    TYPES.iter().find(|row| row.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_one_row() {
        for row in TYPES {
            assert_eq!(TYPES.iter().filter(|other| other.name == row.name).count(), 1, "{}", row.name);
        }
    }
}
