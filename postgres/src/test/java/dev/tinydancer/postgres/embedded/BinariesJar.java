package dev.tinydancer.postgres.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** A jar of the binaries of another PostgreSQL than the one that comes with the program. */
public final class BinariesJar {

    private BinariesJar() {}

    /** What is in the jar, unpacked once per user as the bundled PostgreSQL is. */
    public static Installation installation(Path jar) {
        try (URLClassLoader classPath =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            return new Installation(BundledBinaries.forThisPlatform(classPath, UserCache.standard())
                    .unpacked());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + jar, e);
        }
    }
}
