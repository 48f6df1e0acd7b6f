-- A message is on disk before it is acknowledged. What is worked out from it need not wait for the disk again: lost in a crash, it is worked out again.

CREATE OR REPLACE FUNCTION add_events(given jsonb) RETURNS TABLE (message_id bigint, stay_id uuid, reviews boolean) LANGUAGE plpgsql AS $$
DECLARE
  one record;
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  FOR one IN SELECT * FROM jsonb_to_recordset(given) AS event (
    message bigint, patient text, facility text, visit text, "hasVisit" boolean, number text,
    facts jsonb, occurred timestamptz, received timestamptz, fresh uuid)
  LOOP
    message_id := one.message;
    SELECT added.stay_id, added.reviews INTO stay_id, reviews
    FROM alerts.add_event(one.message, one.patient, one.facility, one.visit, one."hasVisit", one.number, one.facts, one.occurred, one.received, one.fresh) AS added;
    RETURN NEXT;
  END LOOP;
END $$;

-- The record tells already what this version of the stay says.
CREATE FUNCTION settled_already(stay_id uuid, seen_version integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('synchronous_commit', 'off', true);
  UPDATE alerts.stay SET settled = greatest(settled, seen_version) WHERE id = stay_id;
END $$;
