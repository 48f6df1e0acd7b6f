-- What changed, who must hear of it, and what they have not yet confirmed.

-- A row is written in the transaction of the change itself, so a change and its announcement are both true or neither.
CREATE TABLE events.outbox (
  change_id bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  type      text        NOT NULL COLLATE "C",   -- FHIR resource type
  id        text        NOT NULL COLLATE "C",
  version   integer     NOT NULL,               -- meta.versionId
  patient   text        COLLATE "C",            -- id of the Patient whose record it belongs to; absent = nobody's
  author    text        COLLATE "C",            -- client_id of the writer, which does not hear its own changes
  at        timestamptz NOT NULL DEFAULT now()
);

-- Who hears of which types. A row stays while its consumer is down, so nothing is missed.
CREATE TABLE events.consumer (
  name   text   PRIMARY KEY COLLATE "C",
  types  text[] NOT NULL,                       -- '{*}' = every type
  client text   COLLATE "C"                     -- client_id it writes with
);

-- One row per change and consumer, from the claim to the confirmation. Nothing is kept of what is confirmed.
CREATE TABLE events.delivery (
  consumer   text        NOT NULL COLLATE "C",
  change_id  bigint      NOT NULL,
  type       text        NOT NULL COLLATE "C",
  id         text        NOT NULL COLLATE "C",
  version    integer     NOT NULL,
  patient    text        COLLATE "C",
  at         timestamptz NOT NULL,              -- when the change was made
  offered_at timestamptz NOT NULL DEFAULT now(),
  offers     integer     NOT NULL DEFAULT 1,    -- how often it was put into the queue
  due_at     timestamptz NOT NULL,              -- when it is offered again unless it was confirmed
  attempts   integer     NOT NULL DEFAULT 0,    -- how often a handler failed, fell silent or died with its process
  dead_at    timestamptz,                       -- when it was given up until a person retries it
  reason     text,                              -- why: code and remedy, never the text of an unknown error
  PRIMARY KEY (consumer, change_id)
);

CREATE INDEX delivery_due  ON events.delivery (due_at) WHERE dead_at IS NULL;
CREATE INDEX delivery_dead ON events.delivery (dead_at, change_id) WHERE dead_at IS NOT NULL;

-- Rows live for milliseconds: vacuum by what has died, not by a share of a table that is nearly empty.
ALTER TABLE events.outbox   SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000);
ALTER TABLE events.delivery SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 100000, fillfactor = 50);

-- How far the demo clock is ahead of real time. One row at most.
CREATE TABLE events.demo_clock (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  offset_ms bigint  NOT NULL
);
