CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  subject TEXT NOT NULL,
  roles TEXT NOT NULL, -- a JSON array
  started_at INTEGER NOT NULL, -- times are in seconds, as in the tokens
  ended_at INTEGER,
  end_reason TEXT CHECK (end_reason IN ('signed_out', 'token_reused', 'by_admin'))
);

CREATE INDEX sessions_by_start ON sessions (started_at DESC);

-- Only hashes: who reads the database cannot take a session over.
CREATE TABLE refresh_tokens (
  hash TEXT PRIMARY KEY,
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL,
  used_at INTEGER
);

CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session);
