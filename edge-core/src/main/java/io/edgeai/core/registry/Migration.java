package io.edgeai.core.registry;

import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.VersionRef;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Brings the schema to this version's, inside the transaction of {@link Catalog#open}. */
final class Migration {
    /** Script n takes a database from schema n to n + 1; published scripts never change. */
    private static final List<List<String>> SCRIPTS = List.of(
            List.of(
                    "CREATE TABLE model (name TEXT PRIMARY KEY, last_number INTEGER NOT NULL)",
                    "CREATE TABLE version (model TEXT NOT NULL REFERENCES model (name), number INTEGER NOT NULL,"
                            + " format TEXT NOT NULL, workload TEXT NOT NULL, digest TEXT NOT NULL, tree INTEGER NOT NULL,"
                            + " entry TEXT NOT NULL, size_bytes INTEGER NOT NULL, signature TEXT NOT NULL, parent_model"
                            + " TEXT, parent_number INTEGER, derivation TEXT NOT NULL, stage TEXT NOT NULL, registered_at"
                            + " TEXT NOT NULL, PRIMARY KEY (model, number), FOREIGN KEY (parent_model, parent_number)"
                            + " REFERENCES version (model, number))",
                    "CREATE UNIQUE INDEX version_one_active ON version (model) WHERE stage = 'ACTIVE'",
                    "CREATE INDEX version_parent ON version (parent_model, parent_number)",
                    "CREATE TABLE tag (model TEXT NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, value TEXT"
                            + " NOT NULL, PRIMARY KEY (model, number, name), FOREIGN KEY (model, number) REFERENCES"
                            + " version (model, number) ON DELETE CASCADE)",
                    "CREATE TABLE activation (sequence INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL,"
                            + " number INTEGER NOT NULL)",
                    "CREATE INDEX activation_model ON activation (model, sequence)",
                    "CREATE TABLE audit (sequence INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, actor TEXT NOT"
                            + " NULL, action TEXT NOT NULL, model TEXT NOT NULL, number INTEGER NOT NULL, detail TEXT NOT"
                            + " NULL)",
                    "CREATE INDEX audit_model ON audit (model, sequence)"),
            List.of(
                    "CREATE TABLE deployment (model TEXT NOT NULL, number INTEGER NOT NULL, environment TEXT NOT NULL,"
                            + " stage TEXT NOT NULL, percent INTEGER NOT NULL, frozen INTEGER NOT NULL,"
                            + " activation INTEGER NOT NULL, PRIMARY KEY (model, number, environment),"
                            + " FOREIGN KEY (model, number) REFERENCES version (model, number))",
                    "CREATE UNIQUE INDEX deployment_one_active ON deployment (model, environment)"
                            + " WHERE stage IN ('ACTIVE', 'DEGRADED')",
                    "CREATE UNIQUE INDEX deployment_one_canary ON deployment (model, environment)"
                            + " WHERE stage = 'CANARY'",
                    "CREATE TABLE alias (model TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL,"
                            + " PRIMARY KEY (model, name),"
                            + " FOREIGN KEY (model, number) REFERENCES version (model, number))",
                    "CREATE TABLE doomed (digest TEXT NOT NULL, tree INTEGER NOT NULL, PRIMARY KEY (digest, tree))",
                    "CREATE INDEX alias_version ON alias (model, number)",
                    "INSERT INTO deployment SELECT model, number, 'default', stage,"
                            + " CASE stage WHEN 'ACTIVE' THEN 100 ELSE 0 END, 0,"
                            + " COALESCE((SELECT MAX(sequence) FROM activation WHERE activation.model = version.model"
                            + " AND activation.number = version.number), 0)"
                            + " FROM version WHERE stage IN ('ACTIVE', 'SUPERSEDED')",
                    "DROP INDEX version_one_active",
                    "UPDATE version SET stage = 'VALIDATED' WHERE stage IN ('ACTIVE', 'SUPERSEDED')",
                    "DROP TABLE activation",
                    "ALTER TABLE audit ADD COLUMN environment TEXT NOT NULL DEFAULT ''",
                    "ALTER TABLE audit ADD COLUMN from_stage TEXT NOT NULL DEFAULT ''",
                    "ALTER TABLE audit ADD COLUMN to_stage TEXT NOT NULL DEFAULT ''",
                    "ALTER TABLE audit ADD COLUMN evidence TEXT NOT NULL DEFAULT ''",
                    "ALTER TABLE audit ADD COLUMN record TEXT NOT NULL DEFAULT ''",
                    "ALTER TABLE audit ADD COLUMN previous TEXT NOT NULL DEFAULT ''",
                    "ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT ''",
                    "CREATE INDEX audit_version ON audit (model, number, sequence)",
                    "UPDATE audit SET to_stage = CASE action WHEN 'IMPORTED' THEN 'REGISTERED'"
                            + " WHEN 'PROMOTED' THEN 'ACTIVE' WHEN 'ROLLED_BACK' THEN 'SUPERSEDED' ELSE action END",
                    "UPDATE audit SET environment = 'default'"
                            + " WHERE action IN ('PROMOTED', 'SUPERSEDED', 'ROLLED_BACK')",
                    "UPDATE audit SET from_stage = 'ACTIVE' WHERE action IN ('SUPERSEDED', 'ROLLED_BACK')"),
            List.of(
                    "CREATE TABLE evidence (model TEXT NOT NULL, environment TEXT NOT NULL, kind TEXT NOT NULL,"
                            + " run INTEGER NOT NULL, subject TEXT NOT NULL, node TEXT NOT NULL,"
                            + " revision INTEGER NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL, digest TEXT NOT NULL,"
                            + " PRIMARY KEY (model, environment, kind, run, subject, node))",
                    "CREATE INDEX model_twin ON model (LOWER(RTRIM(name, '.')))",
                    "CREATE INDEX audit_policy ON audit (sequence) WHERE action = 'POLICY_SET'"));

    /** The schema from which on the history is a chain. */
    private static final int CHAINED = 2;

    private static final int PAGE = 1000;

    private final Database database;
    private final Catalog catalog;

    Migration(Database database, Catalog catalog) {
        this.database = database;
        this.catalog = catalog;
    }

    void run() throws SQLException {
        database.define("CREATE TABLE IF NOT EXISTS edgeai_schema (version INTEGER NOT NULL)");
        int version = database.one("SELECT COALESCE(MAX(version), 0) FROM edgeai_schema", rows -> rows.getInt(1));
        if (version > SCRIPTS.size()) {
            throw new StorageException("Registry database (" + database.name() + ") has schema (" + version
                    + "), newer than this version's (" + SCRIPTS.size() + "). Maybe upgrade EdgeAI.");
        }
        for (int next = version; next < SCRIPTS.size(); next++) {
            for (String sql : SCRIPTS.get(next)) {
                database.define(sql);
            }
            database.update("INSERT INTO edgeai_schema (version) VALUES (?)", next + 1);
            if (next + 1 == CHAINED) {
                chain();
            }
        }
    }

    /** Gives the entries of a time before the chain their hashes, and the last of each version the digest of its record. */
    private void chain() throws SQLException {
        Map<Long, String> records = new HashMap<>();
        Map<VersionRef, AuditTable.Head> heads = new HashMap<>();
        catalog.audit().heads((key, head) -> AuditTable.ref(key).ifPresent(ref -> heads.put(ref, head)));
        for (Map.Entry<VersionRef, AuditTable.Head> head : heads.entrySet()) {
            try {
                Entry entry = catalog.entry(head.getKey());
                if (entry != null) {
                    records.put(head.getValue().sequence(), entry.record());
                }
            } catch (ModelIntegrityException e) {
                // Stays without a digest, and is refused when it is read, as it was before.
                records.put(head.getValue().sequence(), "");
            }
        }
        String previous = AuditEntry.GENESIS;
        long after = 0;
        for (List<AuditEntry> page = catalog.audit().page(after, PAGE);
                !page.isEmpty();
                page = catalog.audit().page(after, PAGE)) {
            for (AuditEntry entry : page) {
                after = entry.sequence();
                AuditEntry chained = new AuditEntry(
                                entry.sequence(),
                                entry.at(),
                                entry.actor(),
                                entry.action(),
                                entry.ref(),
                                entry.detail(),
                                entry.environment(),
                                entry.from(),
                                entry.to(),
                                entry.evidence(),
                                records.getOrDefault(entry.sequence(), ""),
                                previous,
                                "")
                        .hashed();
                database.update(
                        "UPDATE audit SET record = ?, previous = ?, hash = ? WHERE sequence = ?",
                        chained.record(),
                        previous,
                        chained.hash(),
                        after);
                previous = chained.hash();
            }
        }
    }
}
