/** Quotes: what it costs to send a parcel. The rates are another function's. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { APIGatewayProxyEventV2WithLambdaAuthorizer, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { z } from "zod";

const lambda = new LambdaClient({});

const Parcel = z.object({
  country: z.string().length(2).toUpperCase(),
  kilograms: z.number().positive().max(30),
  centimetres: z.tuple([z.number().positive(), z.number().positive(), z.number().positive()]),
});

/** What the function `Rates` gives for a country. */
interface Rate {
  zone: string;
  base: number;
  perKilogram: number;
}

type Request = APIGatewayProxyEventV2WithLambdaAuthorizer<{ customer: string }>;

export async function handler(event: Request): Promise<APIGatewayProxyStructuredResultV2> {
  switch (event.routeKey) {
    case "POST /quotes":
      return make(event);
    case "GET /countries/{country}":
      return country(event.pathParameters?.["country"] ?? "");
    default:
      return answer(404, { error: "no such route" });
  }
}

async function make(event: Request): Promise<APIGatewayProxyStructuredResultV2> {
  const parcel = Parcel.safeParse(parsed(event));
  if (!parcel.success) {
    return answer(422, { error: "this is no parcel", issues: parcel.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`) });
  }
  const rate = await rateOf(parcel.data.country);
  if (!rate) {
    return answer(404, { error: `nothing is sent to ${parcel.data.country}` });
  }
  const charged = Math.max(parcel.data.kilograms, volumetric(parcel.data.centimetres));
  const price = Math.round((rate.base + rate.perKilogram * charged) * 100) / 100;
  const { customer } = event.requestContext.authorizer.lambda;
  console.info("quote for %s: %d %s", customer, price, process.env["CURRENCY"]);
  return answer(200, { customer, zone: rate.zone, kilograms: charged, price, currency: process.env["CURRENCY"] });
}

async function country(code: string): Promise<APIGatewayProxyStructuredResultV2> {
  const rate = await rateOf(code.toUpperCase());
  return rate ? answer(200, rate) : answer(404, { error: `nothing is sent to ${code}` });
}

/** Large parcels are charged as if they weighed one kilogram for every five litres. */
function volumetric([width, height, depth]: [number, number, number]): number {
  return Math.round((width * height * depth) / 5000 * 100) / 100;
}

async function rateOf(country: string): Promise<Rate | null> {
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: process.env["RATES_FUNCTION"], Payload: JSON.stringify({ country }) }),
  );
  const said: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || "null");
  if (FunctionError) {
    throw new Error(`rates: ${(said as { errorMessage?: string }).errorMessage}`);
  }
  return said as Rate | null;
}

function parsed(event: Request): unknown {
  const body = event.isBase64Encoded ? Buffer.from(event.body ?? "", "base64").toString() : event.body;
  try {
    return JSON.parse(body ?? "");
  } catch {
    return undefined;
  }
}

function answer(statusCode: number, body: unknown): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
