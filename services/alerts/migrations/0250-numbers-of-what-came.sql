-- The newest notice is that of the session itself: it need not be told back before the changes are numbered. Decision 640.
DROP FUNCTION they_came(bigint, bigint[]);
CREATE FUNCTION they_came(changes bigint[]) RETURNS void LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  first bigint := currval('alerts.notice_id_seq') - cardinality(changes) + 1;
BEGIN
  FOR place IN 1 .. cardinality(changes) LOOP
    UPDATE alerts.notice SET change = changes[place] WHERE id = first + place - 1 AND change IS NULL;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'notice % is of no coming change', first + place - 1;
    END IF;
  END LOOP;
END $$;
