-- Requests for a copy under the right of access, and what their reviewer marked. Kept outside of the record: whoever asks sees all of that.
CREATE TABLE passport.access_request (
  task        text        PRIMARY KEY COLLATE "C",      -- the Task that has owner and due time
  patient     text        NOT NULL COLLATE "C",
  reviewed_at timestamptz,                              -- what was written since has not been looked at
  reviewed_by text
);
CREATE TABLE passport.access_mark (
  task    text        NOT NULL COLLATE "C" REFERENCES passport.access_request ON DELETE CASCADE,
  type    text        NOT NULL COLLATE "C",
  id      text        NOT NULL COLLATE "C",
  element text        NOT NULL,                         -- '' = the whole entry, else such as 'note[0]'
  ground  text        NOT NULL CHECK (ground IN ('serious-harm', 'third-party')),
  words   text        NOT NULL,                         -- why, for whoever answers for it; not in the copy
  by      text        NOT NULL,
  at      timestamptz NOT NULL,
  PRIMARY KEY (task, type, id, element)
);
