-- What the record tells of a stay is forgotten before the record is changed, and remembered only when the change is done and the stay has not moved on.
-- Else a stay that goes back to what it was while the record is being changed (a discharge that is taken back at once) would be thought settled.
CREATE OR REPLACE FUNCTION settle_as(
  stay_id uuid, seen_version integer, says text, encounter_id text, alert_id text, is_over boolean, now_told jsonb, answers jsonb, notices jsonb
) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  deliveries integer;
BEGIN
  deliveries := alerts.settle(stay_id, seen_version, encounter_id, alert_id, is_over, now_told, answers, notices);
  -- Where somebody else has settled a later version meanwhile, the record was changed after they looked: it is settled once more.
  UPDATE alerts.stay SET
    settled_as = CASE WHEN version = seen_version THEN says END,
    settled = seen_version
  WHERE id = stay_id;
  RETURN deliveries;
END $$;
