package dev.tinydancer.workshop.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;

/**
 * Processor time that processes have used up, as Linux counts it; nothing where the system is another.
 *
 * @param userMicros in their own code, microseconds
 * @param systemMicros in the kernel for them, microseconds
 */
public record ProcessorTime(double userMicros, double systemMicros) {

    /** USER_HZ, which is 100 on every Linux. */
    private static final double MICROS_PER_TICK = 1e6 / 100;

    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    static ProcessorTime of(Collection<Long> processes) throws IOException {
        double user = 0;
        double system = 0;
        for (long process : processes) {
            ProcessorTime used = of(Path.of("/proc", Long.toString(process), "stat"));
            user += used.userMicros;
            system += used.systemMicros;
        }
        return new ProcessorTime(user, system);
    }

    private static ProcessorTime of(Path stat) throws IOException {
        try {
            String line = Files.readString(stat);
            // The name of the command, in parentheses, may have blanks.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
            return new ProcessorTime(
                    Long.parseLong(fields[USER_TICKS]) * MICROS_PER_TICK,
                    Long.parseLong(fields[SYSTEM_TICKS]) * MICROS_PER_TICK);
        } catch (NoSuchFileException e) {
            // It has ended, or the system has no such files.
            return new ProcessorTime(0, 0);
        }
    }

    /** For each of so many calls, what was used since an earlier time. */
    ProcessorTime perCallSince(ProcessorTime earlier, long calls) {
        return new ProcessorTime(
                (userMicros - earlier.userMicros) / calls, (systemMicros - earlier.systemMicros) / calls);
    }

    double micros() {
        return userMicros + systemMicros;
    }
}
