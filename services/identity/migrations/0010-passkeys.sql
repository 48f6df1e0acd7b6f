-- People of organisations without an NHS account: invited by their organisation, signed in by a passkey of their own.

ALTER TABLE person ADD COLUMN administers boolean NOT NULL DEFAULT false; -- may invite people into their organisation
ALTER TABLE person ADD COLUMN invited boolean NOT NULL DEFAULT false;     -- signs in by passkey alone

-- Of the secret of the link only its hash is kept.
CREATE TABLE invitation (
  secret_hash  bytea       PRIMARY KEY,
  name         text        NOT NULL,
  title        text        NOT NULL,
  role         text        NOT NULL,
  grade        text        NOT NULL,
  organization text        NOT NULL,
  scopes       text        NOT NULL,
  administers  boolean     NOT NULL,
  invited_by   text        NOT NULL,
  made_at      timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  challenge    text,
  used_at      timestamptz
);

-- WebAuthn: public keys only.
CREATE TABLE passkey (
  id         text        PRIMARY KEY,
  person     text        NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  public_key bytea       NOT NULL,
  counter    bigint      NOT NULL,
  made_at    timestamptz NOT NULL,
  used_at    timestamptz
);
CREATE INDEX passkey_person ON passkey (person);

-- The challenge of a sign-in that is under way, used once.
CREATE TABLE passkey_challenge (
  interaction text        PRIMARY KEY,
  challenge   text        NOT NULL,
  expires_at  timestamptz NOT NULL
);
