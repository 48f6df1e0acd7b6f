-- When somebody was in hospital, as their stay says it when the record is brought in line with it; absent where they never were, or the hospital took it back.
-- The earliest and latest message about a visit are something else: a stay may be planned weeks before, and its data mended weeks after. HAZ-A92
ALTER TABLE stay ADD COLUMN began_at timestamptz, ADD COLUMN ended_at timestamptz;
UPDATE stay SET began_at = first_at, ended_at = CASE WHEN over THEN last_at END
WHERE alert IS NOT NULL AND coalesce(told->>'phase', '') IN ('open', 'closed');

-- As in 0101, with when the stay began and ended.
DROP FUNCTION settle_as(uuid, integer, jsonb, text, text, text, boolean, jsonb, jsonb, jsonb, text[]);
CREATE FUNCTION settle_as(
  stay_id uuid, seen_version integer, told_before jsonb, says text, encounter_id text, alert_id text, is_over boolean, now_told jsonb, answers jsonb,
  notices jsonb, spoke text[], began timestamptz, ended timestamptz, OUT deliveries integer, OUT moved_on boolean
) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
  held record;
BEGIN
  SELECT told, version INTO held FROM alerts.stay WHERE id = stay_id FOR UPDATE;
  IF held.told IS DISTINCT FROM told_before THEN
    RETURN;
  END IF;
  deliveries := alerts.settle(stay_id, seen_version, encounter_id, alert_id, is_over, now_told, answers, notices);
  moved_on := held.version <> seen_version;
  -- Where somebody else has settled a later version meanwhile, the record was changed after they looked: it is settled once more.
  UPDATE alerts.stay
  SET settled_as = CASE WHEN NOT moved_on THEN says END, settled = seen_version, rules = coalesce(spoke, rules),
      settle_attempts = 0, settle_again_at = NULL, settle_reason = NULL, began_at = began, ended_at = ended
  WHERE id = stay_id;
  RETURN NEXT;
END $$;

-- One row for each stay that was told of, with the times that matter, in seconds; absent where it has not happened.
-- An alert begins with the message that called for one: what was planned before calls for none. It reached somebody who heard of it while it stood.
CREATE OR REPLACE VIEW alert_figures AS
  SELECT
    stay.id, stay.facility, stay.rules, heard.at AS raised_at, stay.over,
    extract(epoch FROM raised.at - heard.at) AS seconds_to_tell,
    extract(epoch FROM reached.at - heard.at) AS seconds_to_reach,
    extract(epoch FROM answered.at - heard.at) AS seconds_to_acknowledge,
    answered.roles AS roles_answered,
    escalated.times AS escalations,
    CASE WHEN stay.over THEN extract(epoch FROM stay.ended_at - stay.began_at) END AS seconds_in_hospital,
    EXISTS (
      SELECT 1 FROM alerts.stay AS earlier
      WHERE earlier.patient = stay.patient AND earlier.id <> stay.id AND earlier.over AND NOT earlier.wrong_person AND earlier.merged_into IS NULL
        AND earlier.ended_at <= stay.began_at AND earlier.ended_at > stay.began_at - interval '28 days'
        -- Who goes from one hospital to another is not readmitted.
        AND NOT (earlier.facility <> stay.facility AND earlier.ended_at > stay.began_at - interval '1 day')) AS readmitted
  FROM alerts.stay
  CROSS JOIN LATERAL (SELECT min(at) AS at, min(id) AS id FROM alerts.notice WHERE notice.stay = stay.id AND notice.kind = 'raised') AS raised
  CROSS JOIN LATERAL (
    SELECT least(raised.at, coalesce(min(message.received_at), stay.raised_at)) AS at
    FROM alerts.stay_event JOIN alerts.message ON message.id = stay_event.message
    WHERE stay_event.stay = stay.id AND stay_event.facts->>'type' <> 'A05'
      AND coalesce(stay_event.facts->>'patientClass', 'I') <> ALL (ARRAY['N', 'O', 'P', 'R', 'W', 'U'])) AS heard
  CROSS JOIN LATERAL (
    SELECT min(delivery.delivered_at) AS at FROM alerts.delivery JOIN alerts.notice ON notice.id = delivery.notice
    WHERE notice.stay = stay.id AND notice.id >= raised.id AND notice.kind NOT IN ('closed', 'withdrawn')) AS reached
  CROSS JOIN LATERAL (SELECT min(answered_at) AS at, count(answered_at) AS roles FROM alerts.answer WHERE answer.stay = stay.id) AS answered
  CROSS JOIN LATERAL (SELECT count(*) AS times FROM alerts.notice WHERE notice.stay = stay.id AND notice.kind = 'escalated') AS escalated
  WHERE raised.at IS NOT NULL AND NOT stay.wrong_person AND stay.merged_into IS NULL;
