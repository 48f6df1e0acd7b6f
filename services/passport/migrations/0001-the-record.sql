-- The record: one row per resource as it is now, one per earlier version, and what is needed to find it again.
--
-- Every row carries a bucket (0 to 4095): the bucket of its Patient when it was first written, never changed. Tables are
-- partitioned by bucket for vacuum and size; the same column distributes them over a cluster. The patient is a separate,
-- mutable column, so that a correction or a merge moves no rows.

CREATE TABLE passport.resource (
  bucket      smallint    NOT NULL,
  type        text        NOT NULL COLLATE "C",
  id          text        NOT NULL COLLATE "C",
  version     integer     NOT NULL,
  updated_at  timestamptz NOT NULL,
  deleted     boolean     NOT NULL DEFAULT false,
  patient     text        COLLATE "C",                    -- id of the Patient whose compartment this is; a Patient's own id
  occurred_at timestamptz,                                -- when it happened, for newest first; absent = unknown
  classes     integer     NOT NULL,                       -- data classes as bits, services/passport/src/domain/access/data-class.ts
  parties     text[]      NOT NULL DEFAULT '{}',          -- who wrote it or is named in it as owner, requester or performer
  tokens      bigint[]    NOT NULL DEFAULT '{}',          -- hashes of everything that is searched for exactly
  content     text        NOT NULL,                       -- the JSON text as it is served
  PRIMARY KEY (bucket, type, id)
) PARTITION BY RANGE (bucket);

CREATE TABLE passport.history (
  bucket      smallint    NOT NULL,
  type        text        NOT NULL COLLATE "C",
  id          text        NOT NULL COLLATE "C",
  version     integer     NOT NULL,
  updated_at  timestamptz NOT NULL,
  deleted     boolean     NOT NULL,
  patient     text        COLLATE "C",
  classes     integer     NOT NULL,
  parties     text[]      NOT NULL,
  content     text        NOT NULL,
  PRIMARY KEY (bucket, type, id, version)
) PARTITION BY RANGE (bucket);

CREATE TABLE passport.date_index (
  bucket smallint    NOT NULL,
  id     text        NOT NULL COLLATE "C",
  key    text        NOT NULL COLLATE "C",                -- 'Procedure.date': type and search parameter
  low    timestamptz NOT NULL,                            -- the first instant the value can mean
  high   timestamptz NOT NULL                             -- the first instant after it
) PARTITION BY RANGE (bucket);

CREATE TABLE passport.string_index (
  bucket smallint NOT NULL,
  id     text     NOT NULL COLLATE "C",
  key    text     NOT NULL COLLATE "C",
  value  text     NOT NULL COLLATE "C",                   -- without case, accents and surplus white space
  exact  text     NOT NULL COLLATE "C"
) PARTITION BY RANGE (bucket);

CREATE TABLE passport.number_index (
  bucket smallint         NOT NULL,
  id     text             NOT NULL COLLATE "C",
  key    text             NOT NULL COLLATE "C",
  unit   text             COLLATE "C",                    -- 'system|code' of a quantity
  low    double precision NOT NULL,
  high   double precision NOT NULL
) PARTITION BY RANGE (bucket);

DO $$
DECLARE
  part integer;
  name text;
BEGIN
  FOR part IN 0..7 LOOP
    FOREACH name IN ARRAY ARRAY['resource', 'history', 'date_index', 'string_index', 'number_index'] LOOP
      EXECUTE format('CREATE TABLE passport.%I PARTITION OF passport.%I FOR VALUES FROM (%s) TO (%s)',
                     name || '_' || part, name, part * 512, (part + 1) * 512);
    END LOOP;
    -- A resource of 2 to 4 KB stays in its row: reading it back is one page, and nothing is compressed on the way in.
    EXECUTE format('ALTER TABLE passport.%I SET (toast_tuple_target = 4080, autovacuum_vacuum_insert_scale_factor = 0.1)', 'resource_' || part);
  END LOOP;
END $$;

CREATE INDEX resource_of_person ON passport.resource (patient, type, occurred_at DESC NULLS LAST, id DESC) WHERE patient IS NOT NULL;
CREATE INDEX resource_by_update ON passport.resource (type, updated_at DESC, id DESC);
-- A short pending list (128 KB): whoever's insert fills it empties it for all, and every search reads it through until then.
CREATE INDEX resource_tokens    ON passport.resource USING gin (tokens) WITH (gin_pending_list_limit = 128);
CREATE INDEX history_by_update  ON passport.history (type, updated_at DESC, id DESC);

CREATE INDEX date_of_resource   ON passport.date_index (id, key);
CREATE INDEX date_by_value      ON passport.date_index (key, low, id);
CREATE INDEX string_of_resource ON passport.string_index (id, key);
CREATE INDEX string_by_value    ON passport.string_index (key, value, id);
CREATE INDEX number_of_resource ON passport.number_index (id, key);
CREATE INDEX number_by_value    ON passport.number_index (key, low, id);

-- Identifiers lie outside the buckets: whoever asks by NHS number does not know the bucket.
CREATE TABLE passport.identifier (
  value  text     NOT NULL COLLATE "C",
  system text     NOT NULL COLLATE "C",                   -- '' = the identifier has none
  type   text     NOT NULL COLLATE "C",                   -- the resource type that carries it
  bucket smallint NOT NULL,
  id     text     NOT NULL COLLATE "C",
  PRIMARY KEY (value, type, system, id)
);
CREATE INDEX identifier_of_resource ON passport.identifier (id, type);


-- Further buckets in which rows of a person lie, after a correction or a merge.
CREATE TABLE passport.strayed (
  patient text     NOT NULL COLLATE "C",
  bucket  smallint NOT NULL,
  PRIMARY KEY (patient, bucket)
);
