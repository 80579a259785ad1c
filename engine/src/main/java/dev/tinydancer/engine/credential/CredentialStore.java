package dev.tinydancer.engine.credential;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.DatabaseException;
import dev.tinydancer.engine.jdbc.SharedReading;
import dev.tinydancer.engine.wire.Credentials;
import dev.tinydancer.engine.wire.ScramVerifier;
import dev.tinydancer.postgres.install.SchemaVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets as they were last read.
 *
 * <p>They may be made anew at any time, and the first call with the new ones can come before the notice of it. So whatever
 * does not verify is tried once more with secrets read after that; whoever guesses at random costs the database one
 * connection at most, because all who wait share a reading.
 */
public final class CredentialStore implements Credentials {

    private static final Logger LOG = LoggerFactory.getLogger(CredentialStore.class);

    private static final String QUERY = """
            SELECT mac_key, scram_user, scram_iterations, scram_salt, scram_stored_key, scram_server_key, oldest_engine
            FROM tiny_dancer.engine_credential
            """;

    private final SharedReading<EngineSecrets> readings;
    private volatile EngineSecrets secrets;

    private CredentialStore(Database database, Executor executor, Duration timeout) {
        this.secrets = read(database);
        this.readings = new SharedReading<>("the credential", () -> reread(database), executor, timeout);
    }

    /**
     * Reads the secrets.
     *
     * @param executor runs later readings
     * @param timeout how long a call waits for one
     * @throws DatabaseException if they cannot be read
     * @throws IllegalStateException if the functions have not been given an engine yet
     */
    public static CredentialStore load(Database database, Executor executor, Duration timeout) {
        return new CredentialStore(database, executor, timeout);
    }

    /** The key with which messages are made now. */
    public MessageKey messageKey() {
        return secrets.messageKey();
    }

    /**
     * Refuses to answer functions that a newer version has installed, if they need a newer engine. The key of the messages
     * changes with that need, so that whoever looks at this when the key changes looks often enough.
     *
     * @throws EngineException {@code TD503} with what to do
     */
    public void requireNewEnough() {
        int needed = secrets.oldestEngine();
        if (needed > SchemaVersion.NEWEST) {
            throw new EngineException(
                    SqlState.DATABASE_UNREACHABLE,
                    "this engine is too old for the functions that call it",
                    "It is made for version " + SchemaVersion.NEWEST
                            + " of the schema, and a newer Tiny Dancer has been installed, whose functions need an engine"
                            + " for version " + needed + " or later.",
                    "Stop it and start the engine of that version: tiny-dancer serve.");
        }
    }

    /** Whether {@link #requireNewEnough} lets calls pass. */
    public boolean isNewEnough() {
        return secrets.oldestEngine() <= SchemaVersion.NEWEST;
    }

    /** Reads the secrets in the background, because they are known to have changed. */
    public void refresh() {
        readings.begin();
    }

    /** Reads the secrets and waits for them, because something did not verify. Throws {@code TD503} if it takes too long. */
    public void refreshNow() throws InterruptedException {
        readings.fresh();
    }

    @Override
    public Optional<ScramVerifier> verifierOf(String user) {
        // New connections are few enough to look each time; with a stale password they would fail.
        try {
            refreshNow();
        } catch (EngineException e) {
            LOG.warn("a client logs in by the last known credential: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        EngineSecrets current = secrets;
        return user.equals(current.user()) ? Optional.of(current.verifier()) : Optional.empty();
    }

    private EngineSecrets reread(Database database) {
        EngineSecrets read = read(database);
        if (read.oldestEngine() > SchemaVersion.NEWEST && isNewEnough()) {
            LOG.error(
                    "a newer Tiny Dancer has been installed, whose functions need an engine for version {} of the schema or"
                            + " later; this one is made for version {} and answers no more: stop it and start the engine"
                            + " of that version",
                    read.oldestEngine(),
                    SchemaVersion.NEWEST);
        }
        secrets = read;
        return read;
    }

    private static EngineSecrets read(Database database) {
        return database.read(CredentialStore::read);
    }

    private static EngineSecrets read(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(QUERY);
                ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
                throw new IllegalStateException(
                        "the functions in the database have no engine's address yet: run tiny-dancer install");
            }
            return new EngineSecrets(
                    new MessageKey(row.getBytes(1)),
                    row.getString(2),
                    new ScramVerifier(row.getInt(3), row.getBytes(4), row.getBytes(5), row.getBytes(6)),
                    row.getInt(7));
        }
    }
}
