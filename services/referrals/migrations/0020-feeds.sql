-- Directory feeds of others, and what they say. Facts about services and sessions: no person is in here. Each original is kept as it came;
-- the listings that are made of them are in 0021.

CREATE TABLE referrals.feed (
  number        smallint    GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text        NOT NULL UNIQUE CHECK (name ~ '^[a-z0-9][a-z0-9-]{0,60}$'),
  type          text        NOT NULL CHECK (type IN ('oruk', 'rpde', 'ods')),
  url           text        NOT NULL UNIQUE,
  publisher     text        NOT NULL,                     -- shown wherever a listing or session of it is shown
  licence       text        NOT NULL DEFAULT '',
  owner         text        NOT NULL,                     -- who decides what is in doubt
  every_s       int         NOT NULL CHECK (every_s >= 8),
  cursor        text,                                     -- address of the page to ask for next; absent = from the beginning
  position      text        COLLATE "C",                  -- order of the last item that was taken; RPDE goes on after it
  pass          int         NOT NULL DEFAULT 1,           -- how often it was begun from the beginning
  next_at       timestamptz,                              -- when it is asked again; absent = paused
  run           uuid,                                     -- whoever reads it now, and until when the others leave it alone
  run_until     timestamptz,
  answered_at   timestamptz,                              -- it last answered with a page that could be read
  failing_since timestamptz,                              -- first failure since then
  failures      int         NOT NULL DEFAULT 0,
  says          text        NOT NULL DEFAULT '',          -- what is wrong, in words
  completed_at  timestamptz,                              -- its end was last reached
  pages         bigint      NOT NULL DEFAULT 0,
  items         bigint      NOT NULL DEFAULT 0,
  refused       bigint      NOT NULL DEFAULT 0,
  expected      bigint                                    -- how many items it says that it has, where it says so
);

-- What a feed says of a service, an organisation, a series or a facility.
CREATE TABLE referrals.feed_item (
  feed       smallint    NOT NULL REFERENCES referrals.feed ON DELETE CASCADE,
  kind       text        NOT NULL COLLATE "C",
  id         text        NOT NULL COLLATE "C",
  modified   text        NOT NULL COLLATE "C",            -- order key: newer is greater, however many digits the publisher's number has
  fetched_at timestamptz NOT NULL,
  deleted    boolean     NOT NULL DEFAULT false,
  pending    boolean     NOT NULL DEFAULT true,           -- the listing does not say yet what this says
  body       text        NOT NULL,                        -- as it came, digit by digit; empty once it is deleted
  PRIMARY KEY (feed, kind, id)
);
CREATE INDEX feed_item_pending ON referrals.feed_item (feed, kind, id) WHERE pending;

-- When and with how much room: a session of a series, a slot of a facility. Only one that is offered to a person enters the record.
CREATE TABLE referrals.feed_session (
  feed       smallint    NOT NULL REFERENCES referrals.feed ON DELETE CASCADE,
  kind       text        NOT NULL COLLATE "C",
  id         text        NOT NULL COLLATE "C",
  modified   text        NOT NULL COLLATE "C",
  fetched_at timestamptz NOT NULL,
  deleted    boolean     NOT NULL DEFAULT false,
  series     text        NOT NULL DEFAULT '' COLLATE "C", -- id or address of what it is a session of, as the publisher writes it
  starts_at  timestamptz,
  ends_at    timestamptz,
  places     int,                                         -- absent = not stated
  status     text        NOT NULL DEFAULT '',             -- schema.org eventStatus, as it came
  body       text        NOT NULL,
  PRIMARY KEY (feed, kind, id)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.5);

-- Items that could not be taken, so that the publisher can be told. The newest hundred of a feed.
CREATE TABLE referrals.feed_refusal (
  feed    smallint    NOT NULL REFERENCES referrals.feed ON DELETE CASCADE,
  number  bigint      GENERATED ALWAYS AS IDENTITY,
  at      timestamptz NOT NULL,
  address text        NOT NULL,
  says    text        NOT NULL,
  PRIMARY KEY (feed, number)
);
