-- What BaRS needs to be remembered. Ids and states alone: what a message says is in the record.

-- Requests that came in, so that each is acted on once. Key = X-Request-Id and X-Correlation-Id together. A request that failed is not here:
-- its repeat is tried, and gets the real failure.
CREATE TABLE referrals.bars_request (
  request_id     uuid        NOT NULL,
  correlation_id uuid        NOT NULL,
  client         text        NOT NULL,                    -- who sent it, by client id
  begun_at       timestamptz NOT NULL,
  done_at        timestamptz,
  PRIMARY KEY (request_id, correlation_id)
);

-- Referrals that came in, by correlation id: updates and cancellations carry it.
CREATE TABLE referrals.bars_referral (
  correlation_id uuid        PRIMARY KEY,
  client         text        NOT NULL,
  need           text        NOT NULL COLLATE "C",
  bundle_id      text        NOT NULL,
  answers_to     text        NOT NULL,                    -- MessageHeader.source.endpoint: where answers go
  taken_at       timestamptz NOT NULL
);

-- Referrals that go out by a channel: one row a Task, until it is delivered or given up.
CREATE TABLE referrals.delivery (
  task           text        NOT NULL COLLATE "C",
  act            text        NOT NULL CHECK (act IN ('refer', 'withdraw')),
  need           text        NOT NULL COLLATE "C",
  channel        text        NOT NULL,
  target         text        NOT NULL,                    -- DoS service id
  service        text        NOT NULL COLLATE "C",        -- listing that it goes to
  bundle_id      uuid        NOT NULL UNIQUE,
  request_id     uuid        NOT NULL,
  correlation_id uuid        NOT NULL,
  asked_at       timestamptz NOT NULL,
  attempts       int         NOT NULL DEFAULT 0,
  next_at        timestamptz,                             -- absent = delivered or given up
  delivered_at   timestamptz,
  given_up_at    timestamptz,
  their_id       text,                                    -- the receiver's id of the referral
  last_status    int,
  PRIMARY KEY (task, act)
);
CREATE INDEX delivery_due ON referrals.delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX delivery_of_need ON referrals.delivery (need);
