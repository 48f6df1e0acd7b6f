-- Listings that are made of what feeds say, by written rules. Which original went into which listing, and who decided so, is always known.

CREATE TABLE referrals.listing (
  id      uuid    PRIMARY KEY,
  what    text    NOT NULL CHECK (what IN ('service', 'organization')),
  merged  jsonb   NOT NULL,                               -- each field with the feed that it is from
  open    boolean NOT NULL,                               -- false: nobody publishes it any more, or it says that it has closed
  publish boolean NOT NULL DEFAULT true,                  -- the record does not say it yet
  record  jsonb   NOT NULL DEFAULT '{}'                   -- where it is in the record: service, organization, places
);
CREATE INDEX listing_publish ON referrals.listing (id) WHERE publish;

CREATE TABLE referrals.listing_source (
  feed       smallint    NOT NULL REFERENCES referrals.feed ON DELETE CASCADE,
  kind       text        NOT NULL COLLATE "C",
  item       text        NOT NULL COLLATE "C",
  listing    uuid        NOT NULL REFERENCES referrals.listing,
  facts      jsonb       NOT NULL,                        -- what the original says, in the words of a listing
  score      real,                                        -- how alike it was; absent = nothing was like it
  decided_by text        NOT NULL,                        -- 'rule', or the person who decided
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (feed, kind, item)
);
CREATE INDEX listing_source_listing ON referrals.listing_source (listing);

-- By what a listing may be found again: numbers of its organisation, postcodes.
CREATE TABLE referrals.listing_key (
  key     text NOT NULL COLLATE "C",
  listing uuid NOT NULL REFERENCES referrals.listing,
  PRIMARY KEY (key, listing)
);

-- Two that may be one. A person decides; until then both are listed.
CREATE TABLE referrals.listing_doubt (
  number     bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  feed       smallint    NOT NULL REFERENCES referrals.feed ON DELETE CASCADE,
  kind       text        NOT NULL COLLATE "C",
  item       text        NOT NULL COLLATE "C",
  listing    uuid        NOT NULL REFERENCES referrals.listing,
  score      real        NOT NULL,
  says       text        NOT NULL,
  owner      text        NOT NULL,
  raised_at  timestamptz NOT NULL,
  due_at     timestamptz NOT NULL,
  outcome    text        CHECK (outcome IN ('same', 'different')),
  decided_by text,
  decided_at timestamptz,
  UNIQUE (feed, kind, item, listing)
);
CREATE INDEX listing_doubt_open ON referrals.listing_doubt (due_at) WHERE outcome IS NULL;

-- Whether the record says that this feed has not answered: it is said after a day, and taken back when the feed answers again.
ALTER TABLE referrals.feed ADD COLUMN said_silent boolean NOT NULL DEFAULT false;
