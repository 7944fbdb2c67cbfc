/** Where a visitor is, as Cloudflare says: https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties */

export type Place = {
  /** ISO 3166-1; `null` where nobody can tell, as for visitors by Tor. */
  country: string | null;
  /** ISO 3166-2 with the country, such as `UA-43`; `null` where it is not known. */
  subdivision: string | null;
  city: string | null;
  /** `AF`, `AN`, `AS`, `EU`, `NA`, `OC` or `SA`. */
  continent: string | null;
  /** A member of the European Union. */
  isEu: boolean;
  timeZone: string;
};

/** What Cloudflare says of addresses without a country, and of the exits of Tor. */
const NOWHERE = ["XX", "T1"];

export function placeOf(request: Request): Place {
  const cf = request.cf as Partial<IncomingRequestCfProperties> | undefined;
  const known = cf?.country && !NOWHERE.includes(cf.country) ? cf.country : null;
  return {
    country: known,
    subdivision: known && cf?.regionCode ? `${known}-${cf.regionCode}` : null,
    city: cf?.city ?? null,
    continent: cf?.continent ?? null,
    isEu: cf?.isEUCountry === "1",
    timeZone: cf?.timezone ?? "UTC",
  };
}
