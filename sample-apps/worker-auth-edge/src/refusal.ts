import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Thrown wherever a request is not granted; `index.ts` makes the answer of it. */
export class Refusal extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  /** The answer. A 401 says how to come back: https://www.rfc-editor.org/rfc/rfc6750#section-3 */
  response(): Response {
    const headers = new Headers();
    if (this.status === 401) headers.set("www-authenticate", this.code === "no_token" ? "Bearer" : `Bearer error="invalid_token", error_description="${this.message}"`);
    if (this.status === 503) headers.set("retry-after", "10");
    return Response.json({ error: { code: this.code, message: this.message } }, { status: this.status, headers });
  }
}
