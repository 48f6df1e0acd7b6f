-- Under which rules an alert spoke, so that figures can be told apart by them.
ALTER TABLE stay ADD COLUMN rules text[] NOT NULL DEFAULT '{}';

-- One row for each stay that was told of, with the times that matter. Seconds; absent where it has not happened.
CREATE VIEW alert_figures AS
  SELECT
    stay.id, stay.facility, stay.rules, stay.raised_at, stay.over,
    extract(epoch FROM raised.at - stay.raised_at) AS seconds_to_tell,
    extract(epoch FROM reached.at - stay.raised_at) AS seconds_to_reach,
    extract(epoch FROM answered.at - stay.raised_at) AS seconds_to_acknowledge,
    answered.roles AS roles_answered,
    escalated.times AS escalations,
    CASE WHEN stay.over THEN extract(epoch FROM stay.last_at - stay.first_at) END AS seconds_in_hospital,
    EXISTS (
      SELECT 1 FROM alerts.stay AS earlier
      WHERE earlier.patient = stay.patient AND earlier.id <> stay.id AND earlier.over AND NOT earlier.wrong_person
        AND earlier.last_at <= stay.first_at AND earlier.last_at > stay.first_at - interval '28 days') AS readmitted
  FROM alerts.stay
  CROSS JOIN LATERAL (SELECT min(at) AS at, min(id) AS id FROM alerts.notice WHERE notice.stay = stay.id AND notice.kind = 'raised') AS raised
  CROSS JOIN LATERAL (
    SELECT min(delivery.delivered_at) AS at FROM alerts.delivery JOIN alerts.notice ON notice.id = delivery.notice WHERE notice.stay = stay.id) AS reached
  CROSS JOIN LATERAL (SELECT min(answered_at) AS at, count(answered_at) AS roles FROM alerts.answer WHERE answer.stay = stay.id) AS answered
  CROSS JOIN LATERAL (SELECT count(*) AS times FROM alerts.notice WHERE notice.stay = stay.id AND notice.kind = 'escalated') AS escalated
  WHERE raised.at IS NOT NULL AND NOT stay.wrong_person AND stay.merged_into IS NULL;
