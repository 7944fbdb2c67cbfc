/** The pages in the browser: a list with a form, a note, its editor. Forms post and are answered with a redirect. */
import { Hono } from "hono";
import { csrf } from "hono/csrf";
import { raw } from "hono/html";

import * as cache from "./cache";
import type { Env } from "./env";
import * as notes from "./notes";
import { checked, formFields } from "./validate";
import { Layout, NoteForm, NoteList, NotePage } from "./views";

export const pages = new Hono<Env>();

const NOTES_ON_A_PAGE = 100;

// Another site's form must not write here.
pages.use(csrf());

pages.on("POST", "*", async (c, next) => {
  const type = c.req.header("content-type") ?? "";
  return /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type) ? next() : c.text("A form was expected.", 415);
});

pages.get("/", async (c) => {
  const { DB, CACHE, TITLE } = c.env;
  const query = (c.req.query("q") ?? "").trim();
  if (query !== "") {
    const found = await notes.list(DB, query, NOTES_ON_A_PAGE, 0);
    return c.html(
      <Layout site={TITLE} title={query} query={query}>
        <p class="meta">{found.total === 1 ? "1 note" : `${found.total} notes`} found</p>
        <NoteList notes={found.notes} empty="Try fewer letters: a word's beginning is enough." />
      </Layout>,
    );
  }
  const later = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
  const cached = await cache.frontPage(CACHE, later, async () => {
    const page = await notes.list(DB, "", NOTES_ON_A_PAGE, 0);
    return String(await (<NoteList notes={page.notes} empty="Nothing here yet. Write the first note." />));
  });
  c.header("x-list-cache", cached.hit ? "hit" : "miss");
  return c.html(
    <Layout site={TITLE}>
      <NoteForm action="/notes" button="Add note" />
      {raw(cached.html)}
    </Layout>,
  );
});

pages.post("/notes", async (c) => {
  const fields = formFields(await c.req.formData());
  const draft = checked(fields);
  if (!draft.ok) {
    return c.html(
      <Layout site={c.env.TITLE} title="New note">
        <NoteForm action="/notes" button="Add note" draft={fields} faults={draft.faults} />
      </Layout>,
      400,
    );
  }
  await notes.add(c.env.DB, draft.value);
  await cache.dropFrontPage(c.env.CACHE);
  return c.redirect("/", 303);
});

pages.get("/notes/:id{[1-9][0-9]{0,14}}", async (c) => {
  const note = await notes.get(c.env.DB, Number(c.req.param("id")));
  if (note === null) return c.notFound();
  const seen = await cache.views(c.env.CACHE, note.id);
  // Counting must not make the reader wait.
  c.executionCtx.waitUntil(cache.countView(c.env.CACHE, note.id));
  return c.html(
    <Layout site={c.env.TITLE} title={note.title}>
      <NotePage note={note} views={seen + 1} />
    </Layout>,
  );
});

pages.get("/notes/:id{[1-9][0-9]{0,14}}/edit", async (c) => {
  const note = await notes.get(c.env.DB, Number(c.req.param("id")));
  if (note === null) return c.notFound();
  return c.html(
    <Layout site={c.env.TITLE} title={`Edit ${note.title}`}>
      <NoteForm action={`/notes/${note.id}`} button="Save" draft={note} />
    </Layout>,
  );
});

pages.post("/notes/:id{[1-9][0-9]{0,14}}", async (c) => {
  const id = Number(c.req.param("id"));
  const fields = formFields(await c.req.formData());
  const draft = checked(fields);
  if (!draft.ok) {
    return c.html(
      <Layout site={c.env.TITLE} title="Edit">
        <NoteForm action={`/notes/${id}`} button="Save" draft={fields} faults={draft.faults} />
      </Layout>,
      400,
    );
  }
  if ((await notes.replace(c.env.DB, id, draft.value)) === null) return c.notFound();
  await cache.dropFrontPage(c.env.CACHE);
  return c.redirect(`/notes/${id}`, 303);
});

pages.post("/notes/:id{[1-9][0-9]{0,14}}/delete", async (c) => {
  const id = Number(c.req.param("id"));
  if (!(await notes.remove(c.env.DB, id))) return c.notFound();
  await cache.dropFrontPage(c.env.CACHE);
  c.executionCtx.waitUntil(cache.forgetViews(c.env.CACHE, id));
  return c.redirect("/", 303);
});
