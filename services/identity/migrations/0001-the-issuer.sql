-- The issuer: who may ask for a token, with which keys, and what has been issued. No record of any patient is here.

-- Keys that sign tokens. The private part is sealed with a key that lives outside the database.
CREATE TABLE signing_key (
  kid        text        PRIMARY KEY,
  sealed     bytea       NOT NULL,
  made_at    timestamptz NOT NULL,
  signs_from timestamptz NOT NULL
);

-- Systems. Their public keys only.
CREATE TABLE client (
  id                     text        PRIMARY KEY,
  name                   text        NOT NULL,
  role                   text        NOT NULL,
  grade                  text        NOT NULL,
  organization           text,
  fhir_user              text,
  patient                text,
  scopes                 text        NOT NULL,
  jwks                   jsonb       NOT NULL,
  redirect_uris          text[]      NOT NULL DEFAULT '{}',
  token_lifetime_seconds integer     NOT NULL,
  registered_at          timestamptz NOT NULL DEFAULT now()
);

-- People who may sign in here: demonstration people.
CREATE TABLE person (
  id           text        PRIMARY KEY,
  position     integer     NOT NULL,
  name         text        NOT NULL,
  title        text        NOT NULL,
  role         text        NOT NULL,
  grade        text        NOT NULL,
  organization text,
  fhir_user    text,
  patient      text,
  scopes       text        NOT NULL,
  registered_at timestamptz NOT NULL DEFAULT now()
);

-- Client assertions that were used: the primary key is what makes a jti single use, over restarts and processes.
CREATE TABLE assertion_used (
  id         text        PRIMARY KEY,
  expires_at timestamptz NOT NULL
);
CREATE INDEX assertion_used_expiry ON assertion_used (expires_at);

-- What oidc-provider keeps: codes, grants, sessions, interactions.
CREATE TABLE issued (
  model       text        NOT NULL,
  id          text        NOT NULL,
  payload     jsonb       NOT NULL,
  grant_id    text,
  uid         text,
  consumed_at timestamptz,
  expires_at  timestamptz,
  PRIMARY KEY (model, id)
);
CREATE INDEX issued_expiry ON issued (expires_at);
CREATE INDEX issued_grant ON issued (grant_id) WHERE grant_id IS NOT NULL;
CREATE INDEX issued_uid ON issued (uid) WHERE uid IS NOT NULL;
