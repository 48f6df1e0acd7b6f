-- The same rule, in a language whose functions are not written into the constraint: of one in SQL PostgreSQL reads and plans the whole body again in
-- every INSERT and UPDATE of any resource, 0.35 ms each, also where nothing was refused. HAZ-P02
CREATE OR REPLACE FUNCTION passport.refusal_names_next_step(content text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
  task jsonb := content;
BEGIN
  RETURN task->>'status' IS DISTINCT FROM 'rejected'
    OR NOT jsonb_path_exists(task, '$ ? (@.focus.reference like_regex "^(ServiceRequest|Encounter)/" || @.basedOn[*].reference like_regex "^(ServiceRequest|Encounter)/" || @.encounter.reference like_regex "^(ServiceRequest|Encounter)/")')
    OR (jsonb_path_exists(task, '$.statusReason.coding[*].code ? (@ like_regex "\\S")')
      AND jsonb_path_exists(task, '$.statusReason.text ? (@ like_regex "\\S")')
      AND jsonb_path_exists(task, '$.output[*] ? (exists (@.type.coding[*] ? (@.system == "https://handrail.example/fhir/CodeSystem/task-output" && @.code == "next-owner"))).valueReference.reference ? (@ like_regex "\\S")')
      AND jsonb_path_exists(task, '$.output[*] ? (exists (@.type.coding[*] ? (@.system == "https://handrail.example/fhir/CodeSystem/task-output" && @.code == "next-action"))).valueString ? (@ like_regex "\\S")')
      AND jsonb_path_exists(task, '$.output[*] ? (exists (@.type.coding[*] ? (@.system == "https://handrail.example/fhir/CodeSystem/task-output" && @.code == "due"))).valueDateTime ? (@ like_regex "\\S")'));
END $$;
