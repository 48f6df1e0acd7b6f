-- The family name by which a list of people is in order: one row for each person who has one. It follows the index of strings, whoever writes that.
CREATE TABLE passport.family_name (
  patient text     PRIMARY KEY COLLATE "C",
  bucket  smallint NOT NULL,
  family  text     NOT NULL COLLATE "C"                    -- of several the first in the order of code points, as a search sorts them
);
CREATE INDEX people_by_family_name ON passport.family_name (family, patient) INCLUDE (bucket);

INSERT INTO passport.family_name (patient, bucket, family)
SELECT id, min(bucket), min(value) FROM passport.string_index WHERE key = 'Patient.family' GROUP BY id;

CREATE FUNCTION passport.keep_family_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO passport.family_name AS f (patient, bucket, family) VALUES (NEW.id, NEW.bucket, NEW.value)
  ON CONFLICT (patient) DO UPDATE SET family = EXCLUDED.family WHERE EXCLUDED.family < f.family;
  RETURN NULL;
END $$;

CREATE FUNCTION passport.forget_family_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM passport.family_name WHERE patient = OLD.id;
  INSERT INTO passport.family_name (patient, bucket, family)
  SELECT s.id, s.bucket, min(s.value) FROM passport.string_index s
   WHERE s.bucket = OLD.bucket AND s.id = OLD.id AND s.key = 'Patient.family' GROUP BY s.id, s.bucket
  ON CONFLICT (patient) DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER family_name_kept AFTER INSERT ON passport.string_index
  FOR EACH ROW WHEN (NEW.key = 'Patient.family') EXECUTE FUNCTION passport.keep_family_name();
CREATE TRIGGER family_name_forgotten AFTER DELETE ON passport.string_index
  FOR EACH ROW WHEN (OLD.key = 'Patient.family') EXECUTE FUNCTION passport.forget_family_name();
