import { relations, sql } from "drizzle-orm";
import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

export const authors = sqliteTable("authors", {
  id: integer().primaryKey({ autoIncrement: true }),
  name: text().notNull().unique(),
  joined: integer({ mode: "timestamp" })
    .notNull()
    .default(sql`(unixepoch())`),
});

export const books = sqliteTable(
  "books",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    authorId: integer("author_id")
      .notNull()
      .references(() => authors.id, { onDelete: "cascade" }),
    title: text().notNull(),
    tags: text({ mode: "json" }).$type<string[]>().notNull().default([]),
    inPrint: integer("in_print", { mode: "boolean" }).notNull().default(true),
  },
  (table) => [index("books_by_author").on(table.authorId)],
);

export const authorRelations = relations(authors, ({ many }) => ({ books: many(books) }));
export const bookRelations = relations(books, ({ one }) => ({ author: one(authors, { fields: [books.authorId], references: [authors.id] }) }));
