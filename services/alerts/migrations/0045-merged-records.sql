-- The record merged one Patient into another, or took that back: stays and hospital numbers follow. Who they were of before is remembered, the last
-- one last, so that merges on top of each other are undone from the top.
ALTER TABLE stay ADD COLUMN came_from text[] NOT NULL DEFAULT '{}';
ALTER TABLE hospital_number ADD COLUMN came_from text[] NOT NULL DEFAULT '{}';

CREATE TABLE merged_record (
  goes    text PRIMARY KEY COLLATE "C",
  remains text NOT NULL COLLATE "C"
);

-- A message that joins a stay waits for this, and is then of whoever remains.
CREATE FUNCTION lock_stays(one text, other text) RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_xact_lock(hashtextextended('stay of ' || patient, 0)) FROM (SELECT unnest(ARRAY[one, other]) AS patient ORDER BY 1) AS pair
$$;

CREATE FUNCTION follow_merge(given text, survivor text) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
BEGIN
  PERFORM alerts.lock_stays(given, survivor);
  INSERT INTO alerts.merged_record (goes, remains) VALUES (given, survivor) ON CONFLICT (goes) DO UPDATE SET remains = excluded.remains;
  UPDATE alerts.hospital_number SET patient = survivor, came_from = came_from || given WHERE patient = given;
  UPDATE alerts.message SET patient = survivor WHERE patient = given AND handled_at IS NULL;
  UPDATE alerts.death SET patient = survivor, told = false WHERE patient = given AND source LIKE 'hospital:%';
  RETURN QUERY
    UPDATE alerts.stay SET patient = survivor, came_from = came_from || given, version = version + 1, settled_as = NULL
    WHERE patient = given RETURNING id;
END $$;

CREATE FUNCTION undo_merge(given text) RETURNS SETOF uuid LANGUAGE plpgsql AS $$
DECLARE
  survivor text;
BEGIN
  DELETE FROM alerts.merged_record WHERE goes = given RETURNING remains INTO survivor;
  IF survivor IS NULL THEN
    RETURN;
  END IF;
  PERFORM alerts.lock_stays(given, survivor);
  UPDATE alerts.hospital_number SET patient = given, came_from = trim_array(came_from, 1)
  WHERE patient = survivor AND came_from[array_upper(came_from, 1)] = given;
  UPDATE alerts.death SET patient = given, told = false WHERE patient = survivor AND source LIKE 'hospital:%:' || given;
  RETURN QUERY
    UPDATE alerts.stay SET patient = given, came_from = trim_array(came_from, 1), version = version + 1, settled_as = NULL
    WHERE patient = survivor AND came_from[array_upper(came_from, 1)] = given RETURNING id;
END $$;
