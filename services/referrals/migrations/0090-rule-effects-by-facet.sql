-- What the rules of matching did, counted in one way at a time: by area, by band of age, by condition. Never two at once, which would make groups of one.
ALTER TABLE referrals.rule_effect RENAME COLUMN area TO value;
ALTER TABLE referrals.rule_effect ADD COLUMN facet text NOT NULL DEFAULT 'area' CHECK (facet IN ('area', 'age', 'condition'));
-- People for whom it was asked on that day, each once. What was counted before this was kept is not known, and is told to the operator alone.
ALTER TABLE referrals.rule_effect ADD COLUMN people bigint NOT NULL DEFAULT 0;
ALTER TABLE referrals.rule_effect DROP CONSTRAINT rule_effect_pkey;
ALTER TABLE referrals.rule_effect ADD PRIMARY KEY (day, facet, value, rule, effect);
ALTER TABLE referrals.rule_effect ALTER COLUMN facet DROP DEFAULT;
COMMENT ON COLUMN referrals.rule_effect.value IS 'Of an area the outward postcode; empty = not known.';
