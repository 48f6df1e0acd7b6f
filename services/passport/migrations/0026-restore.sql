-- Rows that were restored from an archive were added as version 1: they get the version that they had, and so do their changes.
CREATE FUNCTION passport.restore_versions(e_bucket smallint[], e_type text[], e_id text[], e_version integer[], e_deleted boolean[]) RETURNS void LANGUAGE sql AS $$
  UPDATE passport.resource r SET version = e.version, deleted = e.deleted
    FROM unnest(e_bucket, e_type, e_id, e_version, e_deleted) AS e(bucket, type, id, version, deleted)
   WHERE r.bucket = e.bucket AND r.type = e.type AND r.id = e.id AND (e.version > 1 OR e.deleted);
  UPDATE events.outbox o SET version = e.version
    FROM unnest(e_type, e_id, e_version) AS e(type, id, version)
   WHERE o.type = e.type AND o.id = e.id AND o.version = 1 AND e.version > 1 AND o.at = now();
$$;
