-- What the record tells of a stay already, as a hash: a message that changes nothing costs the record nothing.
ALTER TABLE stay ADD COLUMN settled_as text;

-- The same as add_event, for many messages in one round trip and one commit. They come sorted by person, so that two processes never wait for each other.
CREATE FUNCTION add_events(given jsonb) RETURNS TABLE (message_id bigint, stay_id uuid, reviews boolean) LANGUAGE plpgsql AS $$
DECLARE
  one record;
BEGIN
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

-- Settles, and remembers what as; not where the stay has moved on meanwhile, for then it is settled again.
CREATE FUNCTION settle_as(
  stay_id uuid, seen_version integer, says text, encounter_id text, alert_id text, is_over boolean, now_told jsonb, answers jsonb, notices jsonb
) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  UPDATE alerts.stay SET settled_as = says WHERE id = stay_id AND version = seen_version;
  RETURN alerts.settle(stay_id, seen_version, encounter_id, alert_id, is_over, now_told, answers, notices);
END $$;
