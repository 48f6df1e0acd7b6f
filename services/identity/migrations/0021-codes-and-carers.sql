-- A one-time code is the way in without a passkey; a carer signs in for whom they look after. Of an address only a keyed hash is kept:
-- whoever signs in types it again.

ALTER TABLE invitation ALTER COLUMN organization DROP NOT NULL; -- a carer has none
ALTER TABLE invitation ADD COLUMN contact_hash bytea;           -- where a code may be sent instead of a passkey
ALTER TABLE invitation ADD COLUMN patient text;                 -- for a carer: whom they look after, as whom, until when
ALTER TABLE invitation ADD COLUMN fhir_user text;
ALTER TABLE invitation ADD COLUMN ends_at timestamptz;
ALTER TABLE person ADD COLUMN contact_hash bytea UNIQUE;

-- For whom a carer may act. What they may see is the person's Consent in the record, and nothing here.
CREATE TABLE cares_for (
  id         text        PRIMARY KEY,
  person     text        NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  patient    text        NOT NULL,
  fhir_user  text        NOT NULL, -- RelatedPerson/…
  invited_by text        NOT NULL, -- the sign-in of the person looked after, by whose name a carer chooses
  ends_at    timestamptz NOT NULL,
  chosen_at  timestamptz NOT NULL,
  UNIQUE (person, fhir_user)
);

CREATE TABLE one_time_code (
  id           text        PRIMARY KEY,
  occasion     text        NOT NULL, -- the sign-in or the invitation that it belongs to: in one browser alone
  contact_hash bytea       NOT NULL,
  code_hash    bytea       NOT NULL,
  attempts     integer     NOT NULL DEFAULT 0,
  made_at      timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  used_at      timestamptz
);
CREATE INDEX one_time_code_occasion ON one_time_code (occasion, made_at);
CREATE INDEX one_time_code_contact ON one_time_code (contact_hash, made_at);
