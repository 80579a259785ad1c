package dev.tinydancer.engine.brain;

import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.DatabaseException;
import dev.tinydancer.router.neural.RequestClassifier;
import dev.tinydancer.router.neural.RequestEncoder;
import dev.tinydancer.router.safetensors.Safetensors;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classifier in use: the one installed in the database, or the one that comes with the program where none is. An
 * installed one that cannot be used is refused, and whichever was in use before stays.
 *
 * <p>Safe for concurrent use: who encodes a request never waits, and uses one classifier from its beginning to its end.
 */
final class ClassifierStore {

    private static final Logger LOG = LoggerFactory.getLogger(ClassifierStore.class);

    private static final String CHECKSUM = "SELECT checksum FROM tiny_dancer.model WHERE name = 'classifier'";
    private static final String CONTENT = "SELECT checksum, content FROM tiny_dancer.model WHERE name = 'classifier'";
    private static final int SHOWN_DIGITS = 12;

    private final RequestEncoder standard;
    private volatile State state;

    /**
     * @param checksum of the installed classifier that the encoder uses, null for the one that comes with the program
     * @param refused what is installed and cannot be used, null if there is no such thing
     */
    private record State(
            RequestEncoder encoder,
            @Nullable String checksum,
            @Nullable Refusal refused) {}

    private record Refusal(String checksum, String reason) {}

    /** A file as it stands in the database; the content is read once. */
    private record InstalledFile(String checksum, InputStream content) {}

    /** @param standard with the classifier that comes with the program */
    ClassifierStore(RequestEncoder standard) {
        this.standard = standard;
        this.state = new State(standard, null, null);
    }

    /** What encodes requests now. */
    RequestEncoder encoder() {
        return state.encoder();
    }

    /** What the classifier is, where it comes from, and why an installed one is not used. */
    String description() {
        State current = state;
        String origin = current.checksum() == null ? "built in" : "installed, sha256 " + shown(current.checksum());
        Refusal refused = current.refused();
        return "FastGRNN, " + current.encoder().classifier().categories().size() + " categories, " + origin
                + (refused == null
                        ? ""
                        : "; refused the installed one, sha256 " + shown(refused.checksum()) + ": " + refused.reason());
    }

    /**
     * Looks what is installed, and takes it into use if it is not yet.
     *
     * @throws DatabaseException if the database cannot be read
     */
    synchronized void refresh(Database database) {
        String wanted = database.<@Nullable String>read(ClassifierStore::checksum);
        State current = state;
        if (wanted == null) {
            useStandard(current);
        } else if (wanted.equals(current.checksum())) {
            state = new State(current.encoder(), wanted, null);
        } else if (current.refused() == null || !wanted.equals(current.refused().checksum())) {
            InstalledFile file = database.<@Nullable InstalledFile>read(ClassifierStore::file);
            if (file == null) {
                useStandard(current);
            } else {
                state = using(file, current);
            }
        }
    }

    private void useStandard(State current) {
        if (current.checksum() != null) {
            LOG.info("no classifier is installed any more, the one that comes with the program is in use");
        }
        state = new State(standard, null, null);
    }

    private State using(InstalledFile file, State current) {
        try {
            Safetensors content = Safetensors.read("the installed classifier", file.content());
            RequestEncoder encoder = standard.withClassifier(RequestClassifier.of(content));
            LOG.info(
                    "the installed classifier, sha256 {}, is in use: categories {}",
                    shown(file.checksum()),
                    encoder.classifier().categories());
            return new State(encoder, file.checksum(), null);
        } catch (IOException | RuntimeException e) {
            // Anybody's file: whatever reading it leads to, requests are to be answered as before.
            LOG.error(
                    "the installed classifier, sha256 {}, is refused, the one before stays in use: {}",
                    shown(file.checksum()),
                    e.getMessage(),
                    e);
            return new State(
                    current.encoder(),
                    current.checksum(),
                    new Refusal(file.checksum(), String.valueOf(e.getMessage())));
        }
    }

    private static String shown(String checksum) {
        return checksum.substring(0, Math.min(SHOWN_DIGITS, checksum.length()));
    }

    private static @Nullable String checksum(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CHECKSUM);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private static @Nullable InstalledFile file(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CONTENT);
                ResultSet row = statement.executeQuery()) {
            return row.next() ? new InstalledFile(row.getString(1), new ByteArrayInputStream(row.getBytes(2))) : null;
        }
    }
}
