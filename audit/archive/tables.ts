/**
 * The tables of an archive, by version. What is written stays: the database itself refuses to change an entry, to remove
 * one, and to append one that does not follow the last. Content goes only where its tombstone stands, and a tombstone is
 * refused while the payment is under embargo. `archive_progress` and `archive_missing` are notes on the work and no evidence.
 */
const ENTRY_COLUMNS = (instant: string, whole: string): string => `
  n ${whole} PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('run', 'bundle', 'tombstone', 'embargo', 'embargo-lifted')),
  hash text CHECK (length(hash) = 64),
  payment text NOT NULL,
  run text,
  account text,
  provider text,
  ended text,
  status text,
  currency text,
  amount ${whole},
  captured ${whole},
  created_at ${instant},
  closed_at ${instant},
  bytes ${whole},
  note text,
  actor text,
  stored_at ${instant} NOT NULL,
  prev text NOT NULL CHECK (length(prev) = 64),
  link text NOT NULL UNIQUE CHECK (length(link) = 64)`;

const NOTES = (instant: string, whole: string): readonly string[] => [
  `CREATE TABLE archive_progress (name text PRIMARY KEY, value text NOT NULL)`,
  `CREATE TABLE archive_missing (
    run text PRIMARY KEY, payment text NOT NULL, ended text NOT NULL, closed_at ${instant} NOT NULL,
    tries ${whole} NOT NULL, tried_at ${instant} NOT NULL, error text NOT NULL)`,
];

const INDEXES: readonly string[] = [
  `CREATE UNIQUE INDEX archive_entry_run ON archive_entry (run, kind) WHERE kind IN ('run', 'bundle')`,
  `CREATE UNIQUE INDEX archive_entry_hash ON archive_entry (hash, kind)`,
  `CREATE INDEX archive_entry_payment ON archive_entry (payment, n)`,
  `CREATE INDEX archive_entry_account ON archive_entry (account, n)`,
  `CREATE INDEX archive_entry_provider ON archive_entry (provider, n)`,
  `CREATE INDEX archive_entry_status ON archive_entry (status, n)`,
  `CREATE INDEX archive_entry_amount ON archive_entry (amount)`,
  `CREATE INDEX archive_entry_closed ON archive_entry (closed_at)`,
];

const FIRST_PREV = "'0000000000000000000000000000000000000000000000000000000000000000'";

const SQLITE: readonly string[] = [
  `CREATE TABLE archive_entry (${ENTRY_COLUMNS('text', 'integer')}) STRICT`,
  `CREATE TABLE archive_content (hash text PRIMARY KEY, data blob NOT NULL) STRICT`,
  `CREATE TABLE archive_key (hash text NOT NULL, key_id text NOT NULL, wrapped blob NOT NULL, PRIMARY KEY (hash, key_id)) STRICT`,
  ...NOTES('text', 'integer').map((table) => `${table} STRICT`),
  ...INDEXES,
  ...['archive_entry', 'archive_content', 'archive_key'].map(
    (table) =>
      `CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table} BEGIN
        SELECT RAISE(ABORT, 'the archive is append-only: no UPDATE of ${table}'); END`,
  ),
  `CREATE TRIGGER archive_entry_no_delete BEFORE DELETE ON archive_entry BEGIN
    SELECT RAISE(ABORT, 'the archive is append-only: no DELETE of archive_entry'); END`,
  ...['archive_content', 'archive_key'].map(
    (table) =>
      `CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table}
        WHEN NOT EXISTS (SELECT 1 FROM archive_entry WHERE kind = 'tombstone' AND hash = OLD.hash) BEGIN
        SELECT RAISE(ABORT, 'the archive is append-only: no DELETE of ${table} without a tombstone'); END`,
  ),
  // INSERT OR REPLACE would remove the row in its way without a DELETE trigger.
  `CREATE TRIGGER archive_entry_no_replace BEFORE INSERT ON archive_entry
    WHEN EXISTS (SELECT 1 FROM archive_entry WHERE (hash = NEW.hash OR run = NEW.run) AND kind = NEW.kind
      AND kind IN ('run', 'bundle', 'tombstone')) OR EXISTS (SELECT 1 FROM archive_entry WHERE link = NEW.link) BEGIN
    SELECT RAISE(ABORT, 'the archive is append-only: this entry is there'); END`,
  `CREATE TRIGGER archive_content_no_replace BEFORE INSERT ON archive_content
    WHEN EXISTS (SELECT 1 FROM archive_content WHERE hash = NEW.hash) BEGIN
    SELECT RAISE(ABORT, 'the archive is append-only: this content is there'); END`,
  `CREATE TRIGGER archive_key_no_replace BEFORE INSERT ON archive_key
    WHEN EXISTS (SELECT 1 FROM archive_key WHERE hash = NEW.hash AND key_id = NEW.key_id) BEGIN
    SELECT RAISE(ABORT, 'the archive is append-only: this key is there'); END`,
  `CREATE TRIGGER archive_entry_follows BEFORE INSERT ON archive_entry
    WHEN NEW.n <> coalesce((SELECT max(n) FROM archive_entry), 0) + 1
      OR NEW.prev <> coalesce((SELECT link FROM archive_entry ORDER BY n DESC LIMIT 1), ${FIRST_PREV}) BEGIN
    SELECT RAISE(ABORT, 'an entry follows the last one'); END`,
  `CREATE TRIGGER archive_entry_embargo BEFORE INSERT ON archive_entry
    WHEN NEW.kind = 'tombstone' AND (SELECT kind FROM archive_entry WHERE payment = NEW.payment
      AND kind IN ('embargo', 'embargo-lifted') ORDER BY n DESC LIMIT 1) = 'embargo' BEGIN
    SELECT RAISE(ABORT, 'the payment is under embargo'); END`,
];

const POSTGRES: readonly string[] = [
  `CREATE TABLE archive_entry (${ENTRY_COLUMNS('timestamptz', 'bigint')})`,
  `CREATE TABLE archive_content (hash text PRIMARY KEY, data bytea NOT NULL)`,
  // What is in it is compressed already.
  `ALTER TABLE archive_content ALTER COLUMN data SET STORAGE EXTERNAL`,
  `CREATE TABLE archive_key (hash text NOT NULL, key_id text NOT NULL, wrapped bytea NOT NULL, PRIMARY KEY (hash, key_id))`,
  ...NOTES('timestamptz', 'bigint'),
  ...INDEXES,
  `CREATE FUNCTION archive_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'the archive is append-only: no % of %', TG_OP, TG_TABLE_NAME; END $$`,
  `CREATE FUNCTION archive_refuse_delete() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$ BEGIN
    IF NOT EXISTS (SELECT 1 FROM archive_entry WHERE kind = 'tombstone' AND hash = OLD.hash) THEN
      RAISE EXCEPTION 'the archive is append-only: no DELETE of % without a tombstone', TG_TABLE_NAME;
    END IF;
    RETURN OLD; END $$`,
  `CREATE FUNCTION archive_follow() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    DECLARE before record; BEGIN
    SELECT n, link INTO before FROM archive_entry ORDER BY n DESC LIMIT 1;
    IF NEW.n <> coalesce(before.n, 0) + 1 OR NEW.prev <> coalesce(before.link, ${FIRST_PREV}) THEN
      RAISE EXCEPTION 'an entry follows the last one';
    END IF;
    IF NEW.kind = 'tombstone' AND (SELECT kind FROM archive_entry WHERE payment = NEW.payment
        AND kind IN ('embargo', 'embargo-lifted') ORDER BY n DESC LIMIT 1) = 'embargo' THEN
      RAISE EXCEPTION 'the payment is under embargo';
    END IF;
    RETURN NEW; END $$`,
  `CREATE FUNCTION archive_erase(gone text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$ BEGIN
    DELETE FROM archive_key WHERE hash = gone;
    DELETE FROM archive_content WHERE hash = gone; END $$`,
  `REVOKE ALL ON FUNCTION archive_erase(text) FROM PUBLIC`,
  ...['archive_entry', 'archive_content', 'archive_key'].flatMap((table) => [
    `CREATE TRIGGER ${table}_no_update BEFORE UPDATE ON ${table} FOR EACH ROW EXECUTE FUNCTION archive_refuse()`,
    `CREATE TRIGGER ${table}_no_truncate BEFORE TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION archive_refuse()`,
    `CREATE TRIGGER ${table}_no_delete BEFORE DELETE ON ${table} FOR EACH ROW EXECUTE FUNCTION ${
      table === 'archive_entry' ? 'archive_refuse' : 'archive_refuse_delete'
    }()`,
  ]),
  `CREATE TRIGGER archive_entry_follows BEFORE INSERT ON archive_entry FOR EACH ROW EXECUTE FUNCTION archive_follow()`,
];

/** What makes version 1, 2 and so on out of the one before, by engine. */
export const MIGRATIONS = { sqlite: [SQLITE], postgres: [POSTGRES] } as const;
