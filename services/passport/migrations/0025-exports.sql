-- Bulk exports that were asked for. An export keeps no copy of anything: its files are ranges of buckets, read from the record when they are
-- fetched, as the record stood at the time of the export. docs/decisions/0090-let-a-bulk-export-keep-no-copy.md
CREATE TABLE passport.export_job (
  id          text        PRIMARY KEY COLLATE "C",
  client      text        NOT NULL,                     -- whoever asked, and nobody else, sees it
  caller      jsonb       NOT NULL,                     -- role, grade, organisation: the policy that its rows are counted under
  request     text        NOT NULL,                     -- the address of the kick-off
  types       text[]      NOT NULL,
  since       timestamptz,
  of_people   boolean     NOT NULL,                     -- only what belongs to a person
  patients    text[]      COLLATE "C",                  -- only these people; NULL = all
  notes       text[]      NOT NULL,                     -- what was left aside, in words
  at          timestamptz NOT NULL,                     -- the record as it stood then
  after_xid   xid8        NOT NULL DEFAULT pg_current_xact_id(), -- read once every transaction before this one has ended
  width       integer     NOT NULL,                     -- buckets read at once
  next_bucket integer     NOT NULL DEFAULT 0,           -- all before are counted
  retry_at    timestamptz,                              -- not before, after a failure
  attempts    integer     NOT NULL DEFAULT 0,           -- failures since the last progress
  failed      boolean     NOT NULL DEFAULT false,
  finished_at timestamptz,
  expires_at  timestamptz NOT NULL
);
CREATE INDEX export_of_client ON passport.export_job (client);

-- What an export is fetched as: the resources of one type in a range of buckets.
CREATE TABLE passport.export_file (
  job         text    NOT NULL COLLATE "C" REFERENCES passport.export_job ON DELETE CASCADE,
  kind        text    NOT NULL,                         -- 'output' or 'deleted'
  type        text    NOT NULL COLLATE "C",             -- 'Bundle' for what was deleted
  from_bucket integer NOT NULL,
  to_bucket   integer NOT NULL,                         -- the first bucket after it
  count       integer NOT NULL,
  PRIMARY KEY (job, kind, type, from_bucket)
);
