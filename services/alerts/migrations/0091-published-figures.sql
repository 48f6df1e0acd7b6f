-- Figures of a quarter as they were published: once, and never again. What is heard later of that quarter changes no number that somebody has: two
-- versions of one quarter could be subtracted. As in passport's reports.
CREATE TABLE published_quarter (
  quarter      text        PRIMARY KEY,                 -- 2026-Q3
  published_at timestamptz NOT NULL,
  digest       text        NOT NULL                     -- SHA-256 of its rows, as lines
);
CREATE TABLE published_figures (
  quarter  text    NOT NULL REFERENCES published_quarter,
  position integer NOT NULL,
  content  text    NOT NULL,                            -- one row as JSON: small numbers are hidden in it
  PRIMARY KEY (quarter, position)
);
CREATE FUNCTION keep_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'figures that were published are never changed';
END $$;
CREATE TRIGGER published_quarter_stays BEFORE UPDATE OR DELETE ON published_quarter FOR EACH ROW EXECUTE FUNCTION alerts.keep_published();
CREATE TRIGGER published_figures_stay BEFORE UPDATE OR DELETE ON published_figures FOR EACH ROW EXECUTE FUNCTION alerts.keep_published();
