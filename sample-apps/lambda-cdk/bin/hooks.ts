/** Webhooks, taken in by a REST API and handed on in the background: the stack. `npm run synth` writes it to `cdk.out`. */
import { App, CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { ApiKeySourceType, LambdaIntegration, Period, RestApi } from "aws-cdk-lib/aws-apigateway";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { LambdaDestination } from "aws-cdk-lib/aws-lambda-destinations";

class Hooks extends Stack {
  constructor(scope: App, id: string, props?: StackProps) {
    super(scope, id, props);
    const made = { runtime: Runtime.NODEJS_22_X, code: Code.fromAsset("functions"), timeout: Duration.seconds(10) };

    const failed = new LambdaFunction(this, "Failed", { ...made, handler: "failed.handler" });
    const deliver = new LambdaFunction(this, "Deliver", {
      ...made,
      functionName: "hooks-deliver",
      handler: "deliver.handler",
      environment: { FORWARD_TO: "http://127.0.0.1:9/" },
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
      onFailure: new LambdaDestination(failed),
    });
    const receive = new LambdaFunction(this, "Receive", {
      ...made,
      handler: "receive.handler",
      environment: { DELIVER: deliver.functionName, SECRET: "only-for-this-machine" },
    });
    deliver.grantInvoke(receive);

    const api = new RestApi(this, "Api", { apiKeySourceType: ApiKeySourceType.HEADER, deployOptions: { stageName: "v1" } });
    api.root.addResource("hooks").addResource("{source}").addMethod("POST", new LambdaIntegration(receive));
    api.root.addResource("status").addMethod("GET", new LambdaIntegration(receive), { apiKeyRequired: true });
    const plan = api.addUsagePlan("Plan", { throttle: { rateLimit: 10, burstLimit: 5 }, quota: { limit: 1000, period: Period.DAY } });
    plan.addApiKey(api.addApiKey("Key", { value: "a-key-for-this-machine-only" }));
    plan.addApiStage({ stage: api.deploymentStage });

    new CfnOutput(this, "Url", { value: api.url });
  }
}

new Hooks(new App({ analyticsReporting: false, stackTraces: false, treeMetadata: false }), "Hooks");
