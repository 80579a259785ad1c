package dev.tinydancer.engine.credential;

import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.DatabaseException;
import dev.tinydancer.engine.wire.Credentials;
import dev.tinydancer.engine.wire.ScramVerifier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets as they were last read.
 *
 * <p>They may be made anew at any time, and the first call with the new ones can come before the notice of it. So whatever
 * does not verify is tried once more with secrets read just then, though never more often than every {@link
 * #MIN_INTERVAL}: guessing must not cost the database anything.
 */
public final class CredentialStore implements Credentials {

    private static final Logger LOG = LoggerFactory.getLogger(CredentialStore.class);

    private static final Duration MIN_INTERVAL = Duration.ofMillis(200);

    private static final String QUERY = """
            SELECT mac_key, scram_user, scram_iterations, scram_salt, scram_stored_key, scram_server_key
            FROM tiny_dancer.engine_credential
            """;

    private final Database database;
    private volatile EngineSecrets secrets;
    private long lastReadNanos;

    private CredentialStore(Database database, EngineSecrets secrets) {
        this.database = database;
        this.secrets = secrets;
        this.lastReadNanos = System.nanoTime();
    }

    /**
     * Reads the secrets.
     *
     * @throws DatabaseException if they cannot be read
     * @throws IllegalStateException if the functions have not been given an engine yet
     */
    public static CredentialStore load(Database database) {
        return new CredentialStore(database, read(database));
    }

    /** The key with which messages are made now. */
    public MessageKey messageKey() {
        return secrets.messageKey();
    }

    /** Reads the secrets anew, because they are known to have changed. */
    public synchronized void reload() {
        try {
            secrets = read(database);
        } catch (DatabaseException | IllegalStateException e) {
            LOG.warn("the credential could not be read, the last one stays in use", e);
        }
        lastReadNanos = System.nanoTime();
    }

    /** Reads the secrets anew, because something did not verify; at most once in a while. */
    public synchronized void refresh() {
        if (System.nanoTime() - lastReadNanos >= MIN_INTERVAL.toNanos()) {
            reload();
        }
    }

    @Override
    public Optional<ScramVerifier> verifierOf(String user) {
        // A connection is rare enough to look each time; only a stale password would make it fail.
        refresh();
        EngineSecrets current = secrets;
        return user.equals(current.user()) ? Optional.of(current.verifier()) : Optional.empty();
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
                    new ScramVerifier(row.getInt(3), row.getBytes(4), row.getBytes(5), row.getBytes(6)));
        }
    }
}
