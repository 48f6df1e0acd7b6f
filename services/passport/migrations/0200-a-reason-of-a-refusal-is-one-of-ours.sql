-- Why a step of a request was refused is a code of our own CodeSystem, also for whoever writes past the services: the reports, the joint review and the
-- person's own words know no other. A code of somebody else's may stand beside it. Which codes there are is data, and the services' to ask. HAZ-P02
CREATE FUNCTION passport.refusal_reason_is_ours(content text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT task->>'status' IS DISTINCT FROM 'rejected'
    OR NOT jsonb_path_exists(task, '$ ? (@.focus.reference like_regex "^ServiceRequest/" || @.basedOn[*].reference like_regex "^ServiceRequest/")')
    OR jsonb_path_exists(task, '$.statusReason.coding[*] ? (@.system == "https://handrail.example/fhir/CodeSystem/refusal-reason").code ? (@ like_regex "\\S")')
  FROM (SELECT content::jsonb AS task) AS given
$$;

-- A trigger and no constraint: what was refused for another reason before is changed otherwise as it was, and comes back as it was from an archive.
CREATE FUNCTION passport.keep_refusal_reason() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF passport.refusal_reason_is_ours(NEW.content) OR current_setting('handrail.restoring', true) = 'on' THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.content::jsonb->>'status' = 'rejected' AND OLD.content::jsonb->'statusReason' = NEW.content::jsonb->'statusReason' THEN RETURN NULL; END IF;
  END IF;
  RAISE EXCEPTION 'a refusal of a request names a reason of the CodeSystem refusal-reason'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'refusal_reason_is_ours', TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA;
END $$;

CREATE TRIGGER refusal_reason_is_ours AFTER INSERT OR UPDATE OF content ON passport.resource FOR EACH ROW
  WHEN (NEW.type = 'Task' AND NOT NEW.deleted AND NEW.content LIKE '%"rejected"%') EXECUTE FUNCTION passport.keep_refusal_reason();
