// Values of JavaScript on their way into SQL, and values of SQL on their way back.

const all = async (db: any, sql: string, ...params: unknown[]) => (await db.prepare(sql).bind(...params).all()).results;
const there = (db: any, value: unknown) => all(db, "SELECT ? AS value, typeof(?1) AS type", value);
const refusal = (db: any, value: unknown) => {
  try {
    db.prepare("SELECT ?").bind(value);
    return "no error";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
};

export const conversions: Record<string, (env: any) => unknown> = {
  "conversions: 2^53": ({ DB }) => there(DB, 2 ** 53),
  "conversions: 2^53 - 1": ({ DB }) => there(DB, Number.MAX_SAFE_INTEGER),
  "conversions: -2^53": ({ DB }) => there(DB, -(2 ** 53)),
  "conversions: 2^63": ({ DB }) => there(DB, 2 ** 63),
  "conversions: smallest": ({ DB }) => there(DB, Number.MIN_VALUE),
  "conversions: largest": ({ DB }) => there(DB, Number.MAX_VALUE),
  "conversions: 0.1 + 0.2": ({ DB }) => there(DB, 0.1 + 0.2),
  "conversions: -0 in a column": async ({ DB }) => {
    await DB.exec("CREATE TABLE zero (i INTEGER, r REAL, x)");
    await DB.prepare("INSERT INTO zero VALUES (?1, ?1, ?1)").bind(-0).run();
    return (await all(DB, "SELECT * FROM zero")).map((row: any) => Object.values(row).map((value) => Object.is(value, -0)));
  },
  "conversions: NaN in columns": async ({ DB }) => {
    await DB.prepare("INSERT INTO zero VALUES (?1, ?1, ?1)").bind(NaN).run();
    return all(DB, "SELECT typeof(i), typeof(r), typeof(x) FROM zero ORDER BY rowid DESC LIMIT 1");
  },
  "conversions: Infinity in columns": async ({ DB }) => {
    await DB.prepare("INSERT INTO zero VALUES (?1, ?1, ?1)").bind(Infinity).run();
    return all(DB, "SELECT * FROM zero ORDER BY rowid DESC LIMIT 1");
  },
  "conversions: Infinity in a NOT NULL column": async ({ DB }) => {
    await DB.exec("CREATE TABLE full (r REAL NOT NULL)");
    return DB.prepare("INSERT INTO full VALUES (?)").bind(Infinity).run();
  },
  "conversions: 2^53 + 1 as integer column": async ({ DB }) => {
    await DB.exec("CREATE TABLE whole (i INTEGER)");
    await DB.prepare("INSERT INTO whole VALUES (?)").bind(9007199254740993).run();
    return all(DB, "SELECT i, typeof(i), CAST(i AS TEXT) AS t FROM whole");
  },
  "conversions: 1.5 in an integer column": async ({ DB }) => {
    await DB.prepare("INSERT INTO whole VALUES (?)").bind(1.5).run();
    return all(DB, "SELECT i, typeof(i) AS t FROM whole ORDER BY rowid DESC LIMIT 1");
  },
  "conversions: text in an integer column": async ({ DB }) => {
    await DB.prepare("INSERT INTO whole VALUES (?), (?)").bind("12", "twelve").run();
    return all(DB, "SELECT i, typeof(i) AS t FROM whole ORDER BY rowid DESC LIMIT 2");
  },
  "conversions: large text of digits": async ({ DB }) => {
    await DB.prepare("INSERT INTO whole VALUES (?)").bind("9223372036854775807").run();
    return all(DB, "SELECT CAST(i AS TEXT) AS t, typeof(i) AS k FROM whole ORDER BY rowid DESC LIMIT 1");
  },
  "conversions: empty string": ({ DB }) => there(DB, ""),
  "conversions: string of null": ({ DB }) => there(DB, "null"),
  "conversions: emoji": ({ DB }) => all(DB, "SELECT ? AS a, length(?1) AS l, hex(?1) AS h", "a\u{1f648}"),
  "conversions: string with a zero": ({ DB }) => all(DB, "SELECT length(?) AS l, hex(?1) AS h", "a\0b"),
  "conversions: boolean in comparisons": ({ DB }) => all(DB, "SELECT ? = 1 AS a, ? = 0 AS b, typeof(?1) AS t", true, false),
  "conversions: boxed number": ({ DB }) => refusal(DB, new Number(1)),
  "conversions: boxed string": ({ DB }) => refusal(DB, new String("a")),
  "conversions: boxed boolean": ({ DB }) => refusal(DB, new Boolean(true)),
  "conversions: undefined among others": ({ DB }) => {
    try {
      DB.prepare("SELECT ?, ?").bind(1, undefined);
    } catch (error) {
      return (error as Error).message;
    }
  },
  "conversions: cause of a refusal": ({ DB }) => {
    try {
      DB.prepare("SELECT ?").bind(undefined);
    } catch (error) {
      return [(error as Error).name, ((error as Error).cause as Error)?.message];
    }
  },
  "conversions: bigint beyond 2^64": ({ DB }) => refusal(DB, 2n ** 70n),
  "conversions: Map": ({ DB }) => refusal(DB, new Map()),
  "conversions: object without prototype": ({ DB }) => {
    try {
      DB.prepare("SELECT ?").bind(Object.create(null));
      return "no error";
    } catch (error) {
      return (error as Error).name;
    }
  },
  "conversions: promise": ({ DB }) => refusal(DB, Promise.resolve(1)),
  "conversions: regular expression": ({ DB }) => refusal(DB, /a/),
  "conversions: nested array": ({ DB }) => refusal(DB, [[1]]),
  "conversions: array of fractions": ({ DB }) => there(DB, [1.5, 2.9]),
  "conversions: array of negative numbers": ({ DB }) => refusal(DB, [-1]),
  "conversions: array with NaN": ({ DB }) => refusal(DB, [NaN]),
  "conversions: array with null": ({ DB }) => refusal(DB, [null]),
  "conversions: array with a hole": ({ DB }) => refusal(DB, [1, , 2]),
  "conversions: array with booleans": ({ DB }) => refusal(DB, [true]),
  "conversions: Int8Array with negatives": ({ DB }) => there(DB, new Int8Array([-1, 1])),
  "conversions: Uint8ClampedArray": ({ DB }) => there(DB, new Uint8ClampedArray([300, 1])),
  "conversions: Uint32Array": ({ DB }) => there(DB, new Uint32Array([1, 256, 511])),
  "conversions: Float32Array": ({ DB }) => there(DB, new Float32Array([1.5, -1])),
  "conversions: BigInt64Array": ({ DB }) => refusal(DB, new BigInt64Array([1n])),
  "conversions: empty Uint8Array": ({ DB }) => there(DB, new Uint8Array(0)),
  "conversions: empty ArrayBuffer": ({ DB }) => there(DB, new ArrayBuffer(0)),
  "conversions: a buffer is taken when it is bound": async ({ DB }) => {
    const bytes = new Uint8Array([1, 2]);
    const statement = DB.prepare("SELECT ? AS a").bind(bytes);
    bytes[0] = 9;
    return statement.first("a");
  },
  "conversions: an array is not a copy": async ({ DB }) => {
    const bytes = [1, 2];
    const statement = DB.prepare("SELECT ? AS a").bind(bytes);
    bytes[0] = 9;
    return statement.first("a");
  },
  "conversions: blob there and back": async ({ DB }) => {
    await DB.exec("CREATE TABLE bytes (b BLOB)");
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    await DB.prepare("INSERT INTO bytes VALUES (?)").bind(bytes).run();
    const { b } = await DB.prepare("SELECT b FROM bytes").first();
    return [Array.isArray(b), b.length, b[255], await DB.prepare("SELECT hex(substr(b, 1, 4)) AS h FROM bytes").first("h")];
  },
  "conversions: blob by raw": async ({ DB }) => (await DB.prepare("SELECT substr(b, 1, 3) FROM bytes").raw())[0],
  "conversions: dates are text": ({ DB }) => all(DB, "SELECT typeof(CURRENT_TIMESTAMP) AS t, length(CURRENT_TIMESTAMP) AS l"),
  "conversions: booleans of SQL": ({ DB }) => all(DB, "SELECT TRUE AS a, FALSE AS b, 1 = 1 AS c, NOT 1 AS d, NULL IS NULL AS e"),
  "conversions: division": ({ DB }) => all(DB, "SELECT 7 / 2 AS a, 7 / 2.0 AS b, ? / ? AS c, 1 / 0 AS d, 7 % 4 AS e", 7, 2),
  "conversions: rounding": ({ DB }) => all(DB, "SELECT round(2.5) AS a, round(-2.5) AS b, round(1.005, 2) AS c, CAST(2.9 AS INTEGER) AS d"),
  "conversions: json from SQL": ({ DB }) => all(DB, "SELECT json_object('a', 1.0, 'b', json_array(1, 'x', NULL)) AS j, json('[1,2]') AS k"),
  "conversions: jsonb": ({ DB }) => all(DB, "SELECT typeof(jsonb('[1]')) AS t, json(jsonb('{\"a\":1}')) AS j"),
  "conversions: sum of nothing": ({ DB }) => all(DB, "SELECT sum(i) AS s, total(i) AS t, count(*) AS c, max(i) AS m FROM whole WHERE 0"),
  "conversions: sum of integers and fractions": ({ DB }) => all(DB, "SELECT sum(value) AS s, avg(value) AS a FROM json_each('[1, 2, 3.5]')"),
  "conversions: numbers that JSON writes otherwise": ({ DB }) => all(DB, "SELECT 1e15 AS a, 1e16 AS b, 123456789012345680 AS c, 0.000001 AS d, 1e-7 AS e, 5e-324 AS f, 1.7976931348623157e308 AS g"),
  "conversions: large integers around 2^53": ({ DB }) => all(DB, "SELECT 9007199254740991 AS a, 9007199254740992 AS b, -9007199254740993 AS c"),
};
