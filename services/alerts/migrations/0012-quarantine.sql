-- Messages that could not be read, encrypted under a key outside the database, until a person has mended or given up each, or it expires.
CREATE TABLE quarantine (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  mark        bytea       NOT NULL UNIQUE,       -- keyed hash of the bytes: the same message again is counted, not kept twice
  received_at timestamptz NOT NULL,
  last_at     timestamptz NOT NULL,
  times       integer     NOT NULL DEFAULT 1,
  facility    text        NOT NULL DEFAULT '',   -- MSH-4 where there was one
  why         text        NOT NULL,              -- what the sender was told; nothing of the content
  content     bytea,                             -- nonce, tag and AES-256-GCM of the bytes; removed when handled or expired
  task        text        COLLATE "C",
  handled_at  timestamptz,
  outcome     text
);
CREATE INDEX quarantine_waiting ON quarantine (received_at) WHERE handled_at IS NULL;

-- What each hospital's silence was put before a person as, and until when it lasted.
ALTER TABLE feed ADD COLUMN silent_since timestamptz;
ALTER TABLE feed ADD COLUMN silent_task text COLLATE "C";

-- A match that nobody decided is asked about once, and then forgotten with its message.
ALTER TABLE review ADD COLUMN expired_at timestamptz;
