-- Who a person is at an issuer that is not ours, as an administrator wrote it down. Nobody is found by a name or an address.
CREATE TABLE foreign_subject (
  issuer        text        NOT NULL,
  subject       text        NOT NULL,
  person        text        NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  registered_by text        NOT NULL, -- id of the person, or of the client, that registered
  registered_at timestamptz NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX foreign_subject_person ON foreign_subject (person);
