package dev.tinydancer.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SecretsTest {

    @ParameterizedTest
    @CsvSource({
        "Unmatched argument: 'postgresql://alice:hunter2@h/app', Unmatched argument: 'postgresql://alice:…@h/app'",
        "postgresql://alice:p@ss:w/rd@h/app, postgresql://alice:…@h/app",
        "jdbc:postgresql://h/app?user=alice&password=hunter2&ssl=true, jdbc:postgresql://h/app?user=alice&password=…&ssl=true",
        "psql postgresql://alice@h:5433/app, psql postgresql://alice@h:5433/app",
    })
    void hidden_takesThePasswordOut(String text, String hidden) {
        assertThat(Secrets.hidden(text)).isEqualTo(hidden);
    }
}
