-- That somebody is alive, told in a message about a stay, is remembered with the stay's own events. So most hospitals' messages write nothing beside them, and
-- a death is held against them when one is told of. HAZ-A101

-- As in 0271, and a hospital's death is not believed where it said later, in a message about a stay, that the person is alive.
CREATE OR REPLACE FUNCTION say_death(from_source text, whose text, at timestamptz) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  bears_on text[];
BEGIN
  WITH before AS (
    SELECT patient FROM alerts.death WHERE source = from_source AND NOT gone AND patient IS DISTINCT FROM whose FOR UPDATE
  ), gone AS (
    UPDATE alerts.death SET gone = true, told = false, said_at = at WHERE whose IS NULL AND source = from_source AND NOT gone
  ), said AS (
    INSERT INTO alerts.death AS held (source, patient, said_at) SELECT from_source, whose, at
    WHERE whose IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM alerts.stay JOIN alerts.stay_event ON stay_event.stay = stay.id
      WHERE stay.patient = whose AND from_source = 'hospital:' || stay.facility || ':' || whose AND NOT stay.wrong_person
        AND stay_event.facts->>'alive' = 'true' AND (stay_event.facts->>'recordedAt')::timestamptz > at)
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
