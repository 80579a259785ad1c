package dev.tinydancer.cli.local;

import dev.tinydancer.postgres.connection.PasswordFile;
import dev.tinydancer.postgres.connection.PasswordFile.Entry;
import dev.tinydancer.postgres.embedded.EmbeddedServer;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The passwords of a local instance's two human roles.
 *
 * @param superuser of {@value EmbeddedServer#SUPERUSER}
 * @param owner of {@value LocalInstance#OWNER}
 */
public record Passwords(String superuser, String owner) {

    private static final int BYTES = 24;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A password of 192 random bits in characters that need no quoting anywhere. */
    static String generate() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** New ones, for an instance that is thrown away. */
    public static Passwords fleeting() {
        return new Passwords(generate(), generate());
    }

    /** Those in the file; makes it if it is not there. */
    static Passwords in(PasswordFile file) throws IOException {
        Optional<String> superuser = find(file, EmbeddedServer.SUPERUSER);
        Optional<String> owner = find(file, LocalInstance.OWNER);
        if (superuser.isPresent() && owner.isPresent()) {
            return new Passwords(superuser.get(), owner.get());
        }
        Passwords made = fleeting();
        file.replace(
                List.of(entry(LocalInstance.OWNER, made.owner()), entry(EmbeddedServer.SUPERUSER, made.superuser())));
        return made;
    }

    /** The lines hold for any port: the instance may move to another one. */
    private static Entry entry(String user, String password) {
        return new Entry(LocalInstance.HOST, Entry.ANY, Entry.ANY, user, password);
    }

    private static Optional<String> find(PasswordFile file, String user) throws IOException {
        return file.find(LocalInstance.HOST, "", "", user);
    }

    /** Never shows one. */
    @Override
    public String toString() {
        return "Passwords[]";
    }
}
