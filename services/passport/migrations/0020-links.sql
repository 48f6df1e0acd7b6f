-- SMART Health Links that people gave out. https://hl7.org/fhir/uv/smart-health-cards-and-links/links-specification.html
-- Nothing here opens a link: the random part of its address is kept as a hash, the key not at all (long-term: sealed under a key outside
-- the database), the passcode as a slow hash.
CREATE TABLE passport.link (
  id             uuid        PRIMARY KEY,               -- by which the person speaks of it
  secret         bytea       NOT NULL UNIQUE,           -- SHA-256 of the random part of the address
  patient        text        NOT NULL COLLATE "C",
  role           text        NOT NULL,                  -- whose eyes chose the content: patient or carer
  sections       text[]      NOT NULL,
  classes        integer     NOT NULL,                  -- data classes of the stored content, as bits; 0 while content is made at each opening
  flag           text        NOT NULL,                  -- '', 'L', 'P', 'LP', 'U' or 'LU'
  label          text,
  created_at     timestamptz NOT NULL,
  expires_at     timestamptz NOT NULL,
  passcode       text,                                  -- argon2id with its parameters and salt
  attempts_left  smallint    NOT NULL,                  -- over the whole life of the link; taken before the passcode is compared
  taken_at       timestamptz,                           -- when the last attempt was taken, in real time
  locked_at      timestamptz,
  withdrawn_at   timestamptz,
  sealed_key     bytea,                                 -- only with flag L, until it ends
  window_at      timestamptz NOT NULL,                  -- openings are counted from here on, in real time
  window_count   integer     NOT NULL DEFAULT 0
);
CREATE INDEX link_of_person ON passport.link (patient, created_at DESC);
CREATE INDEX link_with_key  ON passport.link (expires_at) WHERE sealed_key IS NOT NULL;

-- The content of a link whose key the hub has forgotten.
CREATE TABLE passport.link_file (
  link         uuid        NOT NULL REFERENCES passport.link ON DELETE CASCADE,
  number       smallint    NOT NULL,
  content_type text        NOT NULL,
  jwe          text        NOT NULL,
  updated_at   timestamptz NOT NULL,
  PRIMARY KEY (link, number)
);

-- A file that was too long for the manifest: its address is good for one link, one file and a quarter of an hour.
CREATE TABLE passport.link_ticket (
  secret     bytea       PRIMARY KEY,                   -- SHA-256 of the random part of the address
  link       uuid        NOT NULL REFERENCES passport.link ON DELETE CASCADE,
  jwe        text        NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX ticket_of_link ON passport.link_ticket (link);

-- Every opening and every wrong passcode, for the eyes of the person.
CREATE TABLE passport.link_opening (
  id         uuid        PRIMARY KEY,
  link       uuid        NOT NULL REFERENCES passport.link ON DELETE CASCADE,
  at         timestamptz NOT NULL,
  recipient  text        NOT NULL,                      -- as stated by whoever asked; nobody has checked it
  outcome    text        NOT NULL,                      -- opened, wrong-passcode or locked
  note       bytea       UNIQUE,                        -- SHA-256 of the word that lets this reader leave one note; gone once it is left
  noted_at   timestamptz
);
CREATE INDEX opening_of_link ON passport.link_opening (link, at DESC);
