/** Which of the servers serves a visitor. */
import type { Place } from "./place";

export type Region = "europe" | "americas" | "asia-pacific";

const BY_CONTINENT: Record<string, Region> = {
  AF: "europe",
  AN: "americas",
  AS: "asia-pacific",
  EU: "europe",
  NA: "americas",
  OC: "asia-pacific",
  SA: "americas",
};

/** The nearest; data of people in the Union stays there, though Cyprus lies in Asia and French Guiana in South America. */
export function regionOf({ isEu, continent }: Place): Region {
  return isEu ? "europe" : (BY_CONTINENT[continent ?? ""] ?? "americas");
}

/** Passes a request on to the server of the region, which learns the country and nothing more exact. */
export function passOn(request: Request, origin: string, place: Place): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const passed = new Request(origin + pathname + search, request);
  passed.headers.set("x-visitor-country", place.country ?? "unknown");
  passed.headers.delete("cookie");
  return fetch(passed, { redirect: "manual" });
}
