package dev.tinydancer.engine;

import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.postgres.install.SchemaVersion;
import java.sql.ResultSet;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an engine must know of the schema before it can serve it.
 *
 * @param version of the newest migration
 * @param oldestEngine the version that an engine must be made for at least
 * @param isCopy whether the secrets that stand there belong to another database
 */
record InstalledSchema(int version, int oldestEngine, boolean isCopy) {

    private static final Logger LOG = LoggerFactory.getLogger(InstalledSchema.class);

    private static final String QUERY =
            "SELECT tiny_dancer.schema_version(), tiny_dancer.oldest_engine(), tiny_dancer.is_copy()";

    static InstalledSchema read(Database database) {
        return database.read(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(QUERY)) {
                row.next();
                return new InstalledSchema(row.getInt(1), row.getInt(2), row.getBoolean(3));
            }
        });
    }

    /**
     * Refuses to serve what this engine is not made for.
     *
     * @param url of the database, for messages
     * @throws EngineStartException with the command that helps
     */
    void require(String url) {
        if (version < SchemaVersion.NEWEST) {
            throw new EngineStartException(
                    "the schema in " + url + " has version " + version + ", and this engine needs "
                            + SchemaVersion.NEWEST + ": run tiny-dancer install --url " + url,
                    null);
        }
        if (oldestEngine > SchemaVersion.NEWEST) {
            throw new EngineStartException(
                    "the schema in " + url + " has version " + version + ", whose functions need an engine for version "
                            + oldestEngine + " or later, and this one is made for " + SchemaVersion.NEWEST
                            + ": start the engine of the version that was installed",
                    null);
        }
        if (isCopy) {
            throw new EngineStartException(
                    "the database in " + url + " is a copy of one that has an engine: run tiny-dancer install --url "
                            + url + ", which gives it secrets of its own",
                    null);
        }
        if (version > SchemaVersion.NEWEST) {
            LOG.info("the schema has version {}, this engine is made for {}", version, SchemaVersion.NEWEST);
        }
    }
}
