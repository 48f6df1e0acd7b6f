-- Who did what to whose record. Rows are only ever added; the sealer chains them by hash once every transaction that could still
-- add an older one has ended: a row belongs to the batch in whose range its transaction id lies.
CREATE TABLE passport.audit_entry (
  epoch        integer     NOT NULL DEFAULT 1,          -- raised when the database was restored into a younger cluster
  xid          bigint      NOT NULL DEFAULT (pg_current_xact_id()::text::bigint),
  id           bigint      GENERATED ALWAYS AS IDENTITY,
  at           timestamptz NOT NULL,
  client       text        NOT NULL,
  subject      text        NOT NULL,
  organization text,
  interaction  text        NOT NULL,                    -- FHIR R4 restful-interaction, or the name of an operation
  status       smallint    NOT NULL,                    -- HTTP status of the answer
  entity       text,                                    -- 'Procedure/…/_history/2', or 'Procedure' for a search
  patient      text        COLLATE "C",                 -- the person, or the first of several
  people       text[],                                  -- all of them, when there are several
  purpose      text,
  request      text        NOT NULL,
  PRIMARY KEY (epoch, xid, id)
);
CREATE INDEX audit_of_person ON passport.audit_entry (patient, xid, id) WHERE patient IS NOT NULL;
CREATE INDEX audit_of_people ON passport.audit_entry USING gin (people) WITH (fastupdate = off) WHERE people IS NOT NULL;

CREATE TABLE passport.audit_seal (
  seq       bigint      PRIMARY KEY,
  epoch     integer     NOT NULL,
  from_xid  bigint      NOT NULL,                       -- first transaction id of the batch
  to_xid    bigint      NOT NULL,                       -- first transaction id after it
  entries   integer     NOT NULL,
  digest    bytea       NOT NULL,                       -- SHA-256 over the digest before and the entries in order
  sealed_at timestamptz NOT NULL
);

/* The text of an entry that its digest is taken over: every column, in order, unambiguous. */
CREATE FUNCTION passport.audit_text(e passport.audit_entry) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_array(e.epoch, e.xid, e.id, extract(epoch FROM e.at)::text, e.client, e.subject, e.organization, e.interaction, e.status,
                           e.entity, e.patient, e.people, e.purpose, e.request)::text
$$;
