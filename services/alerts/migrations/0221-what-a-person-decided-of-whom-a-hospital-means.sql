-- A person said that a message which a machine may not match (rows 2 and 3 of the standards page) is about somebody of ours. The same words of the same
-- hospital about the same numbers are not asked about again; whatever changes in them, or in what is held of the person, is.

CREATE TABLE decided_match (
  patient    text        NOT NULL COLLATE "C",
  details    text        NOT NULL COLLATE "C", -- hash of what was compared: sender, numbers, names and birth date of the message, and those held of the person
  message    bigint      NOT NULL,             -- on which it was decided
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (patient, details)
);

-- Whatever casts doubt on whose a number is, or which record is whose, makes a person decide anew.
CREATE FUNCTION forget_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'hospital_number' THEN
    DELETE FROM alerts.decided_match WHERE patient = OLD.patient;
  ELSE
    DELETE FROM alerts.decided_match
    WHERE patient IN (SELECT unnest(CASE WHEN TG_OP = 'INSERT' THEN ARRAY[NEW.goes, NEW.remains]
                                         WHEN TG_OP = 'DELETE' THEN ARRAY[OLD.goes, OLD.remains]
                                         ELSE ARRAY[OLD.goes, OLD.remains, NEW.remains] END));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER number_gone AFTER DELETE ON hospital_number FOR EACH ROW EXECUTE FUNCTION forget_decided();
CREATE TRIGGER number_moved AFTER UPDATE OF patient ON hospital_number FOR EACH ROW WHEN (OLD.patient <> NEW.patient) EXECUTE FUNCTION forget_decided();
CREATE TRIGGER record_merged AFTER INSERT OR UPDATE OR DELETE ON merged_record FOR EACH ROW EXECUTE FUNCTION forget_decided();

-- What the watch list holds of a person beside what the record says: the numbers that are tied to them, and what was decided, where anything was.
CREATE FUNCTION beside_the_record(person jsonb, whom text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT (person - 'decided')
    || jsonb_build_object('hospitalNumbers', coalesce((
         SELECT jsonb_agg(jsonb_build_object('authority', authority, 'value', value) ORDER BY authority, value)
         FROM alerts.hospital_number WHERE patient = whom), '[]'))
    || coalesce((
         SELECT jsonb_build_object('decided', jsonb_agg(details ORDER BY details)) FROM alerts.decided_match WHERE patient = whom HAVING count(*) > 0), '{}')
$$;

-- As in 0100, and whose number it was is read again too: theirs are fewer, and what was decided of them is forgotten.
CREATE OR REPLACE FUNCTION tie_all(given jsonb) RETURNS SETOF alerts.watched LANGUAGE plpgsql AS $$
DECLARE
  people text[];
BEGIN
  SELECT array_agg(DISTINCT one.patient COLLATE "C" ORDER BY one.patient COLLATE "C") INTO people
  FROM (
    SELECT each.patient FROM jsonb_to_recordset(given) AS each (patient text)
    UNION
    SELECT held.patient FROM jsonb_array_elements(given) AS each, jsonb_to_recordset(each->'numbers') AS number (authority text, value text)
      JOIN alerts.hospital_number AS held ON held.authority = number.authority AND held.value = number.value
  ) AS one;
  PERFORM pg_advisory_xact_lock(hashtextextended('watched ' || patient, 0)) FROM (SELECT unnest(people) AS patient) AS locked;
  INSERT INTO alerts.hospital_number (authority, value, patient, tied_at)
  SELECT DISTINCT ON (number.authority, number.value) number.authority, number.value, one.given->>'patient', (one.given->>'at')::timestamptz
  FROM jsonb_array_elements(given) WITH ORDINALITY AS one (given, place), jsonb_to_recordset(one.given->'numbers') AS number (authority text, value text)
  ORDER BY number.authority, number.value, place DESC
  ON CONFLICT (authority, value) DO UPDATE SET patient = excluded.patient, tied_at = excluded.tied_at;

  RETURN QUERY
    WITH next AS (UPDATE alerts.watch_revision SET revision = watch_revision.revision + 1 RETURNING watch_revision.revision)
    UPDATE alerts.watched AS held SET
      person = alerts.beside_the_record(held.person, held.patient),
      revision = next.revision
    FROM next WHERE held.patient = ANY (people) AND held.active
    RETURNING held.patient, held.active, held.person, held.revision;
END $$;
