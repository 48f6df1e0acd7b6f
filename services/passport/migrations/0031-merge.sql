-- Which records of people became one, and what moved, so that it can be undone exactly.
CREATE TABLE passport.merge (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source      text        NOT NULL COLLATE "C",           -- id of the Patient that went
  target      text        NOT NULL COLLATE "C",           -- id of the Patient that stayed
  merged_at   timestamptz NOT NULL,
  unmerged_at timestamptz                                  -- absent while it holds
);
-- A record goes into one other at a time.
CREATE UNIQUE INDEX merge_that_holds ON passport.merge (source) WHERE unmerged_at IS NULL;

CREATE TABLE passport.merged_row (
  merge   bigint   NOT NULL REFERENCES passport.merge,
  bucket  smallint NOT NULL,
  type    text     NOT NULL COLLATE "C",
  id      text     NOT NULL COLLATE "C",
  before  integer  NOT NULL,                              -- the version that un-merging gives back
  after   integer  NOT NULL,                              -- the version that the merge made; the same for what was deleted already
  past    integer[] NOT NULL DEFAULT '{}',                -- the earlier versions that followed it; those about somebody else stayed
  PRIMARY KEY (merge, type, id)
);
