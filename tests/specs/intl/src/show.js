// How answers and names of cases are written.

/** Parts as one text: type, unit, source and value of each. */
export const flat = (parts) => parts.map(({ type, value, unit, source }) => [type, unit, source, JSON.stringify(value)].filter(Boolean).join(" ")).join("; ");

export const label = (options) => JSON.stringify(options).replaceAll('"', "");
