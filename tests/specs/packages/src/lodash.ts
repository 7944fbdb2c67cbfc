import _ from "lodash";
import debounce from "lodash/debounce";
import get from "lodash/get";

export async function lodash() {
  const order = { customer: { name: "Ada", tags: ["a", "b"] }, lines: [{ sku: "x", price: 3 }, { sku: "y", price: 1 }] };
  let calls = 0;
  const called = new Promise<number>((resolve) => {
    const later = debounce((value: number) => resolve(value * 10 + ++calls), 5);
    later(1);
    later(2);
  });
  const compiled = await Promise.resolve()
    .then(() => _.template("Hello <%= name %>")({ name: "Ada" }))
    .catch((error: Error) => `${error.name}: ${error.message}`);
  return {
    version: _.VERSION,
    path: [get(order, "lines[1].sku"), _.get(order, "no.such", "default"), _.has(order, "customer.name")],
    set: _.set({ a: [{}] }, "a[0].b.c", 4),
    grouped: _.groupBy([1.2, 1.9, 2.5], Math.floor),
    chained: _.chain(order.lines).sortBy("price").map("sku").join("-").value(),
    cloned: _.isEqual(_.cloneDeep(order), order) && _.cloneDeep(order) !== order,
    special: _.cloneDeep([new Date(0), /a/gi, new Map([[1, { a: 1 }]]), new Uint8Array([1, 2])]).map((value) => (value instanceof Date ? value.toJSON() : String(value))),
    merged: _.merge({ a: { b: 1 }, list: [1, 2] }, { a: { c: 2 }, list: [3] }),
    difference: _.differenceWith([{ a: 1 }, { a: 2 }], [{ a: 1 }], _.isEqual),
    words: ["foo bar", "FooBar", "__foo_bar__"].map((text) => [_.camelCase(text), _.kebabCase(text), _.startCase(text)]),
    deburred: _.deburr("déjà vu Ångström"),
    truncated: _.truncate("hi-diddly-ho there, neighborino", { length: 24, separator: " " }),
    template: compiled,
    debounced: await called,
    types: [_.isPlainObject({}), _.isArguments([]), _.isTypedArray(new Float32Array()), _.isNative(Array.prototype.map), _.isError(new TypeError())],
  };
}
