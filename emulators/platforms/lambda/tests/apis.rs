//! APIs, whatever they are written in, end in one model.

mod support;

use greenroom_lambda_projects::LambdaProject;
use support::Project;

fn load(template: &str) -> LambdaProject {
    let project =
        Project::new(&[("template.yaml", template), ("src/index.mjs", "export const handler = 1"), ("src/auth.py", "def handler(): pass")]);
    project.load().unwrap_or_else(|errors| panic!("{errors:#?}"))
}

const SAM: &str = "\
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {CodeUri: src, Runtime: nodejs24.x, Handler: index.handler}
Resources:
  Rest:
    Type: AWS::Serverless::Api
    Properties:
      StageName: v1
      Cors: \"'*'\"
      BinaryMediaTypes: [image~1png]
      Auth:
        DefaultAuthorizer: Tokens
        Authorizers:
          Tokens: {FunctionArn: !GetAtt Auth.Arn, Identity: {Header: X-Token, ReauthorizeEvery: 0}}
          Requests: {FunctionArn: !GetAtt Auth.Arn, FunctionPayloadType: REQUEST, Identity: {QueryStrings: [key], Headers: [X-A]}}
        UsagePlan: {CreateUsagePlan: PER_API, Throttle: {BurstLimit: 5, RateLimit: 2.5}}
      GatewayResponses:
        UNAUTHORIZED: {StatusCode: 401, ResponseParameters: {Headers: {X-Why: \"'no'\"}}}
  Http:
    Type: AWS::Serverless::HttpApi
    Properties:
      CorsConfiguration: {AllowOrigins: [https://a.test], AllowMethods: [GET], MaxAge: 5}
      Auth:
        Authorizers:
          Jwt: {IdentitySource: $request.header.Authorization, JwtConfiguration: {issuer: https://i.test, audience: [a]}}
          Lam: {FunctionArn: !GetAtt Auth.Arn, AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true, Identity: {Headers: [X-A]}}
        DefaultAuthorizer: Jwt
      StageVariables: {color: blue}
  F:
    Type: AWS::Serverless::Function
    Properties:
      AutoPublishAlias: live
      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}
      Events:
        A: {Type: Api, Properties: {RestApiId: !Ref Rest, Path: '/a/{id}', Method: get, Auth: {ApiKeyRequired: true}}}
        B: {Type: Api, Properties: {RestApiId: !Ref Rest, Path: /b, Method: post, Auth: {Authorizer: Requests}}}
        C: {Type: Api, Properties: {RestApiId: !Ref Rest, Path: /b, Method: any, Auth: {Authorizer: NONE}}}
        D: {Type: HttpApi, Properties: {ApiId: !Ref Http, Path: /d, Method: get, TimeoutInMillis: 9000}}
        E: {Type: HttpApi, Properties: {ApiId: !Ref Http, Path: /e, Method: put, Auth: {Authorizer: Lam}, PayloadFormatVersion: '1.0'}}
        G: {Type: HttpApi, Properties: {ApiId: !Ref Http, Auth: {Authorizer: NONE}}}
      FunctionUrlConfig: {AuthType: NONE, InvokeMode: RESPONSE_STREAM, Cors: {AllowOrigins: ['*']}}
  Auth:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.13, Handler: auth.handler}
";

#[test]
fn a_rest_api_of_sam() {
    let project = load(SAM);
    let api = &project.rest_apis[0];
    let mut methods: Vec<_> =
        api.methods.iter().map(|m| (m.path.as_str(), m.http_method.as_str(), m.authorizer_id.as_deref(), m.api_key_required)).collect();
    methods.sort_unstable();
    let expected = [
        ("/a/{id}", "GET", Some("Tokens"), true),
        ("/a/{id}", "OPTIONS", Some("Tokens"), false),
        ("/b", "ANY", None, false),
        ("/b", "OPTIONS", Some("Tokens"), false),
        ("/b", "POST", Some("Requests"), false),
    ];
    assert_eq!(methods, expected);
    let tokens = &api.authorizers[0];
    assert_eq!((tokens.authorizer_type.as_str(), tokens.authorizer_result_ttl_in_seconds), ("TOKEN", Some(0)));
    assert_eq!(tokens.identity_source, ["method.request.header.X-Token"]);
    assert_eq!(api.authorizers[1].identity_source, ["method.request.header.X-A", "method.request.querystring.key"]);
    assert_eq!((api.stages.last().unwrap().stage_name.as_str(), api.binary_media_types.as_slice()), ("v1", &["image/png".to_owned()][..]));
    assert_eq!(api.gateway_responses[0].response_parameters, [("gatewayresponse.header.X-Why".to_owned(), "'no'".to_owned())]);
    let plan = &project.usage_plans[0];
    assert_eq!((plan.rate_limit, plan.burst_limit, plan.keys.len(), project.api_keys.len()), (Some(2.5), Some(5), 1, 1));
    assert_eq!(plan.api_stages, [(api.rest_api_id.clone(), "v1".to_owned())]);
    let function = api.methods[0].integration.function.as_ref().unwrap();
    assert_eq!(function.qualifier.as_deref(), Some("live"));
}

#[test]
fn an_http_api_of_sam() {
    let project = load(SAM);
    let api = &project.http_apis[0];
    let mut routes: Vec<_> =
        api.routes.iter().map(|r| (r.route_key.as_str(), r.authorization_type.as_str(), r.authorizer_id.as_deref())).collect();
    routes.sort_unstable();
    assert_eq!(routes, [("$default", "NONE", None), ("GET /d", "JWT", Some("Jwt")), ("PUT /e", "CUSTOM", Some("Lam"))]);
    let of = |key: &str| &api.routes.iter().find(|route| route.route_key == key).unwrap().integration;
    assert_eq!((of("GET /d").timeout_in_millis, of("PUT /e").payload_format_version.as_deref()), (Some(9000), Some("1.0")));
    let cors = api.cors_configuration.as_ref().unwrap();
    assert_eq!((cors.allow_origins.as_slice(), cors.max_age), (&["https://a.test".to_owned()][..], Some(5)));
    assert_eq!(api.stages[0].stage_variables, [("color".to_owned(), "blue".to_owned())]);
    let own = api.authorizers.iter().find(|authorizer| authorizer.authorizer_id == "Lam").unwrap();
    assert_eq!((own.enable_simple_responses, own.identity_source.as_slice()), (true, &["$request.header.X-A".to_owned()][..]));
}

#[test]
fn versions_aliases_and_urls() {
    let project = load(SAM);
    let function = &project.functions[0];
    assert_eq!((function.versions[0].version.as_str(), function.aliases[0].name.as_str()), ("1", "live"));
    assert_eq!((function.aliases[0].function_version.as_str(), function.aliases[0].provisioned_concurrent_executions), ("1", Some(2)));
    let url = &project.function_urls[0];
    assert_eq!((url.function_name.as_str(), url.qualifier.as_deref()), (function.function_name.as_str(), Some("live")));
    assert_eq!(url.invoke_mode, "RESPONSE_STREAM");
}

const PLAIN: &str = "\
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: f, Code: src, Runtime: nodejs24.x, Handler: index.handler, Role: 'arn:aws:iam::1:role/x'}
  Http: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: h, ProtocolType: HTTP}}
  I:
    Type: AWS::ApiGatewayV2::Integration
    Properties: {ApiId: !Ref Http, IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt F.Arn, PayloadFormatVersion: '2.0'}
  R: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Http, RouteKey: GET /x, Target: !Sub 'integrations/${I}'}}
  S: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Http, StageName: prod, AutoDeploy: true}}
  Ws: {Type: AWS::ApiGatewayV2::Api, Properties: {Name: w, ProtocolType: WEBSOCKET, RouteSelectionExpression: $request.body.action}}
  Wi:
    Type: AWS::ApiGatewayV2::Integration
    Properties:
      ApiId: !Ref Ws
      IntegrationType: AWS_PROXY
      IntegrationUri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations'
  Wr: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref Ws, RouteKey: send, Target: !Join [/, [integrations, !Ref Wi]]}}
  Ws1: {Type: AWS::ApiGatewayV2::Stage, Properties: {ApiId: !Ref Ws, StageName: dev}}
  Lb: {Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: {Name: lb, Subnets: [a, b]}}
  Tg:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties:
      TargetType: lambda
      Targets: [{Id: !GetAtt F.Arn}]
      TargetGroupAttributes: [{Key: lambda.multi_value_headers.enabled, Value: 'true'}]
  Listener:
    Type: AWS::ElasticLoadBalancingV2::Listener
    Properties:
      LoadBalancerArn: !Ref Lb
      Port: 80
      Protocol: HTTP
      DefaultActions: [{Type: fixed-response, FixedResponseConfig: {StatusCode: '404'}}]
  Rule:
    Type: AWS::ElasticLoadBalancingV2::ListenerRule
    Properties:
      ListenerArn: !Ref Listener
      Priority: 1
      Conditions: [{Field: path-pattern, Values: [/api/*]}]
      Actions: [{Type: forward, TargetGroupArn: !Ref Tg}]
";

#[test]
fn plain_cloudformation() {
    let project = load(PLAIN);
    assert_eq!(project.warnings, []);
    let http = &project.http_apis[0];
    assert_eq!((http.routes[0].route_key.as_str(), http.stages[0].stage_name.as_str()), ("GET /x", "prod"));
    assert_eq!(http.routes[0].integration.function.as_ref().unwrap().function_name, "f");
    let socket = &project.websocket_apis[0];
    assert_eq!((socket.routes[0].route_key.as_str(), socket.route_selection_expression.as_str()), ("send", "$request.body.action"));
    let alb = &project.albs[0];
    let rule = &alb.listeners[0].rules[0];
    assert_eq!((rule.conditions[0].field.as_str(), rule.conditions[0].values.as_slice()), ("path-pattern", &["/api/*".to_owned()][..]));
    assert_eq!(rule.actions[0].target_groups[0].0, alb.target_groups[0].target_group_arn);
    assert_eq!(
        (alb.target_groups[0].multi_value_headers, alb.target_groups[0].function.as_ref().unwrap().function_name.as_str()),
        (true, "f")
    );
    assert_eq!(alb.listeners[0].default_actions[0].action_type, "fixed-response");
}

#[test]
fn the_stage_of_a_deployment_and_what_nobody_knows_in_parts() {
    let template = "\
Resources:
  Api: {Type: AWS::ApiGateway::RestApi, Properties: {Name: a}}
  Method: {Type: AWS::ApiGateway::Method, Properties: {RestApiId: !Ref Api, ResourceId: !GetAtt Api.RootResourceId, HttpMethod: GET, Integration: {Type: MOCK, Tipe: 1}}}
  Deployment:
    Type: AWS::ApiGateway::Deployment
    Properties:
      RestApiId: !Ref Api
      StageName: prod
      StageDescription:
        Variables: {color: blue}
        CacheClusterEnabled: true
        ThrottlingRateLimit: 5
        MethodSettings: [{HttpMethod: GET, ResourcePath: /, CachingEnabled: true}]
        CanarySetting: {PercentTraffic: 10}
        TracingEnable: true
  Plan: {Type: AWS::ApiGateway::UsagePlan, Properties: {Quota: {Limit: 5, Offset: 2, Period: DAY}}}
";
    let project = load(template);
    let stage = &project.rest_apis[0].stages[0];
    assert_eq!((stage.stage_name.as_str(), stage.cache_cluster_enabled), ("prod", true));
    assert_eq!(stage.stage_variables, [("color".to_owned(), "blue".to_owned())]);
    let settings: Vec<_> = stage.settings.iter().map(|(key, settings)| (key.as_str(), settings["ThrottlingRateLimit"].as_i64())).collect();
    assert_eq!(settings, [("//GET", None), ("/*/*", Some(5))]);
    assert_eq!(project.usage_plans[0].quota_offset, Some(2));
    let warnings: Vec<&str> = project.warnings.iter().map(|warning| warning.message.as_str()).collect();
    let expected = [
        "`Tipe` is no property of `Integration` of `AWS::ApiGateway::Method` that is known; it is ignored",
        "`StageDescription.CanarySetting` of `AWS::ApiGateway::Deployment` is not emulated",
        "`TracingEnable` is no property of `StageDescription` of `AWS::ApiGateway::Deployment` that is known; it is ignored",
    ];
    assert_eq!(warnings, expected);
}

#[test]
fn layers_that_have_to_be_built() {
    let template = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Shared:
    Type: AWS::Serverless::LayerVersion
    Metadata: {BuildMethod: python3.13}
    Properties: {ContentUri: src}
";
    let project = Project::new(&[("template.yaml", template), ("src/requirements.txt", "")]);
    let content = || project.load().unwrap().layers[0].content.clone().unwrap();
    assert!(content().ends_with("src"));
    let said = project.warnings();
    assert!(said.len() == 1 && said[0].contains("layer `Shared` has to be built (`BuildMethod: python3.13`)"), "{said:?}");
    project.write(".aws-sam/build/Shared/python/shared.py", "");
    assert!(content().ends_with(".aws-sam/build/Shared"));
    assert!(project.warnings().is_empty());
}

#[test]
fn esbuild_settings_and_layers() {
    let template = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Runtime: nodejs24.x, Handler: app.handler, Layers: [!Ref L, 'arn:aws:lambda:us-east-1:1:layer:x:1']}
    Metadata:
      BuildMethod: esbuild
      BuildProperties: {EntryPoints: [index.mjs], External: ['@aws-sdk/*'], Format: esm, Minify: true, Loader: [.html=text], OutExtension: [.js=.mjs], Sorcemap: true}
  L:
    Type: AWS::Serverless::LayerVersion
    Properties: {LayerName: shared, ContentUri: src}
";
    let project = load(template);
    let greenroom_lambda_projects::Code::Folder { build: Some(build), .. } = &project.functions[0].code else { panic!() };
    assert_eq!((build.entry_points.as_slice(), build.format.as_deref(), build.minify), (&["index.mjs".to_owned()][..], Some("esm"), true));
    assert_eq!(build.out_extension, [(".js".to_owned(), ".mjs".to_owned())]);
    assert_eq!((project.layers[0].layer_name.as_str(), &project.functions[0].layers[0]), ("shared", &project.layers[0].layer_version_arn));
    let warnings: Vec<&str> = project.warnings.iter().map(|warning| warning.message.as_str()).collect();
    let expected = [
        "`Sorcemap` is no property of `Metadata.BuildProperties` of `AWS::Lambda::Function` that is known; it is ignored",
        "the layer `arn:aws:lambda:us-east-1:1:layer:x:1` is not of this project, and nothing is fetched",
    ];
    assert_eq!(warnings, expected);
}

#[test]
fn the_same_things_from_sam_and_from_plain_resources() {
    let sam = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: f
      CodeUri: src
      Runtime: nodejs24.x
      Handler: index.handler
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Dead.Arn}
      Tracing: Active
      ReservedConcurrentExecutions: 3
      Policies: [AWSLambdaExecute]
      Events:
        S: {Type: Schedule, Properties: {Schedule: rate(1 minute), Name: every, Input: '{}'}}
        V: {Type: ScheduleV2, Properties: {ScheduleExpression: 'at(2030-01-01T00:00:00)', ScheduleExpressionTimezone: Europe/Berlin}}
        R: {Type: EventBridgeRule, Properties: {Pattern: {source: [a]}, EventBusName: bus, DeadLetterConfig: {Type: SQS}}}
        Q: {Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn, BatchSize: 2, ScalingConfig: {MaximumConcurrency: 5}}}
        K: {Type: Kinesis, Properties: {Stream: !GetAtt Stream.Arn, StartingPosition: LATEST, BisectBatchOnFunctionError: true, TumblingWindowInSeconds: 60}}
        N: {Type: SNS, Properties: {Topic: !Ref News, FilterPolicy: {a: [b]}}}
        B: {Type: S3, Properties: {Bucket: !Ref Uploads, Events: [s3:ObjectCreated:*], Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}]}}}}
      EventInvokeConfig: {MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60, DestinationConfig: {OnSuccess: {Type: SNS}, OnFailure: {Type: SQS}}}
  Dead: {Type: AWS::SQS::Queue}
  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 2}}
  News: {Type: AWS::SNS::Topic}
  Uploads: {Type: AWS::S3::Bucket}
";
    let project = load(sam);
    let function = &project.functions[0];
    assert!(function.dead_letter_target.as_ref().unwrap().contains(":app-Dead-"));
    assert_eq!((function.tracing.as_str(), function.reserved_concurrent_executions), ("Active", Some(3)));
    assert_eq!(project.roles[0].attributes[0], ("Policies".to_owned(), serde_json::json!(["AWSLambdaExecute"])));
    assert_eq!((project.rules[1].name.as_str(), project.rules[1].targets[0].arn.as_str()), ("every", function.function_arn.as_str()));
    assert!(project.rules[0].targets[0].dead_letter_arn.as_ref().unwrap().contains("FRQueue"));
    assert_eq!((project.schedules[0].timezone.as_str(), project.schedules[0].name.as_str()), ("Europe/Berlin", "FV"));
    let [stream, queue] = &project.event_source_mappings[..] else { panic!("{:?}", project.event_source_mappings) };
    assert_eq!((queue.batch_size, queue.maximum_concurrency), (Some(2), Some(5)));
    assert_eq!((stream.bisect_batch_on_function_error, stream.tumbling_window_in_seconds), (true, Some(60)));
    assert_eq!(project.subscriptions[0].endpoint, function.function_arn);
    assert_eq!(project.buckets[0].notifications[0].prefix.as_deref(), Some("in/"));
    let config = &function.event_invoke_configs[0];
    assert_eq!((config.maximum_retry_attempts, config.maximum_event_age_in_seconds), (Some(0), Some(60)));
    assert!(config.on_success.as_ref().unwrap().destination.starts_with("arn:aws:sns:"));
    assert!(project.queues.iter().any(|queue| queue.logical_id == "FEventInvokeConfigOnFailureQueue"));
}

#[test]
fn what_is_left_out_may_be_referred_to() {
    let template = "\
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties: {StageName: v1, Domain: {DomainName: shop.test, CertificateArn: arn}}
  F:
    Type: AWS::Serverless::Function
    DependsOn: C
    Properties:
      CodeUri: src
      Runtime: nodejs24.x
      Handler: index.handler
      Environment: {Variables: {DOMAIN: !Ref Api.DomainName}}
      Events: {E: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /, Method: get}}}
  C:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: F}, Destination: {Id: Api}, Permissions: [Write]}
";
    let warnings: Vec<String> = load(template).warnings.iter().map(|warning| warning.message.clone()).collect();
    assert_eq!(warnings, ["`AWS::Serverless::Connector` is not emulated", "`AWS::ApiGateway::DomainName` is not emulated"]);
}
