package dev.tinydancer.postgres.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The compressed PostgreSQL of one platform on the class path. */
final class BundledBinaries {

    private static final Logger log = LoggerFactory.getLogger(BundledBinaries.class);

    private final URL archive;
    private final String platform;
    private final UserCache cache;

    private BundledBinaries(URL archive, String platform, UserCache cache) {
        this.archive = archive;
        this.platform = platform;
        this.cache = cache;
    }

    static BundledBinaries forThisPlatform() {
        return forThisPlatform(BundledBinaries.class.getClassLoader(), UserCache.standard());
    }

    /**
     * @param classPath where the archive is
     * @param cache where to unpack
     */
    static BundledBinaries forThisPlatform(ClassLoader classPath, UserCache cache) {
        String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        URL archive = classPath.getResource("postgres-" + platform + ".txz");
        if (archive == null) {
            throw new EmbeddedServerException("no PostgreSQL binaries for " + platform
                    + " on the class path; use a PostgreSQL of your own with `tiny-dancer install --url`");
        }
        return new BundledBinaries(archive, platform, cache);
    }

    /** The name of a platform as it stands in the archive's file name. */
    static String platform(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String system = os.startsWith("mac") ? "darwin" : os.startsWith("windows") ? "windows" : "linux";
        String machine = switch (osArch) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            default -> osArch;
        };
        return system + "-" + machine;
    }

    /** The directory of the unpacked programs; unpacks them if no earlier run did. */
    Path unpacked() {
        try {
            return cache.unpacked("postgresql-" + platform + "-" + fingerprint(), this::unpackInto);
        } catch (IOException e) {
            throw new EmbeddedServerException("could not unpack PostgreSQL into " + cache.directory() + ": " + e, e);
        }
    }

    /** The checksum that the jar's directory holds for the archive: another build of PostgreSQL, another directory. */
    private String fingerprint() throws IOException {
        JarURLConnection connection = (JarURLConnection) archive.openConnection();
        return "%08x".formatted(connection.getJarEntry().getCrc());
    }

    private void unpackInto(Path directory) throws IOException {
        log.info("unpacking PostgreSQL into {}", cache.directory());
        try (InputStream file = new BufferedInputStream(archive.openStream());
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZCompressorInputStream(file))) {
            extract(tar, directory);
        }
    }

    private static void extract(TarArchiveInputStream tar, Path directory) throws IOException {
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            Path path = directory.resolve(entry.getName()).normalize();
            if (!path.startsWith(directory)) {
                throw new IOException("archive entry outside of its directory: " + entry.getName());
            }
            if (entry.isDirectory()) {
                Files.createDirectories(path);
                continue;
            }
            Files.createDirectories(path.getParent());
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            } else {
                Files.copy(tar, path);
                Files.setPosixFilePermissions(path, permissions(entry.getMode()));
            }
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        boolean executable = (mode & 0b001_000_000) != 0;
        return EnumSet.copyOf(PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
}
