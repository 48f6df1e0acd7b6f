-- What was disposed of because its time was over: by whose confirmation, and whether its earlier versions are gone too. Never the content.
CREATE TABLE passport.disposal (
  bucket       smallint    NOT NULL,
  type         text        NOT NULL COLLATE "C",
  id           text        NOT NULL COLLATE "C",
  patient      text        NOT NULL COLLATE "C",
  version      integer     NOT NULL,                    -- the version that was shown and confirmed
  confirmed_by text        NOT NULL,                    -- 'Practitioner/…': a person, never a system
  because      text        NOT NULL,                    -- the period, in words, as it was shown
  client       text        NOT NULL,
  at           timestamptz NOT NULL,
  purged_at    timestamptz,
  PRIMARY KEY (bucket, type, id)
);
CREATE INDEX disposal_of_person ON passport.disposal (patient);
