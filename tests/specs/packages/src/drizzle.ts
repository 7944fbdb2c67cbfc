import { and, asc, count, desc, eq, like, sql } from "drizzle-orm";
import { drizzle as connect } from "drizzle-orm/d1";

import type { Env } from "./index";
import * as schema from "./schema";

const { authors, books } = schema;

/** `migrations/` is what drizzle-kit writes, applied as every D1 migration is. */
export async function drizzle({ DB }: Env) {
  const statements: string[] = [];
  const db = connect(DB, { schema, logger: { logQuery: (query) => statements.push(query) } });
  await db.delete(authors);

  const made = await db
    .insert(authors)
    .values([
      { name: "Ada", joined: new Date(1_000_000) },
      { name: "Bob", joined: new Date(2_000_000) },
    ])
    .returning({ name: authors.name, joined: authors.joined });
  const [ada, bob] = await db.select().from(authors).orderBy(asc(authors.name));
  if (!ada || !bob) throw new Error("two authors are missing");
  await db.insert(books).values([
    { authorId: ada.id, title: "Engines", tags: ["old", "maths"] },
    { authorId: ada.id, title: "Notes", inPrint: false },
    { authorId: bob.id, title: "Bread" },
  ]);

  const batched = await db.batch([
    db.select({ n: count() }).from(books),
    db.update(books).set({ title: sql`upper(${books.title})` }).where(eq(books.title, "Bread")),
    db.select({ title: books.title }).from(books).where(like(books.title, "BR%")),
  ]);
  const duplicate = await db
    .insert(authors)
    .values({ name: "Ada" })
    .catch((error: Error) => [error.message.split("\n")[0], (error.cause as Error | undefined)?.message ?? null]);
  const upsert = await db.insert(authors).values({ name: "Ada" }).onConflictDoUpdate({ target: authors.name, set: { joined: new Date(3_000_000) } });

  return {
    made,
    joined: await db.select({ author: authors.name, title: books.title, tags: books.tags, inPrint: books.inPrint }).from(books).innerJoin(authors, eq(books.authorId, authors.id)).orderBy(desc(books.title)),
    grouped: await db.select({ name: authors.name, books: count(books.id) }).from(authors).leftJoin(books, eq(books.authorId, authors.id)).groupBy(authors.id).orderBy(asc(authors.name)),
    relations: await db.query.authors.findMany({ columns: { name: true, joined: true }, with: { books: { columns: { title: true, tags: true }, where: eq(books.inPrint, true) } }, orderBy: asc(authors.name) }),
    first: (await db.query.books.findFirst({ where: and(eq(books.authorId, bob.id), eq(books.inPrint, true)), with: { author: { columns: { name: true } } } }))?.author,
    nothing: (await db.query.books.findFirst({ where: eq(books.id, -1) })) ?? null,
    batched: [batched[0], batched[1].meta.changes, batched[2]],
    duplicate,
    upsert: upsert.meta.changes,
    raw: await db.all(sql`SELECT name, typeof(joined) AS type FROM ${authors} WHERE ${authors.name} = ${"Ada"}`),
    values: await db.values(sql`SELECT 1 AS a, 2 AS a`),
    get: await db.get(sql`SELECT count(*) AS n FROM books`),
    prepared: await db.select({ title: books.title }).from(books).where(eq(books.title, sql.placeholder("title"))).prepare().all({ title: "Notes" }),
    transaction: await db.transaction(async () => {}).then(() => "done", (error: Error) => [error.message, String(error.cause)]),
    cascade: [(await db.delete(authors).where(eq(authors.name, "Ada"))).meta.changes, await db.$count(books)],
    statements: [statements.length, statements[2]],
  };
}
