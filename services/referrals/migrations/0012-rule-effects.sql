-- What the rules of matching did, for the screening-out report: who is turned away, by which rule, where. Counts alone: no person, no service.
CREATE TABLE referrals.rule_effect (
  day    date   NOT NULL,
  area   text   NOT NULL,                                 -- outward postcode; empty = not known
  rule   text   NOT NULL,
  effect text   NOT NULL CHECK (effect IN ('for', 'against', 'excluded', 'overruled')),
  times  bigint NOT NULL,
  PRIMARY KEY (day, area, rule, effect)
);
