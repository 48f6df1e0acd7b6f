-- What becomes of a person's referrals is told to the person, and to carers who may look, where they chose so: topic `step`.
ALTER TABLE subscription DROP CONSTRAINT subscription_topic_check;
ALTER TABLE subscription ADD CONSTRAINT subscription_topic_check CHECK (topic IN ('alert', 'task', 'referral', 'step'));
ALTER TABLE subscription ADD COLUMN person text COLLATE "C";          -- id of the Patient whose referrals it is about
CREATE INDEX subscription_person ON subscription (person) WHERE person IS NOT NULL;

-- The step of a need that was told last, so that a change that is no step makes no message. References and codes only.
CREATE TABLE step_told (
  need  text        PRIMARY KEY COLLATE "C",
  step  text        NOT NULL,
  news  boolean     NOT NULL,                                         -- whether the newest look at it was another step
  as_of timestamptz NOT NULL                                          -- when what was looked at was last changed: an older look tells nothing
);
