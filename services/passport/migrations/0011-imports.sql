-- Files of sessions that were brought in, and which entry each row became: so that a whole file can be taken back.
CREATE TABLE passport.import (
  id        uuid        PRIMARY KEY,
  at        timestamptz NOT NULL,                         -- real time
  author    text        NOT NULL COLLATE "C",             -- 'Organization/…' for whom it was recorded
  client    text        NOT NULL
);
CREATE TABLE passport.import_row (
  import uuid    NOT NULL REFERENCES passport.import (id) ON DELETE CASCADE,
  line   integer NOT NULL,                                -- line of the file
  bucket smallint NOT NULL,
  type   text    NOT NULL COLLATE "C",
  id     text    NOT NULL COLLATE "C",
  PRIMARY KEY (import, line)
);
