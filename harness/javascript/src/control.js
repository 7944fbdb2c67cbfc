/** Requests to the control API of a run. */

/** What the control API, or the program, says is wrong. `code` is a word that stays the same. */
export class GreenroomError extends Error {
  name = "GreenroomError";

  constructor(message, { code = "failed", status = 0, hint, cause } = {}) {
    super(hint ? `${message}\nhint: ${hint}` : message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.hint = hint;
  }
}

export class Control {
  #token;

  constructor(url, token) {
    this.url = String(url).replace(/\/+$/, "");
    this.#token = token;
  }

  /** Asks, and gives the answer's JSON. */
  async ask(method, path, body) {
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
    return (await this.send(method, path, init)).json();
  }

  /** Asks, and gives the answer as it comes; what is no success is thrown. */
  async send(method, path, { headers = {}, ...init } = {}) {
    const response = await this.#send(method, path, { ...init, headers: { ...headers, ...this.#authorization() } });
    if (response.ok) return response;
    const { error } = await response.json().catch(() => ({}));
    if (error?.message === undefined) {
      throw new GreenroomError(`${this.url} answered ${response.status} to ${method} ${path}, as no run of Greenroom does`);
    }
    throw new GreenroomError(error.message, { code: error.code, status: response.status, hint: error.hint });
  }

  async #send(method, path, init) {
    try {
      return await fetch(this.url + path, { method, ...init });
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      const hint = "run the tests by `greenroom exec -- …`, or let them start a run of their own";
      throw new GreenroomError(`nothing answers at ${this.url}`, { code: "unreachable", hint, cause });
    }
  }

  #authorization() {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }
}
