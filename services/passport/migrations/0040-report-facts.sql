-- What reports count: one narrow row for each thing that happened, kept from changes of the record and made anew from it at any time.
-- Nothing here leaves the record but through the tables of `report`, where small numbers are hidden.

-- The words that facts are made of (codes, ids of areas, references of organisations), so that a fact holds numbers.
CREATE TABLE passport.fact_word (
  id   smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  word text     NOT NULL UNIQUE COLLATE "C"
);

-- What the columns say for each kind: services/passport/src/domain/reports/fact.ts. Absent = not recorded.
CREATE TABLE passport.fact (
  person       bigint   NOT NULL,                         -- from the Patient's id; says nothing outside of this table
  amount       integer,
  quarter      smallint NOT NULL,                         -- quarters since the year 0
  minutes      smallint,
  kind         smallint NOT NULL,                         -- place in FACT_KINDS, from 1
  area         smallint,
  organization smallint,
  sector       smallint,
  setting      smallint,
  what         smallint,
  how          smallint
);
CREATE INDEX fact_of_person  ON passport.fact (person);
CREATE INDEX fact_by_quarter ON passport.fact (quarter, kind);

-- How far the record was read, by real time.
CREATE TABLE passport.fact_cursor (
  single  boolean     PRIMARY KEY DEFAULT true CHECK (single),
  read_to timestamptz NOT NULL
);

-- Reports as they were published. A quarter is published once and never again: two versions of one quarter could be subtracted.
CREATE TABLE passport.report (
  quarter      smallint    NOT NULL,
  subject      text        NOT NULL COLLATE "C",          -- id of an area, or Organization/<id>
  content      text        NOT NULL,                      -- the tables as JSON; the same facts give the same text
  digest       text        NOT NULL,                      -- SHA-256 of the content
  published_at timestamptz NOT NULL,                      -- business time
  PRIMARY KEY (quarter, subject)
);
CREATE TABLE passport.report_quarter (
  quarter      smallint    PRIMARY KEY,
  published_at timestamptz NOT NULL,
  read_to      timestamptz NOT NULL                       -- how far the record had been read
);
CREATE FUNCTION passport.keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a report that was published is never changed';
END $$;
CREATE TRIGGER report_stays BEFORE UPDATE OR DELETE ON passport.report FOR EACH ROW EXECUTE FUNCTION passport.keep_published();
CREATE TRIGGER report_quarter_stays BEFORE UPDATE OR DELETE ON passport.report_quarter FOR EACH ROW EXECUTE FUNCTION passport.keep_published();

-- What a unit costs, as somebody entered it, with where it is written. Later entries take the place of earlier ones; none is removed.
CREATE TABLE passport.unit_cost (
  id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sector     text        NOT NULL,
  setting    text,                                        -- absent: every setting of the sector
  unit       text        NOT NULL CHECK (unit IN ('contact', 'bed-day')),
  low        integer     NOT NULL CHECK (low >= 0),       -- pence
  central    integer     NOT NULL CHECK (central >= low),
  high       integer     NOT NULL CHECK (high >= central),
  source     text        NOT NULL,
  price_year smallint    NOT NULL,
  entered_by text        NOT NULL,                        -- subject of the token
  entered_at timestamptz NOT NULL
);
