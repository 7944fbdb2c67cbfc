/** What the pages look like. Pure functions of their props. */
import { raw } from "hono/html";
import type { Child } from "hono/jsx";

import type { Draft, Note } from "./notes";
import { MOST_BODY, MOST_TITLE, type Faults } from "./validate";

export function Layout(props: { site: string; title?: string; query?: string; children?: Child }) {
  const { site, title, query = "", children } = props;
  return (
    <>
      {raw("<!doctype html>")}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <title>{title ? `${title} · ${site}` : site}</title>
          <link rel="icon" href="data:," />
          <link rel="stylesheet" href="/style.css" />
        </head>
        <body>
          <header>
            <a class="site" href="/">
              {site}
            </a>
            <form role="search" action="/" method="get">
              <input type="search" name="q" value={query} placeholder="Search" aria-label="Search notes" />
            </form>
          </header>
          <main>{children}</main>
        </body>
      </html>
    </>
  );
}

export function NoteList(props: { notes: Note[]; empty: string }) {
  if (props.notes.length === 0) return <p class="empty">{props.empty}</p>;
  return (
    <ul class="notes">
      {props.notes.map((note) => (
        <li class={note.pinned ? "pinned" : undefined}>
          <a href={`/notes/${note.id}`}>
            <h2>{note.title}</h2>
            {note.body && <p>{excerpt(note.body)}</p>}
            <Time at={note.updated_at} />
          </a>
        </li>
      ))}
    </ul>
  );
}

export function NoteForm(props: { action: string; button: string; draft?: Draft; faults?: Faults }) {
  const { action, button, draft, faults = {} } = props;
  return (
    <form class="note" action={action} method="post">
      <label>
        Title
        <input name="title" required maxlength={MOST_TITLE} value={draft?.title} autocomplete="off" />
      </label>
      <Fault of="title" faults={faults} />
      <label>
        Text
        <textarea name="body" rows={5} maxlength={MOST_BODY}>
          {draft?.body}
        </textarea>
      </label>
      <Fault of="body" faults={faults} />
      <div class="row">
        <label class="check">
          <input type="checkbox" name="pinned" checked={draft?.pinned} /> Keep on top
        </label>
        <button type="submit">{button}</button>
      </div>
    </form>
  );
}

export function NotePage(props: { note: Note; views: number }) {
  const { note, views } = props;
  return (
    <article>
      <h1>{note.title}</h1>
      <p class="meta">
        <Time at={note.updated_at} /> · {views === 1 ? "1 view" : `${views} views`}
        {note.pinned && " · kept on top"}
      </p>
      <div class="text">{note.body}</div>
      <div class="row">
        <a class="button" href={`/notes/${note.id}/edit`}>
          Edit
        </a>
        <form action={`/notes/${note.id}/delete`} method="post">
          <button type="submit" class="quiet">
            Delete
          </button>
        </form>
      </div>
    </article>
  );
}

function Fault(props: { of: string; faults: Faults }) {
  const fault = props.faults[props.of];
  return fault ? (
    <p class="fault" role="alert">
      The {props.of} {fault}.
    </p>
  ) : null;
}

/** `2026-11-23 21:05`, in UTC: a Worker does not know the reader's time zone. */
function Time(props: { at: string }) {
  return <time datetime={props.at}>{props.at.slice(0, 16).replace("T", " ")} UTC</time>;
}

function excerpt(body: string): string {
  const characters = [...body];
  return characters.length > 160 ? `${characters.slice(0, 159).join("")}…` : body;
}
