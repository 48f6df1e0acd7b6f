-- Where people are signed in: one row for each browser, from its sign-in until its end. The device in a few coarse words, no address.
CREATE TABLE sign_in (
  id         text        PRIMARY KEY, -- a fingerprint of the grant: it can be named in a page and opens nothing
  grant_id   text        NOT NULL UNIQUE,
  person     text        NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  device     text        NOT NULL,
  begun_at   timestamptz NOT NULL,
  used_at    timestamptz NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_person ON sign_in (person);
CREATE INDEX sign_in_expiry ON sign_in (expires_at);
