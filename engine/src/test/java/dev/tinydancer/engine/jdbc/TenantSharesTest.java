package dev.tinydancer.engine.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class TenantSharesTest {

    private final TenantShares shares = new TenantShares(2);

    @Test
    void share_isOfEachTenant_andStaysTakenWhenOthersAreForgotten() throws Exception {
        TenantShares.Place place = shares.take("a", Duration.ZERO).orElseThrow();
        assertThat(shares.take("a", Duration.ZERO)).isPresent();
        assertThat(shares.take("b", Duration.ZERO)).isPresent();

        shares.forgetUnused();
        assertThat(shares.take("a", Duration.ofMillis(1))).isEmpty();
        place.giveBack();
        assertThat(shares.take("a", Duration.ZERO)).isPresent();
    }

    @Test
    void forgottenTenant_hasItsShareAgain_andNoMore() throws Exception {
        shares.take("a", Duration.ZERO).orElseThrow().giveBack();
        shares.forgetUnused();

        assertThat(shares.take("a", Duration.ZERO)).isPresent();
        assertThat(shares.take("a", Duration.ZERO)).isPresent();
        assertThat(shares.take("a", Duration.ZERO)).isEmpty();
    }
}
