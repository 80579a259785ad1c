package dev.tinydancer.cli.local;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the local instance keeps its files. */
final class DataDirectoryOption {

    /** Set by the launcher: the directory of the clone. */
    private static final String ROOT_PROPERTY = "tinydancer.root";

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description =
                    "Where the data is kept (default: .tiny-dancer in the clone, or in your home directory, whatever the"
                            + " current directory).")
    private @Nullable Path directory;

    LocalDirectory get() {
        return new LocalDirectory(
                directory == null ? Path.of(System.getProperty(ROOT_PROPERTY, "."), ".tiny-dancer") : directory);
    }
}
