package dev.tinydancer.cli.terminal;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * The wish that this process ends: Ctrl-C, SIGTERM, or the terminal's end.
 *
 * <p>Taken as a signal, not in a shutdown hook: hooks run all at once, while here the engine ends before its database, and
 * a clean end has exit code 0. Java's only door to signals is {@code sun.misc.Signal} of the supported module
 * {@code jdk.unsupported}; by reflection, because javac's warning about it cannot be silenced.
 */
public final class StopSignal {

    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    private final CountDownLatch received = new CountDownLatch(1);

    private StopSignal() {}

    /** From now on the signals no longer end the process by themselves. A signal that it ignores stays ignored. */
    public static StopSignal install() {
        StopSignal stop = new StopSignal();
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandle countDown = MethodHandles.lookup().bind(stop.received, "countDown", methodType(void.class));
            Object handling =
                    MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(countDown, 0, signal));
            for (String name : NAMES) {
                Object one = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, handler).invoke(null, one, handling);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("every JDK 25 has sun.misc.Signal", e);
        }
        return stop;
    }

    /** Whether one of the signals has come. */
    public boolean isReceived() {
        return received.getCount() == 0;
    }

    /** Returns when one of the signals has come. */
    public void await() throws InterruptedException {
        received.await();
    }
}
