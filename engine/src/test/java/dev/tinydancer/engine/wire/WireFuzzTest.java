package dev.tinydancer.engine.wire;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The short form of {@link WireFuzz}: bytes drawn blindly. {@code ./mvnw verify -Pfuzz} is the long form, in which Jazzer looks
 * for bytes by which code runs that has not run before.
 */
@Timeout(120)
final class WireFuzzTest {

    private static final int CONVERSATIONS = 20_000;

    @Test
    void conversations_ofAnyKind_endWell() throws IOException {
        long seed = Long.getLong("tinydancer.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int number = 0; number < CONVERSATIONS; number++) {
            byte[] data = new byte[random.nextInt(60)];
            random.nextBytes(data);
            // Or few would come beyond the password.
            for (int honest = random.nextInt(4); honest > 0 && honest <= data.length; honest--) {
                data[honest - 1] = 0;
            }
            try {
                WireFuzz.fuzzerTestOneInput(data);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("-Dtinydancer.seed=" + seed + ", conversation " + number, e);
            }
        }
    }
}
