-- Since when a feed is paused, and whether the record says so of its listings. Of one that was paused before this was written down: since it last answered.
ALTER TABLE referrals.feed ADD COLUMN paused_at timestamptz;
ALTER TABLE referrals.feed ADD COLUMN said_paused boolean NOT NULL DEFAULT false;
UPDATE referrals.feed SET paused_at = coalesce(answered_at, failing_since, now()) WHERE next_at IS NULL;
