-- A stay that a death ended has ended, also where the hospital sends no discharge: as long as it was where a message of it says when, and else without a length. HAZ-A92

-- As in 0240, with whether the stay has ended, and with what tracking says.
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
    CASE WHEN ending.known THEN extract(epoch FROM stay.ended_at - stay.began_at) END AS seconds_in_hospital,
    EXISTS (
      SELECT 1 FROM alerts.stay AS earlier
      WHERE earlier.patient = stay.patient AND earlier.id <> stay.id AND earlier.over AND NOT earlier.wrong_person AND earlier.merged_into IS NULL
        AND earlier.ended_at <= stay.began_at AND earlier.ended_at > stay.began_at - interval '28 days'
        -- Who goes from one hospital to another is not readmitted.
        AND NOT (earlier.facility <> stay.facility AND earlier.ended_at > stay.began_at - interval '1 day')) AS readmitted,
    ending.known AS ended
  FROM alerts.stay
  -- A death ends what was told of; a visit that was taken back, or of somebody who left the register, ended as nobody knows.
  CROSS JOIN LATERAL (SELECT (stay.over AND stay.ended_at IS NOT NULL) OR coalesce(stay.told->>'phase' = 'closed', false) AS known) AS ending
  CROSS JOIN LATERAL (SELECT min(at) AS at, min(id) AS id FROM alerts.notice WHERE notice.stay = stay.id AND notice.kind = 'raised') AS raised
  CROSS JOIN LATERAL (
    SELECT least(raised.at, coalesce(min(message.received_at), stay.raised_at)) AS at
    FROM alerts.stay_event JOIN alerts.message ON message.id = stay_event.message
    WHERE stay_event.stay = stay.id AND stay_event.facts->>'type' <> 'A05'
      AND coalesce(stay_event.facts->>'patientClass', 'I') <> ALL (ARRAY['N', 'O', 'P', 'R', 'W', 'U'])
      -- Tracking without a class, of a visit that was told of as an outpatient's, called for no alert.
      AND NOT (stay_event.facts->>'type' IN ('A09', 'A10') AND NOT stay_event.facts ? 'patientClass' AND EXISTS (
        SELECT 1 FROM alerts.stay_event AS other
        WHERE other.stay = stay.id AND other.facts->>'patientClass' = ANY (ARRAY['N', 'O', 'P', 'R', 'W', 'U'])))) AS heard
  CROSS JOIN LATERAL (
    SELECT min(delivery.delivered_at) AS at FROM alerts.delivery JOIN alerts.notice ON notice.id = delivery.notice
    WHERE notice.stay = stay.id AND notice.id >= raised.id AND notice.kind NOT IN ('closed', 'withdrawn')) AS reached
  CROSS JOIN LATERAL (SELECT min(answered_at) AS at, count(answered_at) AS roles FROM alerts.answer WHERE answer.stay = stay.id) AS answered
  CROSS JOIN LATERAL (SELECT count(*) AS times FROM alerts.notice WHERE notice.stay = stay.id AND notice.kind = 'escalated') AS escalated
  WHERE raised.at IS NOT NULL AND NOT stay.wrong_person AND stay.merged_into IS NULL;
