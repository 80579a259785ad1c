package dev.tinydancer.cli.local;

import dev.tinydancer.cli.terminal.CommandException;
import dev.tinydancer.postgres.connection.DatabaseUrl;
import dev.tinydancer.postgres.connection.PasswordFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The files of a local instance: {@code postgresql/} with the data, {@code postgresql.log}, {@code tiny-dancer.log} of an
 * instance in the background, {@code passwords} for psql, and {@code running.json} while it runs.
 *
 * @param path need not exist
 */
record LocalDirectory(Path path) {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CONNECT_SECONDS = "5";

    LocalDirectory {
        path = path.toAbsolutePath().normalize();
    }

    /** Makes the directory for its owner's eyes only. */
    void create() {
        try {
            if (Files.notExists(path)) {
                Files.createDirectories(path);
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new CommandException("cannot make the data directory " + path + ": " + e, e);
        }
    }

    boolean exists() {
        return Files.isDirectory(path);
    }

    /** What psql takes; names the password file in place of the password. */
    String psqlUrl(int port) {
        return DatabaseUrl.forPsql(
                LocalInstance.HOST,
                port,
                LocalInstance.OWNER,
                LocalInstance.OWNER,
                passwords().path());
    }

    /** The database of an instance that runs here, as its owner. */
    DatabaseUrl database(InstanceState running) throws IOException {
        return new DatabaseUrl(
                LocalInstance.HOST + ":" + running.port(),
                LocalInstance.OWNER,
                LocalInstance.OWNER,
                Optional.of(Passwords.in(passwords()).owner()),
                Map.of("connectTimeout", CONNECT_SECONDS));
    }

    PasswordFile passwords() {
        return new PasswordFile(path.resolve("passwords"));
    }

    Path logFile() {
        return path.resolve("tiny-dancer.log");
    }

    private Path stateFile() {
        return path.resolve("running.json");
    }

    /** The instance that runs here; empty if none does, also where a killed one has left its file. */
    Optional<InstanceState> running() {
        return lastState().filter(InstanceState::isAlive);
    }

    private Optional<InstanceState> lastState() {
        try {
            return Optional.of(JSON.readValue(Files.readString(stateFile()), InstanceState.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | JacksonException e) {
            throw new CommandException("cannot read " + stateFile() + ": " + e.getMessage(), e);
        }
    }

    void write(InstanceState state) {
        Path unfinished = path.resolve("running.json.new");
        try {
            Files.writeString(unfinished, JSON.writeValueAsString(state));
            Files.move(unfinished, stateFile(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new CommandException("cannot write " + stateFile() + ": " + e, e);
        }
    }

    void deleteState() {
        try {
            Files.deleteIfExists(stateFile());
        } catch (IOException e) {
            throw new CommandException("cannot delete " + stateFile() + ": " + e, e);
        }
    }
}
