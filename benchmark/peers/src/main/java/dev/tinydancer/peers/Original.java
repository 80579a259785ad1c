package dev.tinydancer.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The original's builds for Node.js, driven by {@code ruvector.mjs} of the current directory. */
final class Original {

    /**
     * What one kind of call took.
     *
     * @param found of a search, for each query; else empty
     */
    record Result(String name, double micros, List<int[]> found) {}

    private static final Pattern LINE =
            Pattern.compile("\\{\"name\":\"(\\w+)\",\"micros\":([0-9.]+)(?:,.*\"found\":\\[(.*)])?}");

    private Original() {}

    static List<Result> measure(Vectors vectors) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("peers-");
        try {
            vectors.write(folder);
            Process node = new ProcessBuilder(
                            "node",
                            "ruvector.mjs",
                            folder.toString(),
                            Integer.toString(vectors.rows().length),
                            Integer.toString(vectors.queries().length),
                            Integer.toString(vectors.dimension()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            List<Result> results;
            try (Stream<String> lines = node.inputReader().lines()) {
                results = lines.map(LINE::matcher)
                        .filter(Matcher::matches)
                        .map(line -> new Result(line.group(1), Double.parseDouble(line.group(2)), found(line.group(3))))
                        .toList();
            }
            if (node.waitFor() != 0) {
                throw new IOException("node ruvector.mjs ended with " + node.exitValue());
            }
            return results;
        } finally {
            delete(folder);
        }
    }

    private static List<int[]> found(@Nullable String arrays) {
        return arrays == null
                ? List.of()
                : Arrays.stream(arrays.substring(1, arrays.length() - 1).split("],\\[", -1))
                        .map(array -> Arrays.stream(array.split(",", -1))
                                .mapToInt(Integer::parseInt)
                                .toArray())
                        .toList();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
