-- Codes that people showed so that sessions are recorded for them. Whoever accepted one has a relationship whose source is 'Shown/<id>'.
CREATE TABLE passport.shown (
  id           uuid        PRIMARY KEY,
  secret       bytea       NOT NULL UNIQUE,             -- SHA-256 of what the code says
  patient      text        NOT NULL COLLATE "C",
  purpose      text,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  withdrawn_at timestamptz
);
CREATE INDEX shown_of_person ON passport.shown (patient, created_at DESC);
