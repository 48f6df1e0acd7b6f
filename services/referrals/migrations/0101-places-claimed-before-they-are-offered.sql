-- A place is claimed for a need before the need is told of it, so that two who read the same statement at once, or one who dies between the two, offer it once.
ALTER TABLE referrals.capacity_offer ADD COLUMN told_at timestamptz;       -- absent: claimed, and not told yet
UPDATE referrals.capacity_offer SET told_at = offered_at;
COMMENT ON COLUMN referrals.capacity_offer.offered_at IS 'When the place was claimed for the need.';
