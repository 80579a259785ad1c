package dev.tinydancer.postgres.connection;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A file of passwords that libpq reads too: lines {@code host:port:database:user:password}, where {@code *} stands for
 * anything and a backslash takes the meaning from a colon or a backslash.
 *
 * @param path need not exist
 */
public record PasswordFile(Path path) {

    private static final int FIELDS = 5;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rwx------");

    /**
     * One line.
     *
     * @param host or {@value #ANY}; so are port, database and user
     */
    public record Entry(String host, String port, String database, String user, String password) {

        /** Matches every value. */
        public static final String ANY = "*";

        public Entry {
            requireNonNull(host, "host");
            requireNonNull(port, "port");
            requireNonNull(database, "database");
            requireNonNull(user, "user");
            requireNonNull(password, "password");
        }

        private boolean matches(String wantedHost, String wantedPort, String wantedDatabase, String wantedUser) {
            return matches(host, wantedHost)
                    && matches(port, wantedPort)
                    && matches(database, wantedDatabase)
                    && matches(user, wantedUser);
        }

        private static boolean matches(String pattern, String value) {
            return pattern.equals(ANY) || pattern.equals(value);
        }

        private String line() {
            return String.join(":", escaped(host), escaped(port), escaped(database), escaped(user), escaped(password));
        }

        private static String escaped(String field) {
            return field.replace("\\", "\\\\").replace(":", "\\:");
        }

        /** Never shows the password. */
        @Override
        public String toString() {
            return "Entry[" + host + ":" + port + ":" + database + ":" + user + "]";
        }
    }

    public PasswordFile {
        path = path.toAbsolutePath();
    }

    /**
     * The password of the first line that matches; empty if none does or the file does not exist.
     *
     * @throws IllegalArgumentException if others may read the file
     */
    public Optional<String> find(String host, String port, String database, String user) throws IOException {
        if (!Files.exists(path)) {
            return Optional.empty();
        }
        requirePrivate();
        return entries().stream()
                .filter(entry -> entry.matches(host, port, database, user))
                .map(Entry::password)
                .findFirst();
    }

    private void requirePrivate() throws IOException {
        if (!OWNER.containsAll(Files.getPosixFilePermissions(path))) {
            throw new IllegalArgumentException(
                    "password file " + path + " may be read by others; run: chmod 600 " + path);
        }
    }

    private List<Entry> entries() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String line : Files.readAllLines(path)) {
            if (!line.isBlank() && line.charAt(0) != '#') {
                parse(line).ifPresent(entries::add);
            }
        }
        return entries;
    }

    /** Empty for a line of too few fields, which libpq skips as well. */
    private static Optional<Entry> parse(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        for (int i = 0; i < line.length(); i++) {
            char character = line.charAt(i);
            if (character == '\\' && i + 1 < line.length()) {
                field.append(line.charAt(++i));
            } else if (character == ':' && fields.size() < FIELDS - 1) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(character);
            }
        }
        fields.add(field.toString());
        return fields.size() < FIELDS
                ? Optional.empty()
                : Optional.of(new Entry(fields.get(0), fields.get(1), fields.get(2), fields.get(3), fields.get(4)));
    }

    /** Writes the file in one step, readable by its owner only from the first byte. */
    public void replace(List<Entry> entries) throws IOException {
        Path directory = requireNonNull(path.getParent(), "path must not be a root directory");
        Path unfinished =
                Files.createTempFile(directory, "passwords", ".new", PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        try {
            Files.write(unfinished, entries.stream().map(Entry::line).toList());
            Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
