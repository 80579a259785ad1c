package dev.tinydancer.postgres.embedded;

import dev.tinydancer.postgres.embedded.EmbeddedServerConfig.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of one database cluster and what PostgreSQL's own programs do with them. */
final class Cluster {

    private static final Logger log = LoggerFactory.getLogger(Cluster.class);

    private static final Duration INITDB_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);
    private static final int FIRST_VERSION_WITH_OWN_LOCALE = 17;
    private static final int LOG_LINES_SHOWN = 8;
    private static final String SETTINGS_FILE = "tiny-dancer.conf";

    private final Installation installation;
    private final Path directory;
    private final Path data;
    private final int majorVersion;

    Cluster(Installation installation, Path directory) {
        this.installation = installation;
        this.directory = directory;
        this.data = directory.resolve("postgresql");
        this.majorVersion = installation.majorVersion();
    }

    int majorVersion() {
        return majorVersion;
    }

    Path logFile() {
        return directory.resolve("postgresql.log");
    }

    /** Makes the cluster, or checks that this installation can read the one that is there. */
    void initialiseIfMissing(String superuserPassword, Durability durability) {
        try {
            if (Files.exists(data)) {
                requireSameVersion();
                return;
            }
            // Made beside and renamed: a process killed on the way leaves nothing that looks like a cluster.
            Path unfinished = directory.resolve("postgresql.new");
            DirectoryTree.deleteIfExists(unfinished);
            initdb(unfinished, superuserPassword, durability);
            Files.writeString(
                    unfinished.resolve("postgresql.conf"),
                    "%n# Written anew at every start:%ninclude '%s'%n".formatted(SETTINGS_FILE),
                    StandardOpenOption.APPEND);
            Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new EmbeddedServerException("could not make a database cluster in " + directory + ": " + e, e);
        }
    }

    private void requireSameVersion() throws IOException {
        String version = Files.readString(data.resolve("PG_VERSION")).strip();
        if (!version.equals(Integer.toString(majorVersion))) {
            throw new EmbeddedServerException(
                    data + " was made by PostgreSQL " + version + ", and this is PostgreSQL " + majorVersion
                            + "; use another data directory, or move the data with pg_dump of version " + version);
        }
    }

    private void initdb(Path target, String superuserPassword, Durability durability) throws IOException {
        FileAttribute<?> ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path passwordFile = Files.createTempFile(directory, "superuser", ".password", ownerOnly);
        try {
            Files.writeString(passwordFile, superuserPassword + "\n");
            Program initdb = Program.of(installation.program("initdb"))
                    .arguments("--pgdata=" + target, "--username=" + EmbeddedServer.SUPERUSER)
                    .arguments("--auth=scram-sha-256", "--pwfile=" + passwordFile, "--encoding=UTF8")
                    .argument("--no-instructions");
            initdb = majorVersion >= FIRST_VERSION_WITH_OWN_LOCALE
                    ? initdb.arguments("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
                    : initdb.argument("--locale=C.UTF-8");
            if (durability == Durability.FLEETING) {
                initdb = initdb.argument("--no-sync");
            }
            initdb.unprivileged().run(INITDB_TIMEOUT).expectSuccess();
        } finally {
            Files.delete(passwordFile);
        }
    }

    void start(int port, Durability durability) {
        try {
            Files.write(data.resolve(SETTINGS_FILE), settings(port, durability));
            // The log tells of this start only, else an old failure would be shown as the reason of a new one.
            Files.deleteIfExists(logFile());
        } catch (IOException e) {
            throw new EmbeddedServerException("cannot write the server's settings: " + e, e);
        }
        Program.Result result = pgCtl("start")
                .arguments("--log=" + logFile(), "--timeout=" + START_TIMEOUT.toSeconds(), "--wait")
                .run(START_TIMEOUT.plusSeconds(10));
        if (result.exitCode() != 0) {
            throw new EmbeddedServerException("PostgreSQL did not start in " + data + ": "
                    + endOfLog().orElse(result.output().strip()));
        }
    }

    /**
     * What this program decides, whatever stands in postgresql.conf.
     *
     * <p>The socket directory is relative to the data directory, where the server works: its full path may be longer
     * than the 107 bytes that a socket's path may have.
     */
    private static List<String> settings(int port, Durability durability) {
        String onDisk = durability == Durability.DURABLE ? "on" : "off";
        return List.of(
                "listen_addresses = '127.0.0.1'",
                "port = " + port,
                "unix_socket_directories = '.'",
                "password_encryption = 'scram-sha-256'",
                "fsync = " + onDisk,
                "synchronous_commit = " + onDisk,
                "full_page_writes = " + onDisk);
    }

    private Optional<String> endOfLog() {
        try {
            List<String> lines = Files.readAllLines(logFile());
            return Optional.of(String.join(
                    System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size())));
        } catch (IOException e) {
            log.debug("the server wrote no log", e);
            return Optional.empty();
        }
    }

    void stop() {
        pgCtl("stop")
                .arguments("--mode=fast", "--timeout=" + STOP_TIMEOUT.toSeconds(), "--wait")
                .run(STOP_TIMEOUT.plusSeconds(10))
                .expectSuccess();
    }

    /** Also where it did not get as far as to take connections. */
    void stopIfRunning() {
        if (postmasterPid().filter(Cluster::isPostgres).isPresent()) {
            stop();
        }
    }

    /**
     * Stops a server that runs on this data without a living owner. The caller holds the directory's lock, so that
     * whoever started it is dead.
     *
     * @return whether there was one
     */
    boolean stopLeftover() {
        Optional<Long> pid = postmasterPid();
        if (pid.isEmpty()) {
            return false;
        }
        if (isPostgres(pid.get())) {
            log.warn("stopping PostgreSQL process {}, left in {} by a process that was killed", pid.get(), data);
            stop();
            return true;
        }
        try {
            // The number may have passed to a stranger's process, which PostgreSQL would take for a running server.
            Files.deleteIfExists(postmasterFile());
            return false;
        } catch (IOException e) {
            throw new EmbeddedServerException("cannot delete " + postmasterFile() + ": " + e, e);
        }
    }

    private Path postmasterFile() {
        return data.resolve("postmaster.pid");
    }

    private Optional<Long> postmasterPid() {
        try {
            return Files.readAllLines(postmasterFile()).stream()
                    .findFirst()
                    .map(String::strip)
                    .map(Long::valueOf);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | NumberFormatException e) {
            throw new EmbeddedServerException("cannot read " + postmasterFile() + ": " + e, e);
        }
    }

    private static boolean isPostgres(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().command())
                .map(command -> Path.of(command).endsWith("postgres"))
                .orElse(false);
    }

    private Program pgCtl(String action) {
        return Program.of(installation.program("pg_ctl"))
                .arguments(action, "--pgdata=" + data)
                .unprivileged();
    }
}
