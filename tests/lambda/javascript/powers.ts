// A function with Powertools for TypeScript.
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { Tracer } from "@aws-lambda-powertools/tracer";

const logger = new Logger({ serviceName: "powers" });
const metrics = new Metrics({ namespace: "shop", serviceName: "powers" });
const tracer = new Tracer({ serviceName: "powers" });

export const handler = async (event: { who: string }, context: any) => {
  logger.addContext(context);
  logger.info("asked", { who: event.who, letters: event.who.length });
  metrics.addMetric("greetings", "Count", 1);
  metrics.publishStoredMetrics();
  return { hello: event.who, trace: tracer.getRootXrayTraceId() };
};
