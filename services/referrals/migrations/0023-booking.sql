-- Places that are booked for a person at a seller that speaks OpenActive Open Booking. References, times and states: who the person is, is in the record.

-- Who sells the sessions of a feed, and how far its two feeds of our orders have been read.
CREATE TABLE referrals.seller (
  feed               smallint PRIMARY KEY REFERENCES referrals.feed ON DELETE CASCADE,
  base_url           text     NOT NULL,                   -- of the Open Booking API
  seller_id          text     NOT NULL,                   -- as the seller calls itself there
  orders_cursor      text,
  orders_position    text     COLLATE "C",
  proposals_cursor   text,
  proposals_position text     COLLATE "C",
  failing_since      timestamptz,
  says               text     NOT NULL DEFAULT ''
);

CREATE TABLE referrals.booking (
  order_id         uuid        PRIMARY KEY,               -- determined by the appointment: asked twice is asked once
  appointment      text        NOT NULL UNIQUE COLLATE "C",
  need             text        NOT NULL COLLATE "C",      -- id of the ServiceRequest
  feed             smallint    NOT NULL REFERENCES referrals.feed,
  session          text        NOT NULL COLLATE "C",      -- kind/id in the feed
  starts_at        timestamptz NOT NULL,
  state            text        NOT NULL CHECK (state IN ('asked', 'proposed', 'accepted', 'booked', 'refused', 'cancelled', 'attended', 'absent')),
  proposal_version text,
  says             text        NOT NULL DEFAULT '',
  explained        boolean     NOT NULL DEFAULT false,    -- it is known why the session was missed: a flare, a hospital stay
  told             boolean     NOT NULL DEFAULT true,     -- the record says the state
  attempts         int         NOT NULL DEFAULT 0,
  next_at          timestamptz,                           -- when something is to be sent to the seller; absent = nothing
  changed_at       timestamptz NOT NULL
);
CREATE INDEX booking_due ON referrals.booking (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX booking_untold ON referrals.booking (changed_at) WHERE NOT told;
CREATE INDEX booking_of_need ON referrals.booking (need, starts_at);
