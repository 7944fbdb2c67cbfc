/**
 * Sessions and their refresh tokens, in D1: unlike KV it can tell the first use of a token from the second, wherever both happen.
 *
 * Each refresh token is good once and gives the next. If one comes twice, either the first or the second user has stolen it, and nobody
 * can tell which: the whole session ends. https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
import type { Identity, Role } from "./identity";
import { Refusal } from "./refusal";

export type Session = { id: string; subject: string; roles: Role[]; started_at: number; ended_at: number | null; end_reason: EndReason | null };
export type EndReason = "signed_out" | "token_reused" | "by_admin";

type Row = Omit<Session, "roles"> & { roles: string };

const REFRESH_SECONDS = 14 * 24 * 60 * 60;

/** Opens a session, and gives its first refresh token. */
export async function open(db: D1Database, { subject, roles }: Identity): Promise<{ session: Session; refreshToken: string }> {
  const session: Session = { id: crypto.randomUUID(), subject, roles, started_at: now(), ended_at: null, end_reason: null };
  const { refreshToken, insert } = await newToken(db, session.id);
  await db.batch([
    db
      .prepare("INSERT INTO sessions (id, subject, roles, started_at) VALUES (?, ?, ?, ?)")
      .bind(session.id, subject, JSON.stringify(roles), session.started_at),
    insert,
  ]);
  return { session, refreshToken };
}

/** Takes a refresh token and gives the next one. */
export async function renew(db: D1Database, refreshToken: string): Promise<{ session: Session; refreshToken: string }> {
  const hash = await hashOf(refreshToken);
  // One statement both asks and marks: of two requests with the same token, one gets the row.
  const id = await db
    .prepare(
      `UPDATE refresh_tokens SET used_at = ?2 WHERE hash = ?1 AND used_at IS NULL AND expires_at > ?2
       AND session IN (SELECT id FROM sessions WHERE ended_at IS NULL) RETURNING session`,
    )
    .bind(hash, now())
    .first<string>("session");
  if (id === null) throw await refusalOf(db, hash);
  const next = await newToken(db, id);
  const [rows] = await db.batch<Row>([db.prepare("SELECT * FROM sessions WHERE id = ?").bind(id), next.insert]);
  return { session: fromRow(rows?.results[0] as Row), refreshToken: next.refreshToken };
}

/** Ends a session. Whether there was one to end. */
export async function end(db: D1Database, id: string, reason: EndReason): Promise<boolean> {
  const ended = await db
    .prepare("UPDATE sessions SET ended_at = ?2, end_reason = ?3 WHERE id = ?1 AND ended_at IS NULL RETURNING id")
    .bind(id, now(), reason)
    .first();
  return ended !== null;
}

/** The newest sessions, of one subject or of everybody. */
export async function list(db: D1Database, subject: string | null, limit: number): Promise<Session[]> {
  const { results } = await db
    .prepare("SELECT * FROM sessions WHERE ?1 IS NULL OR subject = ?1 ORDER BY started_at DESC, rowid DESC LIMIT ?2")
    .bind(subject, limit)
    .all<Row>();
  return results.map(fromRow);
}

/** Why a refresh token is not taken; a second use ends its session. */
async function refusalOf(db: D1Database, hash: string): Promise<Refusal> {
  const found = await db
    .prepare("SELECT session, used_at, ended_at FROM refresh_tokens JOIN sessions ON sessions.id = session WHERE hash = ?")
    .bind(hash)
    .first<{ session: string; used_at: number | null; ended_at: number | null }>();
  if (found === null) return new Refusal(401, "unknown_token", "this is no refresh token of ours");
  if (found.used_at !== null) {
    if (await end(db, found.session, "token_reused")) console.warn(`a refresh token of session ${found.session} came twice: session ended`);
    return new Refusal(401, "token_reused", "the refresh token has been used before, so its session has ended");
  }
  if (found.ended_at !== null) return new Refusal(401, "session_ended", "the session has ended");
  return new Refusal(401, "token_expired", "the refresh token has expired");
}

async function newToken(db: D1Database, session: string): Promise<{ refreshToken: string; insert: D1PreparedStatement }> {
  const refreshToken = hex(crypto.getRandomValues(new Uint8Array(32)));
  const insert = db
    .prepare("INSERT INTO refresh_tokens (hash, session, expires_at) VALUES (?, ?, ?)")
    .bind(await hashOf(refreshToken), session, now() + REFRESH_SECONDS);
  return { refreshToken, insert };
}

/** Plain SHA-256 is enough: the tokens are random, so there is nothing to guess. */
async function hashOf(token: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token))));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

function fromRow({ roles, ...row }: Row): Session {
  return { ...row, roles: JSON.parse(roles) as Role[] };
}
