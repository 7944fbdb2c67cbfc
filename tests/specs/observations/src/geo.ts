import { type Observations } from "./observe";

const kinds = (value: any): any =>
  value === null || typeof value !== "object" ? typeof value : Array.isArray(value) ? value.map(kinds) : Object.fromEntries(Object.keys(value).sort().map((key) => [key, kinds(value[key])]));

export const geo: Observations = {
  "types of request.cf": ({ request }) => kinds((request as any).cf),
  "the place": ({ request }) => {
    const { colo, country, city, continent, region, regionCode, metroCode, postalCode, latitude, longitude, timezone, asn, isEUCountry } = (request as any).cf;
    return { colo, country, city, continent, region, regionCode, metroCode, postalCode, latitude, longitude, timezone, asn, isEUCountry };
  },
  "the connection": ({ request }) => {
    const { httpProtocol, tlsVersion, tlsCipher, requestPriority, clientTcpRtt, edgeRequestKeepAliveStatus } = (request as any).cf;
    return { httpProtocol, tlsVersion, tlsCipher, requestPriority, clientTcpRtt, edgeRequestKeepAliveStatus };
  },
  "the client's codings": ({ request }) => [(request as any).cf.clientAcceptEncoding, request.headers.get("accept-encoding")],
  "one frozen object": ({ request }) => {
    const { cf } = request as any;
    return [cf === (request as any).cf, Object.isFrozen(cf), Object.getPrototypeOf(cf) === Object.prototype];
  },
  "cannot be written": ({ request }) => {
    (request as any).cf.country = "XX";
  },
  "on a clone": ({ request }) => [(request.clone() as any).cf.country, (request.clone() as any).cf === (request as any).cf],
  "on a copy": ({ request }) => [(new Request(request) as any).cf.country, (new Request("http://a.b", request) as any).cf?.country],
  "of a copy with its own": ({ request }) => (new Request(request, { cf: { a: 1 } } as any) as any).cf,
  "of a new request": () => [(new Request("http://a.b") as any).cf, (new Request("http://a.b", { cf: { cacheTtl: 5 } } as any) as any).cf],
  "wrong": () => (new Request("http://a.b", { cf: 5 } as any) as any).cf,
  "null": () => (new Request("http://a.b", { cf: null } as any) as any).cf,
  "copies what it is given": () => {
    const cf = { a: { b: 1 } };
    const request = new Request("http://a.b", { cf } as any) as any;
    cf.a.b = 2;
    return [request.cf, request.cf === cf, Object.isFrozen(request.cf)];
  },
  "where it is": () => [Object.hasOwn(new Request("http://a.b"), "cf"), "cf" in Request.prototype, "cf" in Response.prototype],
};
