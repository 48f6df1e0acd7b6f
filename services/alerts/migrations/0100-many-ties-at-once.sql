-- Hospital numbers of many people after full matches, in one commit: as `tie`, which it replaces. The revision is one for all of them, for they become
-- visible together. The locks are taken in the order of the ids, so that two processes never wait for each other. A number that two of them bring is
-- whose message came last. Gives the rows of the watch list as they are then; none of somebody who is not watched.
DROP FUNCTION tie;
CREATE FUNCTION tie_all(given jsonb) RETURNS SETOF alerts.watched LANGUAGE plpgsql AS $$
DECLARE
  people text[];
BEGIN
  SELECT array_agg(DISTINCT one.patient COLLATE "C" ORDER BY one.patient COLLATE "C") INTO people FROM jsonb_to_recordset(given) AS one (patient text);
  PERFORM pg_advisory_xact_lock(hashtextextended('watched ' || patient, 0)) FROM (SELECT unnest(people) AS patient) AS locked;
  INSERT INTO alerts.hospital_number (authority, value, patient, tied_at)
  SELECT DISTINCT ON (number.authority, number.value) number.authority, number.value, one.given->>'patient', (one.given->>'at')::timestamptz
  FROM jsonb_array_elements(given) WITH ORDINALITY AS one (given, place), jsonb_to_recordset(one.given->'numbers') AS number (authority text, value text)
  ORDER BY number.authority, number.value, place DESC
  ON CONFLICT (authority, value) DO UPDATE SET patient = excluded.patient, tied_at = excluded.tied_at;

  RETURN QUERY
    WITH next AS (UPDATE alerts.watch_revision SET revision = watch_revision.revision + 1 RETURNING watch_revision.revision)
    UPDATE alerts.watched AS held SET
      person = jsonb_set(held.person, '{hospitalNumbers}', coalesce((
        SELECT jsonb_agg(jsonb_build_object('authority', number.authority, 'value', number.value) ORDER BY number.authority, number.value)
        FROM alerts.hospital_number AS number WHERE number.patient = held.patient), '[]')),
      revision = next.revision
    FROM next WHERE held.patient = ANY (people) AND held.active
    RETURNING held.patient, held.active, held.person, held.revision;
END $$;
