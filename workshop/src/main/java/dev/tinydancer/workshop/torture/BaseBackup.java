package dev.tinydancer.workshop.torture;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a standby's files from those of a running server, as {@code pg_basebackup} does, which the bundled PostgreSQL lacks.
 *
 * @param data of the running server
 * @param tablespace of the running server, if it has one
 */
record BaseBackup(Path data, Optional<Path> tablespace) {

    /** The slot that keeps what the standby has not got yet. */
    private static final String SLOT = "torture";

    /** What belongs to the running server and not to its data; the folders themselves must be there. */
    private static final Set<String> EMPTIED = Set.of(
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts", "pg_internal.init");

    /**
     * Copies to folders that are not there yet.
     *
     * @param superuser of the running server
     * @param connectionString by which the standby reaches it
     */
    void copyTo(Path dataCopy, Optional<Path> tablespaceCopy, Connection superuser, String connectionString)
            throws IOException, SQLException {
        try (Statement statement = superuser.createStatement()) {
            statement.execute("SELECT pg_create_physical_replication_slot('" + SLOT + "', true)");
            statement.execute("SELECT pg_backup_start('" + SLOT + "', true)");
            copy(data, dataCopy);
            if (tablespace.isPresent()) {
                copy(tablespace.get(), tablespaceCopy.orElseThrow());
            }
            try (ResultSet row = statement.executeQuery("SELECT labelfile, spcmapfile FROM pg_backup_stop(false)")) {
                row.next();
                Files.writeString(dataCopy.resolve("backup_label"), row.getString("labelfile"));
                if (tablespace.isPresent()) {
                    Files.writeString(
                            dataCopy.resolve("tablespace_map"),
                            row.getString("spcmapfile")
                                    .replace(
                                            tablespace.get().toString(),
                                            tablespaceCopy.orElseThrow().toString()));
                }
            }
        }
        Files.writeString(
                dataCopy.resolve("postgresql.auto.conf"),
                "primary_conninfo = '" + connectionString + "'\nprimary_slot_name = '" + SLOT + "'\n",
                StandardOpenOption.APPEND);
        Files.createFile(dataCopy.resolve("standby.signal"));
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Path made = Files.createDirectory(to.resolve(from.relativize(folder)));
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwx------"));
                return EMPTIED.contains(from.relativize(folder).toString())
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                // A link to a tablespace is made anew from the map.
                if (attributes.isRegularFile()
                        && !LEFT_OUT.contains(file.getFileName().toString())) {
                    try {
                        Files.copy(file, to.resolve(from.relativize(file)));
                    } catch (NoSuchFileException e) {
                        return gone(file);
                    }
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return gone(file);
                }
                throw e;
            }

            // What is dropped meanwhile, WAL tells.
            private FileVisitResult gone(Path file) throws IOException {
                if (Files.exists(file)) {
                    throw new IOException("cannot copy " + file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
