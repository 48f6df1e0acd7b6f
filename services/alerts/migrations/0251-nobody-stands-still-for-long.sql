-- Whoever has something ready and stands still keeps nobody else from telling for longer than a second: said here, for whoever asks. Decision 640.
CREATE OR REPLACE FUNCTION tell_coming(asked jsonb, OUT due integer, OUT taken jsonb, OUT newest bigint)
  LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  notices jsonb;
  raised boolean;
BEGIN
  PERFORM set_config('idle_in_transaction_session_timeout', '1s', true);
  SELECT jsonb_agg(one || jsonb_build_object('audience', alerts.named_in(ARRAY(SELECT jsonb_array_elements_text(one->'facts')))) ORDER BY place)
  FROM jsonb_array_elements(asked->'changes') WITH ORDINALITY AS given (one, place) INTO notices;
  SELECT told.due, told.taken, told.raised
  FROM alerts.tell_and_take(NULL, NULL, notices, (asked->>'until')::timestamptz, ARRAY(SELECT jsonb_array_elements_text(asked->'busy')), true) AS told
  INTO due, taken, raised;
  newest := currval('alerts.notice_id_seq');
  IF NOT raised THEN
    PERFORM set_config('synchronous_commit', 'off', true);
  END IF;
END $$;
