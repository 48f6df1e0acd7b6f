-- A hospital that took a death back has taken back what it said before that, however late that comes: a message that was held up declares nobody dead who
-- is known to be alive since. HAZ-A101

-- As in 0090; `said_at` of what is gone is when it was taken back.
CREATE OR REPLACE FUNCTION say_death(from_source text, whose text, at timestamptz) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  bears_on text[];
BEGIN
  WITH before AS (
    SELECT patient FROM alerts.death WHERE source = from_source AND NOT gone AND patient IS DISTINCT FROM whose FOR UPDATE
  ), gone AS (
    UPDATE alerts.death SET gone = true, told = false, said_at = at WHERE whose IS NULL AND source = from_source AND NOT gone
  ), said AS (
    INSERT INTO alerts.death AS held (source, patient, said_at) SELECT from_source, whose, at WHERE whose IS NOT NULL
    ON CONFLICT (source) DO UPDATE SET patient = excluded.patient, said_at = excluded.said_at, gone = false, told = false
    WHERE (held.gone OR held.patient <> excluded.patient)
      AND NOT (held.gone AND held.source LIKE 'hospital:%' AND excluded.said_at < held.said_at) RETURNING patient
  )
  SELECT array_agg(patient) INTO bears_on FROM (SELECT patient FROM before UNION SELECT patient FROM said) AS found;
  IF bears_on IS NOT NULL THEN
    PERFORM alerts.touch_stays(bears_on, from_source);
  END IF;
  RETURN QUERY SELECT unnest(bears_on);
END $$;

-- A source says that the person was alive then; what it said of a death later than that stands. Answers whom it changes something for.
CREATE FUNCTION say_alive(from_source text, whose text, at timestamptz) RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
    SELECT said.patient FROM alerts.death AS held, LATERAL alerts.say_death(held.source, NULL, at) AS said (patient)
    WHERE held.source = from_source AND NOT held.gone AND held.said_at <= at;
  IF NOT FOUND THEN
    PERFORM set_config('synchronous_commit', 'off', true); -- most hospitals say so in every message
    INSERT INTO alerts.death AS held (source, patient, said_at, gone, told) VALUES (from_source, whose, at, true, true)
    ON CONFLICT (source) DO UPDATE SET said_at = excluded.said_at WHERE held.gone AND held.said_at < excluded.said_at;
  END IF;
END $$;
