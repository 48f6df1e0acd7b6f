-- What a demonstration would have sent by e-mail and SMS, of every service that sends some: words without anything about a person.
CREATE TABLE events.kept_message (
  id        bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel   text        NOT NULL,
  recipient text        NOT NULL,
  subject   text        NOT NULL,
  text      text        NOT NULL,
  key       text        NOT NULL,
  at        timestamptz NOT NULL,
  UNIQUE (channel, key)
);
