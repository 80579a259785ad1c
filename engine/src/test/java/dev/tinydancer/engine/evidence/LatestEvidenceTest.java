package dev.tinydancer.engine.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.engine.config.OutcomeLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class LatestEvidenceTest {

    private int number;

    @Test
    void upToTheLimits_everythingIsKept_inItsOrder() {
        LatestEvidence latest = latest(3, 5);
        add(latest, "a", 3);
        add(latest, "b", 2);
        assertThat(kept(latest, "a")).containsExactly(1, 2, 3);
        assertThat(kept(latest, "b")).containsExactly(4, 5);
    }

    @Test
    void tenantWithMoreThanItsOwn_losesItsEarliest() {
        LatestEvidence latest = latest(3, 100);
        add(latest, "a", 10);
        add(latest, "b", 1);
        assertThat(kept(latest, "a")).containsExactly(8, 9, 10);
        assertThat(kept(latest, "b")).containsExactly(11);
    }

    @Test
    void moreThanAllMayHave_costsTheTenantWithMost_andNoOther() {
        LatestEvidence latest = latest(100, 10);
        add(latest, "a", 2);
        add(latest, "b", 9);
        assertThat(kept(latest, "a")).containsExactly(1, 2);
        assertThat(kept(latest, "b")).containsExactly(8, 9, 10, 11);
    }

    @Test
    void nothingIsRemembered_whereNothingMayBe() {
        LatestEvidence latest = latest(100, 0);
        add(latest, "a", 5);
        assertThat(kept(latest, "a")).isEmpty();
    }

    private static LatestEvidence latest(int ofTenant, int ofAll) {
        return new LatestEvidence(new OutcomeLimits(ofTenant, ofAll, Duration.ofHours(1)));
    }

    private void add(LatestEvidence latest, String tenant, int times) {
        for (int i = 0; i < times; i++) {
            number++;
            latest.add(new Evidence(tenant, new UUID(0, number), Instant.EPOCH, null));
        }
    }

    private static List<Integer> kept(LatestEvidence latest, String tenant) {
        List<Integer> kept = new ArrayList<>();
        latest.forEach(evidence -> {
            if (evidence.tenant().equals(tenant)) {
                kept.add((int) evidence.decisionId().getLeastSignificantBits());
            }
        });
        return kept;
    }
}
