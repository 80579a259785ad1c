package dev.tinydancer.engine.brain;

import dev.tinydancer.postgres.embedded.UserCache;
import dev.tinydancer.router.embedding.SentenceEmbedder;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native libraries of ONNX Runtime, unpacked once. By itself ONNX Runtime unpacks them at each start, 20 MB into a new
 * temporary folder, which a killed process leaves behind.
 */
final class OnnxLibraries {

    private static final Logger LOG = LoggerFactory.getLogger(OnnxLibraries.class);

    /** Where ONNX Runtime looks for them before it unpacks any. */
    static final String PATH_PROPERTY = "onnxruntime.native.path";

    private static final List<String> NAMES = List.of("onnxruntime", "onnxruntime4j_jni");

    private OnnxLibraries() {}

    /** Shows ONNX Runtime the way to them, unless somebody has. Where that cannot be, it does as it does by itself. */
    static synchronized void provide() {
        if (System.getProperty(PATH_PROPERTY) == null) {
            Path directory = unpacked(UserCache.standard());
            if (directory != null) {
                System.setProperty(PATH_PROPERTY, directory.toString());
            }
        }
    }

    /** The directory that has them; null if there are none for this platform, or the cache cannot be written. */
    static @Nullable Path unpacked(UserCache cache) {
        String platform = platform(System.getProperty("os.name"), System.getProperty("os.arch"));
        ClassLoader classPath = SentenceEmbedder.class.getClassLoader();
        try {
            StringBuilder name = new StringBuilder("onnxruntime-" + platform);
            for (String library : NAMES) {
                URL resource = classPath.getResource(resource(platform, library));
                if (resource == null || !(resource.openConnection() instanceof JarURLConnection jar)) {
                    return null;
                }
                name.append("-%08x".formatted(jar.getJarEntry().getCrc()));
            }
            return cache.unpacked(name.toString(), directory -> {
                for (String library : NAMES) {
                    try (InputStream file = classPath.getResourceAsStream(resource(platform, library))) {
                        if (file == null) {
                            throw new IOException(library + " is gone from the class path");
                        }
                        Files.copy(file, directory.resolve(System.mapLibraryName(library)));
                    }
                }
            });
        } catch (IOException e) {
            LOG.debug("the libraries of ONNX Runtime are unpacked for this run only", e);
            return null;
        }
    }

    private static String resource(String platform, String library) {
        return "ai/onnxruntime/native/" + platform + "/" + System.mapLibraryName(library);
    }

    /** As ONNX Runtime names it. */
    private static String platform(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String system = os.startsWith("mac") ? "osx" : os.startsWith("windows") ? "win" : "linux";
        String machine = switch (osArch) {
            case "amd64", "x86_64" -> "x64";
            case "arm64" -> "aarch64";
            default -> osArch;
        };
        return system + "-" + machine;
    }
}
