-- As before, and it answers the number of each change in the order of the rows, so that whoever has committed can say at once what is to be told. Decision 460.
DROP FUNCTION passport.commit;
CREATE FUNCTION passport.commit(
  e_bucket smallint[], e_type text[], e_id text[], e_version integer[], e_deleted boolean[], e_patient text[], e_occurred timestamptz[],
  e_classes integer[], e_parties text[], e_tokens text[], e_content text[],
  e_updated timestamptz[], e_author text[], e_facts text[],
  d_entry integer[], d_key text[], d_low timestamptz[], d_high timestamptz[],
  s_entry integer[], s_key text[], s_value text[], s_exact text[],
  n_entry integer[], n_key text[], n_unit text[], n_low double precision[], n_high double precision[],
  i_entry integer[], i_system text[], i_value text[],
  r_patient text[], r_party text[], r_kind smallint[], r_source text[], r_starts timestamptz[], r_ends timestamptz[], r_classes integer[], r_referral text[],
  c_patient text[], c_party text[], c_classes integer[], c_source text[], c_starts timestamptz[], c_ends timestamptz[], c_referral text[], c_tokens text[],
  t_patient text[], t_bucket smallint[],
  a_at timestamptz[], a_client text[], a_subject text[], a_organization text[], a_interaction text[], a_status smallint[], a_entity text[], a_patient text[], a_people text[],
  a_purpose text[], a_request text[]
) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  changes bigint[];
  place integer;
  found_version integer;
BEGIN
  IF e_version <> array_fill(1, ARRAY[cardinality(e_version)]) THEN
    -- In one order everywhere, so that two transactions over the same rows wait for each other and never deadlock.
    FOR place IN SELECT o FROM generate_subscripts(e_id, 1) AS o WHERE e_version[o] > 1 ORDER BY e_bucket[o], e_type[o], e_id[o] LOOP
      SELECT r.version INTO found_version FROM passport.resource r
       WHERE r.bucket = e_bucket[place] AND r.type = e_type[place] AND r.id = e_id[place] FOR UPDATE;
      IF found_version IS DISTINCT FROM e_version[place] - 1 THEN
        RAISE EXCEPTION 'version conflict' USING ERRCODE = 'HR409', DETAIL = place::text;
      END IF;
    END LOOP;

    INSERT INTO passport.history (bucket, type, id, version, updated_at, deleted, patient, classes, parties, content)
    SELECT r.bucket, r.type, r.id, r.version, r.updated_at, r.deleted, r.patient, r.classes, r.parties, r.content
      FROM unnest(e_bucket, e_type, e_id, e_version) AS e(bucket, type, id, version)
      JOIN passport.resource r ON r.bucket = e.bucket AND r.type = e.type AND r.id = e.id
     WHERE e.version > 1;

    UPDATE passport.resource r
       SET version = e.version, updated_at = e.updated, deleted = e.deleted, patient = e.patient, occurred_at = e.occurred,
           classes = e.classes, parties = e.parties::text[], tokens = e.tokens::bigint[], content = e.content
      FROM unnest(e_bucket, e_type, e_id, e_version, e_updated, e_deleted, e_patient, e_occurred, e_classes, e_parties, e_tokens, e_content)
           AS e(bucket, type, id, version, updated, deleted, patient, occurred, classes, parties, tokens, content)
     WHERE e.version > 1 AND r.bucket = e.bucket AND r.type = e.type AND r.id = e.id;

    DELETE FROM passport.date_index x   USING unnest(e_bucket, e_id, e_version) AS e(bucket, id, version) WHERE e.version > 1 AND x.bucket = e.bucket AND x.id = e.id;
    DELETE FROM passport.string_index x USING unnest(e_bucket, e_id, e_version) AS e(bucket, id, version) WHERE e.version > 1 AND x.bucket = e.bucket AND x.id = e.id;
    DELETE FROM passport.number_index x USING unnest(e_bucket, e_id, e_version) AS e(bucket, id, version) WHERE e.version > 1 AND x.bucket = e.bucket AND x.id = e.id;
    DELETE FROM passport.identifier x   USING unnest(e_type, e_id, e_version)   AS e(type, id, version)   WHERE e.version > 1 AND x.type = e.type AND x.id = e.id;
    DELETE FROM passport.relationship x USING unnest(e_type, e_id, e_version)   AS e(type, id, version)   WHERE e.version > 1 AND x.source = e.type || '/' || e.id;
    DELETE FROM passport.closed_out x   USING unnest(e_type, e_id, e_version)   AS e(type, id, version)   WHERE e.version > 1 AND x.source = e.type || '/' || e.id;
  END IF;

  INSERT INTO passport.resource (bucket, type, id, version, updated_at, patient, occurred_at, classes, parties, tokens, content)
  SELECT e.bucket, e.type, e.id, 1, e.updated, e.patient, e.occurred, e.classes, e.parties::text[], e.tokens::bigint[], e.content
    FROM unnest(e_bucket, e_type, e_id, e_version, e_updated, e_patient, e_occurred, e_classes, e_parties, e_tokens, e_content)
         AS e(bucket, type, id, version, updated, patient, occurred, classes, parties, tokens, content)
   WHERE e.version = 1;

  IF cardinality(d_entry) > 0 THEN
    INSERT INTO passport.date_index (bucket, id, key, low, high)
    SELECT e_bucket[x.entry], e_id[x.entry], x.key, x.low, x.high FROM unnest(d_entry, d_key, d_low, d_high) AS x(entry, key, low, high);
  END IF;
  IF cardinality(s_entry) > 0 THEN
    INSERT INTO passport.string_index (bucket, id, key, value, exact)
    SELECT e_bucket[x.entry], e_id[x.entry], x.key, x.value, x.exact FROM unnest(s_entry, s_key, s_value, s_exact) AS x(entry, key, value, exact);
  END IF;
  IF cardinality(n_entry) > 0 THEN
    INSERT INTO passport.number_index (bucket, id, key, unit, low, high)
    SELECT e_bucket[x.entry], e_id[x.entry], x.key, x.unit, x.low, x.high FROM unnest(n_entry, n_key, n_unit, n_low, n_high) AS x(entry, key, unit, low, high);
  END IF;
  IF cardinality(i_entry) > 0 THEN
    INSERT INTO passport.identifier (value, system, type, bucket, id)
    SELECT x.value, x.system, e_type[x.entry], e_bucket[x.entry], e_id[x.entry] FROM unnest(i_entry, i_system, i_value) AS x(entry, system, value)
    ON CONFLICT DO NOTHING;
  END IF;
  IF cardinality(r_patient) > 0 THEN
    INSERT INTO passport.relationship (patient, party, kind, source, starts, ends, classes, referral)
    SELECT * FROM unnest(r_patient, r_party, r_kind, r_source, r_starts, r_ends, r_classes, r_referral);
  END IF;
  IF cardinality(c_patient) > 0 THEN
    INSERT INTO passport.closed_out (patient, party, classes, source, starts, ends, referral, tokens)
    SELECT x.patient, x.party, x.classes, x.source, x.starts, x.ends, x.referral, x.tokens::bigint[]
      FROM unnest(c_patient, c_party, c_classes, c_source, c_starts, c_ends, c_referral, c_tokens)
           AS x(patient, party, classes, source, starts, ends, referral, tokens);
  END IF;

  IF cardinality(t_patient) > 0 THEN
    INSERT INTO passport.strayed (patient, bucket) SELECT DISTINCT * FROM unnest(t_patient, t_bucket) ON CONFLICT DO NOTHING;
  END IF;

  -- Numbered in the order in which they were given.
  WITH announced AS (
    INSERT INTO events.outbox (type, id, version, patient, author, facts)
    SELECT e.type, e.id, e.version, e.patient, e.author, e.facts::text[]
      FROM unnest(e_type, e_id, e_version, e_patient, e_author, e_facts) AS e(type, id, version, patient, author, facts)
    RETURNING change_id
  )
  SELECT array_agg(change_id ORDER BY change_id) FROM announced INTO changes;

  INSERT INTO passport.audit_entry (at, client, subject, organization, interaction, status, entity, patient, people, purpose, request)
  SELECT a.at, a.client, a.subject, a.organization, a.interaction, a.status, a.entity, a.patient, a.people::text[], a.purpose, a.request
    FROM unnest(a_at, a_client, a_subject, a_organization, a_interaction, a_status, a_entity, a_patient, a_people, a_purpose, a_request)
         AS a(at, client, subject, organization, interaction, status, entity, patient, people, purpose, request);
  RETURN changes;
END $$;
