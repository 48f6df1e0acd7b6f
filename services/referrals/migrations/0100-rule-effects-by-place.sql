-- Effects are counted by deprivation and by town and country too, one way at a time as before: groups of places, never a postcode.
ALTER TABLE referrals.rule_effect DROP CONSTRAINT rule_effect_facet_check;
ALTER TABLE referrals.rule_effect ADD CONSTRAINT rule_effect_facet_check CHECK (facet IN ('area', 'age', 'condition', 'deprivation', 'rurality'));
