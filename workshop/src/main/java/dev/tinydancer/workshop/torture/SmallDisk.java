package dev.tinydancer.workshop.torture;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file system in memory that can be full; only root can make one. */
final class SmallDisk implements AutoCloseable {

    private static final String ROOMY = "8g";
    private static final int ATTEMPTS = 100;

    private final Path folder;

    private SmallDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts one on a folder; empty where that is not allowed. */
    static Optional<SmallDisk> mount(Path folder) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        if (run("mount", "-t", "tmpfs", "-o", "mode=0700,size=" + ROOMY, "tiny-dancer-torture", folder.toString())
                != 0) {
            return Optional.empty();
        }
        SmallDisk disk = new SmallDisk(folder);
        Runtime.getRuntime().addShutdownHook(new Thread(disk::close));
        return Optional.of(disk);
    }

    Path folder() {
        return folder;
    }

    /** Leaves no room beside what is there. */
    void fill() throws IOException, InterruptedException {
        FileStore store = Files.getFileStore(folder);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (resize(Long.toString(store.getTotalSpace() - store.getUnallocatedSpace()))) {
                return;
            }
            // More has been written between looking and shrinking.
        }
        throw new IOException(folder + " could not be shrunk to what is in it");
    }

    /** Makes room. */
    void clear() throws IOException, InterruptedException {
        if (!resize(ROOMY)) {
            throw new IOException(folder + " could not be given room again");
        }
    }

    private boolean resize(String size) throws IOException, InterruptedException {
        return run("mount", "-o", "remount,size=" + size, folder.toString()) == 0;
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        try {
            int _ = run("umount", folder.toString());
        } catch (IOException e) {
            throw new IllegalStateException("cannot unmount " + folder, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
