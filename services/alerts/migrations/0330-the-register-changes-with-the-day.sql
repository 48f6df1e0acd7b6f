-- A consent or a decision ends with its last day, and an entry begins with its first: nothing is written then, so the person is read again. HAZ-A135

CREATE TABLE register_changes (
  patient text COLLATE "C" PRIMARY KEY,
  at timestamptz NOT NULL
);
CREATE INDEX register_changes_at ON register_changes (at);

-- Of whoever is known already nobody has looked for such a day.
INSERT INTO register_changes (patient, at) SELECT patient, now() FROM watched;
