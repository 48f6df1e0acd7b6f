-- Which organisation of the directory publishes a feed: whoever administers it may see what became of the feed. Absent: the operator alone.
ALTER TABLE referrals.feed ADD COLUMN organization text COLLATE "C";       -- `Organization/<id>`
ALTER TABLE referrals.feed ADD COLUMN asked_again_at timestamptz;          -- its publisher last asked for it to be read now

-- What was refused, so that its publisher can find and mend it in their own language. What came before has its sentence alone.
ALTER TABLE referrals.feed_refusal ADD COLUMN item text NOT NULL DEFAULT '';     -- as its page counts it: `item 2`, `entry 3`, `service a2`
ALTER TABLE referrals.feed_refusal ADD COLUMN item_id text NOT NULL DEFAULT '';  -- where it has one that can be read
ALTER TABLE referrals.feed_refusal ADD COLUMN place text NOT NULL DEFAULT '';    -- member of the item; empty: the whole of it
ALTER TABLE referrals.feed_refusal ADD COLUMN rule text NOT NULL DEFAULT '';
ALTER TABLE referrals.feed_refusal ADD COLUMN pass int NOT NULL DEFAULT 0;       -- the reading from the beginning that met it
UPDATE referrals.feed_refusal AS refusal SET pass = feed.pass FROM referrals.feed WHERE feed.number = refusal.feed;
