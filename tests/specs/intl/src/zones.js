// Cases of time zones: edges of daylight saving, historic offsets, half and quarter hours, names.
const ZONES = ("UTC America/New_York America/Los_Angeles America/Chicago America/Denver America/Phoenix America/Anchorage America/Halifax America/St_Johns " +
  "America/Sao_Paulo America/Argentina/Buenos_Aires America/Caracas America/Mexico_City Pacific/Honolulu Europe/London Europe/Dublin Europe/Lisbon Europe/Paris " +
  "Europe/Berlin Europe/Moscow Europe/Istanbul Europe/Kyiv Africa/Cairo Africa/Casablanca Africa/Johannesburg Africa/Lagos Africa/Monrovia Asia/Dubai Asia/Tehran " +
  "Asia/Kabul Asia/Karachi Asia/Kolkata Asia/Kathmandu Asia/Yangon Asia/Bangkok Asia/Shanghai Asia/Tokyo Asia/Seoul Asia/Pyongyang Australia/Adelaide " +
  "Australia/Eucla Australia/Lord_Howe Australia/Sydney Pacific/Auckland Pacific/Chatham Pacific/Apia Pacific/Kiritimati Antarctica/Troll Etc/GMT+5 US/Pacific " +
  "asia/calcutta +05:30 -0800").split(" ");
const NAMES = ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"];
const TIMES = [Date.UTC(2024, 0, 15, 12), Date.UTC(2024, 6, 15, 12)];
// Around changes of clocks, and long ago.
const EDGES = ["2024-03-10T06:59:59Z", "2024-03-10T07:00:00Z", "2024-11-03T05:59:59Z", "2024-11-03T06:00:00Z", "2024-03-31T00:59:59Z", "2024-03-31T01:00:00Z",
  "2024-10-27T00:59:59Z", "2024-10-27T01:00:00Z", "2024-04-06T15:00:00Z", "2024-10-05T16:30:00Z", "1883-11-18T12:00:00Z", "1900-01-01T00:00:00Z",
  "1918-07-01T00:00:00Z", "1945-08-01T00:00:00Z", "1970-01-01T00:00:00Z", "1986-06-01T00:00:00Z", "2011-12-30T12:00:00Z", "2015-08-14T15:00:00Z", "2040-07-01T00:00:00Z"];

export function timeZones(note, tag) {
  for (const timeZone of ZONES) {
    note(`names ${timeZone}`, () => NAMES.flatMap((timeZoneName) => TIMES.map((time) =>
      new Intl.DateTimeFormat(tag, { timeZone, timeZoneName, calendar: "gregory" }).formatToParts(time).find((part) => part.type === "timeZoneName").value)).join(" | "));
  }
  if (tag !== "en-US") return;
  for (const timeZone of ZONES) {
    const format = new Intl.DateTimeFormat(tag, { timeZone, dateStyle: "short", timeStyle: "medium" });
    const offset = new Intl.DateTimeFormat(tag, { timeZone, timeZoneName: "longOffset", hour: "numeric" });
    for (const edge of EDGES) note(`${timeZone} ${edge}`, () => `${format.format(Date.parse(edge))}, ${offset.format(Date.parse(edge))}`);
    note(`resolved ${timeZone}`, () => format.resolvedOptions().timeZone);
  }
}
