-- The flow over the pathway of a quarter as it was published: once, and never again. What is heard later of that quarter changes no number that somebody
-- has: two versions of one quarter could be subtracted. As the alerts' figures are kept.
CREATE TABLE referrals.published_flow (
  quarter      text        PRIMARY KEY,                 -- 2026-Q3
  published_at timestamptz NOT NULL,
  digest       text        NOT NULL,                    -- SHA-256 of content
  content      text        NOT NULL                     -- as JSON: small numbers are hidden in it
);
CREATE FUNCTION referrals.keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'figures that were published are never changed';
END $$;
CREATE TRIGGER published_flow_stays BEFORE UPDATE OR DELETE ON referrals.published_flow FOR EACH ROW EXECUTE FUNCTION referrals.keep_published();
