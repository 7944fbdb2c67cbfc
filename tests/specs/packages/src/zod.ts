import { z } from "zod";

const Order = z.strictObject({
  id: z.uuid(),
  customer: z.object({ email: z.email(), age: z.coerce.number().int().min(18).optional() }),
  lines: z.array(z.object({ sku: z.string().regex(/^[A-Z]{2}-\d+$/), count: z.number().positive() })).nonempty(),
  paid: z.discriminatedUnion("by", [z.object({ by: z.literal("card"), last4: z.string().length(4) }), z.object({ by: z.literal("cash") })]),
  note: z.string().trim().default("none"),
  at: z.iso.datetime().transform((text) => new Date(text)),
});

const GOOD = {
  id: "3d8b1c52-6a43-4e0c-9a3e-0d6b7a1d2c4f",
  customer: { email: "ada@example.com", age: "36" },
  lines: [{ sku: "AB-1", count: 2 }],
  paid: { by: "card", last4: "4242" },
  at: "2026-02-28T10:00:00Z",
};

export async function zod() {
  const bad = Order.safeParse({ ...GOOD, id: "1", customer: { email: "no", age: 3 }, lines: [], paid: { by: "wire" }, extra: true });
  const Even = z.number().refine(async (value) => value % 2 === 0, "must be even");
  type Tree = { name: string; children: Tree[] };
  const Tree: z.ZodType<Tree> = z.lazy(() => z.object({ name: z.string(), children: z.array(Tree) }));
  return {
    good: Order.parse(GOOD),
    bad: bad.error?.issues.map(({ code, path, message }) => [code, path.join("."), message]),
    pretty: z.prettifyError(Order.safeParse({}).error as z.ZodError),
    async: [(await Even.safeParseAsync(2)).success, (await Even.safeParseAsync(3)).error?.issues[0]?.message],
    lazy: Tree.safeParse({ name: "a", children: [{ name: "b", children: [{ name: 1 }] }] }).error?.issues[0]?.path,
    schema: z.toJSONSchema(z.object({ name: z.string().max(5), tags: z.array(z.enum(["a", "b"])).optional() })),
    map: z.map(z.string(), z.bigint()).parse(new Map([["a", 1n]])).get("a")?.toString(),
    throws: (() => {
      try {
        return z.string().parse(1);
      } catch (error) {
        return [(error as Error).name, error instanceof z.ZodError];
      }
    })(),
  };
}
