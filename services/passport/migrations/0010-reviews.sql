-- When the reviews of a person are to be looked at next, and how far the record was read for entries that may start or settle one.
CREATE TABLE passport.review_wake (
  patient text        PRIMARY KEY COLLATE "C",
  at      timestamptz NOT NULL                    -- business time
);
CREATE INDEX review_wake_by_time ON passport.review_wake (at, patient);

CREATE TABLE passport.review_cursor (
  single  boolean     PRIMARY KEY DEFAULT true CHECK (single),
  read_to timestamptz NOT NULL                    -- real time: passport.resource.updated_at
);
