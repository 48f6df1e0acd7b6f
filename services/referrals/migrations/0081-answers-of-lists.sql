-- What a step was before a row of a list answered it, so that the list can be taken back. References, states and times; what was said stays in the record.
CREATE TABLE referrals.list_answer (
  list        uuid        NOT NULL,                       -- one sending of one list
  task        text        NOT NULL COLLATE "C",
  need        text        NOT NULL COLLATE "C",
  line        int         NOT NULL,
  by          text        NOT NULL COLLATE "C",           -- `Organization/<id>` that sent it
  status      text        NOT NULL,                       -- of the Task before
  due         timestamptz,
  answered_at text        NOT NULL,                       -- Task.lastModified that the answer gave it, as it stands there
  undone_at   timestamptz,
  PRIMARY KEY (list, task)
);
