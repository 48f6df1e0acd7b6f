-- Who stands how to whom, kept with the resource it comes from, in the transaction that writes the resource.
CREATE TABLE passport.relationship (
  patient text     NOT NULL COLLATE "C",
  party   text     NOT NULL COLLATE "C",      -- 'Organization/…', 'Practitioner/…'
  kind    smallint NOT NULL,                  -- services/passport/src/domain/access/policy.ts, KINDS, from 1
  source  text     NOT NULL COLLATE "C",      -- 'Task/…': the resource that makes it
  PRIMARY KEY (patient, party, kind, source)
);
CREATE INDEX relationship_by_source ON passport.relationship (source);
CREATE INDEX relationship_by_party  ON passport.relationship (party, patient);

-- Whom a person closed out of what.
CREATE TABLE passport.closed_out (
  patient text    NOT NULL COLLATE "C",
  party   text    NOT NULL COLLATE "C",       -- '*' = everybody but the person
  classes integer NOT NULL,
  source  text    NOT NULL COLLATE "C",
  PRIMARY KEY (patient, party, source)
);
CREATE INDEX closed_out_by_source ON passport.closed_out (source);
