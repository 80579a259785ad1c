package dev.tinydancer.benchmark.evaluation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The folder with the suites' own data: the environment's {@code TINY_DANCER_DATA}, or {@code ../shared/data}. */
public final class DataFolder {

    private static final String VARIABLE = "TINY_DANCER_DATA";
    private static final String DEFAULT = "../shared/data";

    private final Path path;

    public DataFolder(Path path) {
        this.path = path;
    }

    /** The folder that the environment names. */
    public static DataFolder standard() {
        String named = System.getenv(VARIABLE);
        return new DataFolder(Path.of(named == null || named.isBlank() ? DEFAULT : named));
    }

    /** The folder itself, which need not exist. */
    public Path path() {
        return path;
    }

    /**
     * A file in the folder.
     *
     * @throws InvalidDataException if there is none; the message says how to name the folder
     */
    public Path file(String name) {
        Path file = path.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new InvalidDataException("no data at " + file.toAbsolutePath().normalize() + "; name the folder with "
                    + VARIABLE + ", or a file with --data");
        }
        return file;
    }

    /**
     * Files of outcomes by the names under which their results are shown: the one that the options name, or these of the
     * folder.
     *
     * @throws InvalidDataException as {@link #file}
     */
    public Map<String, Path> outcomes(EvaluationOptions options, List<String> names) {
        Map<String, Path> files = new TreeMap<>();
        if (options.data().isPresent()) {
            files.put("data", options.data().get());
        } else {
            names.forEach(name -> files.put(name.replaceAll("outcomes_|\\.jsonl\\.gz", ""), file(name)));
        }
        return files;
    }
}
