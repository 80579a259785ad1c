package dev.tinydancer.engine.page;

import dev.tinydancer.engine.jdbc.Database;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The tokens that are valid, as {@code tiny_dancer.page_token} has them; read again after five seconds. */
final class TokenTable {

    private static final long FRESH_NANOS = Duration.ofSeconds(5).toNanos();

    private static final String VALID =
            "SELECT encode(token_hash, 'hex'), role_name FROM tiny_dancer.page_token WHERE expires_at > now()";

    private final Database database;
    private final LongSupplier nanos;
    private volatile @Nullable Reading last;

    TokenTable(Database database, LongSupplier nanos) {
        this.database = database;
        this.nanos = nanos;
    }

    private record Entry(String hash, String role) {}

    private record Reading(long at, List<Entry> entries) {}

    /**
     * The role that a token stands for. One that is not known is looked for again, for it may just have been made. Takes the
     * same time whatever the token has in common with one that is valid.
     */
    Optional<String> role(String token) {
        byte[] hash = hexOfSha256(token);
        Reading fresh = fresh();
        Optional<String> known = fresh == null ? Optional.empty() : role(fresh, hash);
        return known.isPresent() ? known : role(renewed(), hash);
    }

    /** As {@link #role}, but for a token that was made within the last five seconds, which may not be known yet. */
    Optional<String> knownRole(String token) {
        Reading fresh = fresh();
        return role(fresh == null ? renewed() : fresh, hexOfSha256(token));
    }

    private @Nullable Reading fresh() {
        Reading reading = last;
        return reading == null || nanos.getAsLong() - reading.at() > FRESH_NANOS ? null : reading;
    }

    private Reading renewed() {
        Reading renewed = new Reading(nanos.getAsLong(), database.read(TokenTable::read));
        last = renewed;
        return renewed;
    }

    private static Optional<String> role(Reading reading, byte[] hash) {
        Optional<String> role = Optional.empty();
        for (Entry entry : reading.entries()) {
            if (MessageDigest.isEqual(entry.hash().getBytes(StandardCharsets.US_ASCII), hash)) {
                role = Optional.of(entry.role());
            }
        }
        return role;
    }

    private static List<Entry> read(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(VALID)) {
            List<Entry> entries = new ArrayList<>();
            while (rows.next()) {
                entries.add(new Entry(rows.getString(1), rows.getString(2)));
            }
            return entries;
        }
    }

    private static byte[] hexOfSha256(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
