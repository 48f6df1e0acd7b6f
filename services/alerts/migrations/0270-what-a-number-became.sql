-- What a number that went is from now on: a stay heard of only after the merge goes on under it, as one heard of before does. HAZ-A100
ALTER TABLE merged_away ADD COLUMN became text COLLATE "C";

DROP FUNCTION note_merged_away;
CREATE FUNCTION note_merged_away(patient_id text, facility_name text, labels text[], noted_at timestamptz, stays_as text) RETURNS void
  LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('stay of ' || patient_id, 0));
  INSERT INTO alerts.merged_away (facility, label, at, became)
  SELECT facility_name, label, noted_at, nullif(stays_as, label)
  FROM unnest(labels) AS label
  ON CONFLICT (label, facility) DO UPDATE SET at = excluded.at, became = excluded.became;
  -- What became that went once more, or came back.
  UPDATE alerts.merged_away SET became = nullif(stays_as, label) WHERE facility = facility_name AND became = ANY (labels);
END $$;

-- A stay that was opened under numbers that had gone. Where its visit is told of under the number that stays, what opened it belongs there; its end or
-- cancel is its own all the same (decision 280), and leaves no second stay behind. Answers the stays that say something else now.
CREATE FUNCTION go_on_as_it_became(given uuid) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
  late alerts.stay;
  goes_on alerts.stay;
  ends boolean;
  visit_now text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('stay of ' || patient, 0)) FROM alerts.stay WHERE id = given;
  UPDATE alerts.stay SET hospital_number = became FROM alerts.merged_away AS went
  WHERE stay.id = given AND went.facility = stay.facility AND label = hospital_number AND became IS NOT NULL;
  SELECT * INTO late FROM alerts.stay WHERE id = given;
  SELECT became INTO visit_now FROM alerts.merged_away AS went WHERE went.facility = late.facility AND label = late.visit;
  IF visit_now IS NULL OR late.merged_into IS NOT NULL THEN
    RETURN;
  END IF;
  SELECT * INTO goes_on FROM alerts.stay
  WHERE facility = late.facility AND patient = late.patient AND visit = visit_now AND id <> given AND NOT wrong_person AND merged_into IS NULL
  ORDER BY over, last_at DESC LIMIT 1;
  ends := EXISTS (SELECT 1 FROM alerts.stay_event WHERE stay = given AND facts->>'type' IN ('A03', 'A11', 'A38'));
  IF goes_on.id IS NULL THEN
    UPDATE alerts.stay SET visit = visit_now WHERE id = given AND NOT ends;
  ELSIF ends THEN
    PERFORM alerts.unite_stays(goes_on.id, ARRAY[given]);
    RETURN NEXT given;
  ELSIF NOT goes_on.over OR late.first_at <= goes_on.last_at THEN -- later than its end, it is news
    INSERT INTO alerts.stay_event (stay, message, facts) SELECT goes_on.id, message, facts FROM alerts.stay_event WHERE stay = given ON CONFLICT DO NOTHING;
    UPDATE alerts.stay
    SET version = version + 1, settled_as = NULL, first_at = least(first_at, late.first_at), last_at = greatest(last_at, late.last_at)
    WHERE id = goes_on.id;
    PERFORM alerts.unite_stays(goes_on.id, ARRAY[given]);
    RETURN QUERY SELECT unnest(ARRAY[goes_on.id, given]);
  END IF;
END $$;
