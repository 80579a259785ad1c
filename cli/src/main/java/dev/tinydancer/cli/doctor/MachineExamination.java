package dev.tinydancer.cli.doctor;

import dev.tinydancer.router.vector.VectorMath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This machine: Java and the disk. */
final class MachineExamination {

    private static final int NEEDED_JAVA = 25;
    private static final long MEBIBYTE = 1 << 20;
    private static final long LITTLE_HEAP = 200 * MEBIBYTE;
    private static final long LITTLE_ROOM = 1_024 * MEBIBYTE;
    private static final long NO_ROOM = 100 * MEBIBYTE;

    private MachineExamination() {}

    /**
     * Looks at this machine.
     *
     * @param data where the local instance keeps its files, whether it exists or not
     */
    static List<Finding> findings(Path data) {
        List<Finding> findings = new ArrayList<>();
        String java = Runtime.version() + " in " + System.getProperty("java.home");
        findings.add(
                Runtime.version().feature() == NEEDED_JAVA
                        ? Finding.ok("Java", java)
                        : Finding.warning(
                                "Java",
                                java,
                                "Tiny Dancer is tested on Java " + NEEDED_JAVA + ": set JAVA_HOME to one"));
        String kernels = VectorMath.implementation() + ", " + VectorMath.bits() + " bits";
        findings.add(
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                        ? Finding.ok("vector kernels", kernels)
                        : Finding.warning(
                                "vector kernels",
                                kernels,
                                "plain loops take several times as long: start Java with --add-modules"
                                        + " jdk.incubator.vector, as the launcher does"));
        long heap = Runtime.getRuntime().maxMemory();
        String memory = heap / MEBIBYTE + " MiB";
        findings.add(
                heap >= LITTLE_HEAP
                        ? Finding.ok("heap", memory)
                        : Finding.warning("heap", memory, "set TINY_DANCER_JAVA_OPTS=-Xmx256m or more"));
        findings.add(disk(data));
        return findings;
    }

    private static Finding disk(Path data) {
        Path present = data.toAbsolutePath();
        while (!Files.exists(present) && present.getParent() != null) {
            present = present.getParent();
        }
        try {
            long free = Files.getFileStore(present).getUsableSpace();
            String found = free / MEBIBYTE + " MiB free for " + data;
            if (free < NO_ROOM) {
                return Finding.failure("disk", found, "make room, or choose another place with --data-dir");
            }
            return free < LITTLE_ROOM
                    ? Finding.warning("disk", found, "the log grows by 550 bytes a decision: see log_retention")
                    : Finding.ok("disk", found);
        } catch (IOException e) {
            return Finding.failure("disk", present + " cannot be looked at: " + e, "look at its file system");
        }
    }
}
