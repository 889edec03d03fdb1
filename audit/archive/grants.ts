/** The roles of an archive in PostgreSQL, beside the owner who makes the tables. */
export interface ArchiveRoles {
  /** Reads: auditors, `tranche archive list|show|export|verify`. */
  readonly reader: string;
  /** Appends: workers and the HTTP edge. */
  readonly writer: string;
  /** Appends, and removes what has a tombstone: `tranche archive expire|embargo|rekey`. */
  readonly keeper: string;
}

const EVIDENCE = ['archive_entry', 'archive_content', 'archive_key'].join(', ');
const NOTES = ['archive_progress', 'archive_missing'].join(', ');

/** Statements for the owner, once the tables are there. The roles exist; PostgreSQL checks their names. */
export const archiveGrants = ({ reader, writer, keeper }: ArchiveRoles): readonly string[] => [
  `GRANT SELECT ON archive_version, ${EVIDENCE}, ${NOTES} TO ${reader}, ${writer}, ${keeper}`,
  `GRANT INSERT ON ${EVIDENCE} TO ${writer}, ${keeper}`,
  `GRANT INSERT, UPDATE, DELETE ON ${NOTES} TO ${writer}, ${keeper}`,
  `GRANT EXECUTE ON FUNCTION archive_erase(text) TO ${keeper}`,
];
