/** The notes in D1. */

export type Note = {
  id: number;
  title: string;
  body: string;
  pinned: boolean;
  created_at: string;
  updated_at: string;
};

/** What a writer says about a note; the rest is the database's. */
export type Draft = Pick<Note, "title" | "body" | "pinned">;

export type Page = { notes: Note[]; total: number };

type Row = Omit<Note, "pinned"> & { pinned: number };

const COLUMNS = "notes.id, notes.title, notes.body, notes.pinned, notes.created_at, notes.updated_at";
const ORDER = "ORDER BY notes.pinned DESC, notes.updated_at DESC, notes.id DESC LIMIT ? OFFSET ?";
const FOUND = "FROM notes_search JOIN notes ON notes.id = notes_search.rowid WHERE notes_search MATCH ?";

/** One page of the notes that hold every word of `query`, or of all notes where it has none; pinned ones first, then the newest. */
export async function list(db: D1Database, query: string, limit: number, offset: number): Promise<Page> {
  const words = searchTerms(query);
  const [from, values] = words === "" ? ["FROM notes", []] : [FOUND, [words]];
  const [rows, count] = await db.batch<Row | { total: number }>([
    db.prepare(`SELECT ${COLUMNS} ${from} ${ORDER}`).bind(...values, limit, offset),
    db.prepare(`SELECT count(*) AS total ${from}`).bind(...values),
  ]);
  return {
    notes: (rows?.results as Row[]).map(fromRow),
    total: (count?.results[0] as { total: number }).total,
  };
}

export async function get(db: D1Database, id: number): Promise<Note | null> {
  const row = await db.prepare(`SELECT ${COLUMNS} FROM notes WHERE id = ?`).bind(id).first<Row>();
  return row && fromRow(row);
}

export async function add(db: D1Database, draft: Draft): Promise<Note> {
  const now = new Date().toISOString();
  const row = await db
    .prepare("INSERT INTO notes (title, body, pinned, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4) RETURNING *")
    .bind(draft.title, draft.body, Number(draft.pinned), now)
    .first<Row>();
  if (row === null) throw new Error("the database took a note and returned nothing");
  return fromRow(row);
}

/** The note as it is now; `null` where there is none of this id. */
export async function replace(db: D1Database, id: number, draft: Draft): Promise<Note | null> {
  const row = await db
    .prepare("UPDATE notes SET title = ?2, body = ?3, pinned = ?4, updated_at = ?5 WHERE id = ?1 RETURNING *")
    .bind(id, draft.title, draft.body, Number(draft.pinned), new Date().toISOString())
    .first<Row>();
  return row && fromRow(row);
}

/** Whether there was a note of this id. */
export async function remove(db: D1Database, id: number): Promise<boolean> {
  const gone = await db.prepare("DELETE FROM notes WHERE id = ? RETURNING id").bind(id).first<number>("id");
  return gone !== null;
}

/**
 * What the visitor typed, as an FTS5 query: every word must occur, the last letters of each may be missing.
 * Quoted, because FTS5 has operators of its own: https://www.sqlite.org/fts5.html#full_text_query_syntax
 */
function searchTerms(query: string): string {
  const words = query.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words.map((word) => `"${word.replaceAll('"', '""')}"*`).join(" ");
}

function fromRow(row: Row): Note {
  const { id, title, body, pinned, created_at, updated_at } = row;
  return { id, title, body, pinned: pinned === 1, created_at, updated_at };
}
