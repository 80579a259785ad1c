package dev.tinydancer.workshop.measure;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What figures of time belong to: without it those of two days cannot be compared. */
final class BenchEnvironment {

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final String MODEL = "model name";

    /** What the launcher gives engines in addition. */
    private static final String LAUNCHER_FLAGS = "TINY_DANCER_JAVA_OPTS";

    private static final String UNKNOWN = "unknown";

    private BenchEnvironment() {}

    /**
     * The machine, the JDK with its flags and the commit, by name.
     *
     * @param quick whether sizes were small
     */
    static Map<String, Object> read(boolean quick) throws IOException, InterruptedException {
        Map<String, Object> environment = new LinkedHashMap<>();
        environment.put(
                "system",
                String.join(
                        " ",
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("os.arch")));
        environment.put("processor", processor());
        environment.put("processors", Runtime.getRuntime().availableProcessors());
        environment.put("heap_bytes", Runtime.getRuntime().maxMemory());
        environment.put("jdk", System.getProperty("java.vm.name") + " " + Runtime.version());
        environment.put("flags", ManagementFactory.getRuntimeMXBean().getInputArguments());
        environment.put("engine_flags", Objects.requireNonNullElse(System.getenv(LAUNCHER_FLAGS), ""));
        environment.put("quick", quick);
        environment.put("commit", commit().orElseGet(BenchEnvironment::version));
        return environment;
    }

    private static String processor() throws IOException {
        if (!Files.isReadable(PROCESSORS)) {
            return UNKNOWN;
        }
        return Files.readAllLines(PROCESSORS).stream()
                .filter(line -> line.startsWith(MODEL))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(UNKNOWN);
    }

    /** Empty where there is no git, or no clone. */
    private static Optional<String> commit() throws InterruptedException {
        try {
            Process git = new ProcessBuilder(List.of("git", "describe", "--always", "--dirty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor() == 0 ? Optional.of(said) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static String version() {
        return Objects.requireNonNullElse(
                BenchEnvironment.class.getPackage().getImplementationVersion(), "development");
    }
}
