package dev.tinydancer.postgres.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Where programs for this machine are unpacked to, once for all runs: a directory of the user's own, never the shared temporary
 * one, where another user could have planted a program of the same name.
 *
 * @param directory need not exist
 */
public record UserCache(Path directory) {

    public UserCache {
        requireNonNull(directory, "directory");
    }

    /** Puts files into an empty directory. */
    @FunctionalInterface
    public interface Unpacking {

        /** Unpacks into this directory. */
        void into(Path directory) throws IOException;
    }

    /** {@code $XDG_CACHE_HOME/tiny-dancer}, or {@code ~/.cache/tiny-dancer}. */
    public static UserCache standard() {
        String xdgCache = System.getenv("XDG_CACHE_HOME");
        Path root = xdgCache == null || xdgCache.isEmpty()
                ? Path.of(System.getProperty("user.home"), ".cache")
                : Path.of(xdgCache);
        return new UserCache(root.resolve("tiny-dancer"));
    }

    /**
     * The directory of this name, which is complete if it is there: it is unpacked beside and renamed.
     *
     * @param name tells one content from another
     */
    public Path unpacked(String name, Unpacking unpacking) throws IOException {
        Path target = directory.resolve(name);
        if (Files.isDirectory(target)) {
            return target;
        }
        Files.createDirectories(directory);
        Path unfinished = Files.createTempDirectory(directory, "unpacking-");
        try {
            unpacking.into(unfinished);
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Another process may have finished the same work first; its result is as good as ours.
            if (!Files.isDirectory(target)) {
                throw e;
            }
        } finally {
            DirectoryTree.deleteIfExists(unfinished);
        }
        return target;
    }
}
