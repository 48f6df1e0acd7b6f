-- A refused step says why, in code and in words, and who does what next by when: also for whoever writes past the services. HAZ-P02
-- What the services ask of it beyond that, that whoever is named is known here, is theirs to ask: a constraint looks at one row.
CREATE FUNCTION passport.refusal_names_next_step(content text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT task->>'status' IS DISTINCT FROM 'rejected'
    OR NOT jsonb_path_exists(task, '$ ? (@.focus.reference like_regex "^(ServiceRequest|Encounter)/" || @.basedOn[*].reference like_regex "^(ServiceRequest|Encounter)/" || @.encounter.reference like_regex "^(ServiceRequest|Encounter)/")')
    OR (jsonb_path_exists(task, '$.statusReason.coding[*].code ? (@ like_regex "\\S")')
      AND jsonb_path_exists(task, '$.statusReason.text ? (@ like_regex "\\S")')
      AND jsonb_path_exists(task, '$.output[*] ? (exists (@.type.coding[*] ? (@.system == "https://handrail.example/fhir/CodeSystem/task-output" && @.code == "next-owner"))).valueReference.reference ? (@ like_regex "\\S")')
      AND jsonb_path_exists(task, '$.output[*] ? (exists (@.type.coding[*] ? (@.system == "https://handrail.example/fhir/CodeSystem/task-output" && @.code == "next-action"))).valueString ? (@ like_regex "\\S")')
      AND jsonb_path_exists(task, '$.output[*] ? (exists (@.type.coding[*] ? (@.system == "https://handrail.example/fhir/CodeSystem/task-output" && @.code == "due"))).valueDateTime ? (@ like_regex "\\S")'))
  FROM (SELECT content::jsonb AS task) AS given
$$;

-- Not asked of rows that are there: each is asked when it is next written.
ALTER TABLE passport.resource ADD CONSTRAINT refusal_names_next_step
  CHECK (type <> 'Task' OR deleted OR content NOT LIKE '%"rejected"%' OR passport.refusal_names_next_step(content)) NOT VALID;
