package dev.tinydancer.engine.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StartupsTest {

    private final Startups<String> startups = new Startups<>(3);

    @Test
    void enter_withoutRoom_sendsTheLongestOfTheHostWithMostAway() {
        assertThat(startups.enter("quiet", "q1")).isNull();
        assertThat(startups.enter("loud", "l1")).isNull();
        assertThat(startups.enter("loud", "l2")).isNull();

        assertThat(startups.enter("loud", "l3")).isEqualTo("l1");
        assertThat(startups.enter("quiet", "q2")).isEqualTo("l2");
        assertThat(startups.enter("other", "o1")).isEqualTo("q1");
    }

    @Test
    void leave_makesRoom() {
        startups.enter("host", "first");
        startups.enter("host", "second");
        startups.enter("host", "third");

        startups.leave("host", "second");
        startups.leave("host", "second");
        startups.leave("elsewhere", "third");

        assertThat(startups.enter("host", "fourth")).isNull();
        assertThat(startups.enter("host", "fifth")).isEqualTo("first");
    }
}
