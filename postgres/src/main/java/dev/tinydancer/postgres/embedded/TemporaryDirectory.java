package dev.tinydancer.postgres.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A directory under the system's temporary one, for its owner only. It is deleted with all that is in it, when it is closed or
 * when the program ends, whichever comes first; an {@link EmbeddedServer} in it has stopped by then.
 */
public final class TemporaryDirectory implements AutoCloseable {

    private final Path path;
    private final ExitDuty deletion;

    private TemporaryDirectory(Path path) {
        this.path = path;
        this.deletion = ExitDuty.of(this::delete);
    }

    /** Makes one whose name begins so. */
    public static TemporaryDirectory create(String prefix) throws IOException {
        return ExitDuty.unlessEnding(() -> new TemporaryDirectory(Files.createTempDirectory(prefix)));
    }

    public Path path() {
        return path;
    }

    private void delete() {
        try {
            DirectoryTree.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + path, e);
        }
    }

    @Override
    public void close() {
        deletion.discharge();
    }
}
