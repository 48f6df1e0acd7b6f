-- What the alerts service remembers: who is on the register, messages about them, their stays, who was told. No record lives here.

-- The watch list: people with an active register entry and a consent or decision behind it. A row of somebody who has left it stays, inactive,
-- without anything that identifies, so that every process hears of the leaving.
CREATE TABLE watched (
  patient   text    PRIMARY KEY COLLATE "C",
  active    boolean NOT NULL,
  person    jsonb,                              -- numbers, normalised names, birth date, register codes; absent when inactive
  revision  bigint  NOT NULL
);
CREATE INDEX watched_revision ON watched (revision);

-- Counts the changes of the watch list. One row, so that revisions become visible in their order.
CREATE TABLE watch_revision (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  revision  bigint  NOT NULL
);
INSERT INTO watch_revision (revision) VALUES (0);

-- Hospital numbers tied to people of ours by a full match (standards page, section 8, row 5), or re-pointed by a merge (A40).
CREATE TABLE hospital_number (
  authority text        NOT NULL COLLATE "C",
  value     text        NOT NULL COLLATE "C",
  patient   text        NOT NULL COLLATE "C",
  tied_at   timestamptz NOT NULL,
  PRIMARY KEY (authority, value)
);
CREATE INDEX hospital_number_of_patient ON hospital_number (patient);

-- Messages that concern somebody of ours, or that a person must look at. Of all others nothing is kept.
CREATE TABLE message (
  id            bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sender_key    bytea       NOT NULL,           -- SHA-256 of MSH-3, MSH-4, MSH-10
  body_hash     bytea       NOT NULL,           -- SHA-256 of the bytes
  received_at   timestamptz NOT NULL,
  disposition   text        NOT NULL CHECK (disposition IN ('matched', 'review', 'mismatch', 'unreadable')),
  patient       text        COLLATE "C",
  row           smallint,                       -- row of section 8 that decided
  compared      bytea,                          -- keyed hash of the values compared
  content       bytea,                          -- the bytes as they came; removed when they are no longer needed
  handled_at    timestamptz,
  attempts      smallint    NOT NULL DEFAULT 0,
  UNIQUE (sender_key, body_hash)
);
CREATE INDEX message_unhandled ON message (received_at) WHERE handled_at IS NULL AND disposition = 'matched';
CREATE INDEX message_content ON message (received_at) WHERE content IS NOT NULL;

CREATE TABLE stay (
  id              uuid        PRIMARY KEY,
  facility        text        NOT NULL COLLATE "C",
  visit           text        NOT NULL COLLATE "C", -- authority and number of the visit, else hospital number and admission time
  hospital_number text        COLLATE "C",          -- authority and number of the person at that hospital
  patient         text        NOT NULL COLLATE "C",
  wrong_person    boolean     NOT NULL DEFAULT false,
  merged_into     uuid,
  over            boolean     NOT NULL DEFAULT false, -- ended or cancelled, when it was settled last
  first_at        timestamptz NOT NULL,             -- earliest and latest event, as the hospital tells the time
  last_at         timestamptz NOT NULL,
  raised_at       timestamptz NOT NULL,             -- when we heard of it first
  version         integer     NOT NULL DEFAULT 1,   -- grows with every event
  settled         integer     NOT NULL DEFAULT 0,   -- the version the record and the notices tell of
  encounter       text        COLLATE "C",          -- ids in the record, once it has them
  alert           text        COLLATE "C",
  told            jsonb                             -- what the last notice said
);
CREATE INDEX stay_of_patient ON stay (patient, last_at DESC);
CREATE INDEX stay_unsettled ON stay (raised_at) WHERE settled < version;
CREATE INDEX stay_of_number ON stay (hospital_number) WHERE hospital_number IS NOT NULL;

CREATE TABLE stay_event (
  stay    uuid   NOT NULL REFERENCES stay,
  message bigint NOT NULL REFERENCES message,
  facts   jsonb  NOT NULL,
  PRIMARY KEY (stay, message)
);

-- One row for each answer that is being waited for.
CREATE TABLE answer (
  stay         uuid        NOT NULL REFERENCES stay,
  role         text        NOT NULL,
  task         text        NOT NULL COLLATE "C",
  raised_at    timestamptz NOT NULL,
  done         integer     NOT NULL DEFAULT 0,      -- steps of the ladder taken
  next_step_at timestamptz,                         -- absent: answered or no longer wanted
  answered_at  timestamptz,
  PRIMARY KEY (stay, role)
);
CREATE INDEX answer_waiting ON answer (next_step_at) WHERE next_step_at IS NOT NULL;

-- Matches that a person must decide: one row a message, one Task in the record.
CREATE TABLE review (
  message    bigint      PRIMARY KEY REFERENCES message,
  row        smallint    NOT NULL,
  urgent     boolean     NOT NULL,
  candidates text[]      NOT NULL,
  task       text        COLLATE "C",
  opened_at  timestamptz NOT NULL,
  decided_at timestamptz,
  outcome    text
);
CREATE INDEX review_untold ON review (opened_at) WHERE task IS NULL;

-- What was told, in the order in which it happened. References only: boards resume from here by its id.
CREATE TABLE notice (
  id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       text        NOT NULL,
  quiet      boolean     NOT NULL,
  stay       uuid        NOT NULL REFERENCES stay,
  task       text        NOT NULL COLLATE "C",
  encounter  text        NOT NULL COLLATE "C",
  audience   text[]      NOT NULL,                  -- Organization/… that may hear of it
  at         timestamptz NOT NULL
);

-- Rest-hook subscriptions of the record to alerts, as they stand.
CREATE TABLE subscription (
  id        text PRIMARY KEY COLLATE "C",
  endpoint  text NOT NULL,
  headers   text[] NOT NULL DEFAULT '{}',
  payload   text
);

-- One row for each notice that must still reach an endpoint, and for each that could not.
CREATE TABLE delivery (
  notice       bigint      NOT NULL REFERENCES notice,
  subscription text        NOT NULL COLLATE "C",
  attempts     integer     NOT NULL DEFAULT 0,
  due_at       timestamptz NOT NULL,
  delivered_at timestamptz,
  failed_at    timestamptz,
  reason       text,
  PRIMARY KEY (notice, subscription)
);
CREATE INDEX delivery_due ON delivery (due_at) WHERE delivered_at IS NULL AND failed_at IS NULL;

-- When each hospital was last heard. Silence looks exactly like a quiet night.
CREATE TABLE feed (
  facility     text        PRIMARY KEY COLLATE "C",
  last_at      timestamptz NOT NULL,
  frames       bigint      NOT NULL DEFAULT 0
);

-- Of people who are not ours: a keyed hash of the repeat key and, for cancels, of facility and visit. The key is destroyed every 24 hours and
-- with it every row here; without the key a row says nothing.
CREATE TABLE unregistered_marks (
  id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  marks bytea  NOT NULL                          -- 12 bytes each, as many as came within half a second
);
CREATE TABLE unregistered_cancel (
  mark          bytea       PRIMARY KEY,
  cancelled_at  timestamptz NOT NULL             -- when the hospital recorded the cancel
);
