-- Tables of places that an operator loaded: from a postcode to how deprived its place is, and whether it is town or country. What is public of places;
-- nothing of people. The record and referrals both count by it, and so it lies beside what all services share.
CREATE TABLE events.place_table (
  nation    text        PRIMARY KEY CHECK (nation IN ('england', 'wales', 'scotland', 'northern-ireland')),
  name      text        NOT NULL,                         -- of the index, as its publisher calls it
  edition   text        NOT NULL,
  licence   text        NOT NULL,
  digest    text        NOT NULL,                         -- SHA-256 of its rows, in the order of the file
  places    integer     NOT NULL,
  deciles   integer     NOT NULL,                         -- of how many places it says the decile
  ruralities integer    NOT NULL,                         -- and of how many whether they are town or country
  loaded_at timestamptz NOT NULL
);
CREATE TABLE events.place (
  postcode text     PRIMARY KEY COLLATE "C",              -- capitals, no space
  nation   text     NOT NULL,
  decile   smallint CHECK (decile BETWEEN 1 AND 10),      -- 1 = most deprived; absent: the table does not say
  rurality text     CHECK (rurality IN ('urban', 'mixed', 'rural'))
);
