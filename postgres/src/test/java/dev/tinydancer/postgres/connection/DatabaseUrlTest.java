package dev.tinydancer.postgres.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DatabaseUrlTest {

    /** Names a file that does not exist, so that the one in the home directory is not read. */
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://alice:se%3Acret@db.example:5433/app?sslmode=require&application_name=shop",
                "postgres://alice:se%3Acret@db.example:5433/app?sslmode=require&ApplicationName=shop",
                "jdbc:postgresql://db.example:5433/app?user=alice&password=se%3Acret&sslmode=require&ApplicationName=shop"
            })
    void parse_eachForm_meansTheSame(String text) throws IOException {
        DatabaseUrl url = parse(text, Map.of());

        assertThat(url.user()).isEqualTo("alice");
        assertThat(url.password()).hasValue("se:cret");
        assertThat(url.jdbcUrl())
                .isEqualTo("jdbc:postgresql://db.example:5433/app?ApplicationName=shop&sslmode=require");
        assertThat(url).hasToString("postgresql://alice@db.example:5433/app");
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://alice@/?host=db.example, jdbc:postgresql://db.example:5432/alice",
        "postgresql://alice@/app?host=db.example&port=7, jdbc:postgresql://db.example:7/app",
        "postgresql://alice@[::1]:7/app, jdbc:postgresql://[::1]:7/app",
        "postgresql://alice@/app, jdbc:postgresql://localhost:5432/app",
        "postgresql://alice@h/my%20app, jdbc:postgresql://h/my%20app",
    })
    void parse_whatIsLeftOut_isAsInLibpq(String text, String jdbcUrl) throws IOException {
        assertThat(parse(text, Map.of()).jdbcUrl()).isEqualTo(jdbcUrl);
    }

    @Test
    void parse_severalHosts() throws IOException {
        DatabaseUrl url = parse("postgresql://alice@one:5432,two:5433/app?target_session_attrs=read-write", Map.of());

        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://one:5432,two:5433/app?targetServerType=primary");
    }

    @Test
    void parse_withoutUserAndPassword_takesTheEnvironments() throws IOException {
        DatabaseUrl url = parse("postgresql://h/app", Map.of("PGUSER", "bob", "PGPASSWORD", "secret"));

        assertThat(url.user()).isEqualTo("bob");
        assertThat(url.password()).hasValue("secret");
    }

    @Test
    void parse_withPassfile_looksThere() throws IOException {
        PasswordFile file = new PasswordFile(directory.resolve("passwords"));
        file.replace(List.of(new PasswordFile.Entry("h", "5433", "*", "bob", "secret")));

        assertThat(parse("postgresql://bob@h:5433/app?passfile=" + file.path(), Map.of())
                        .password())
                .hasValue("secret");
        assertThat(parse("postgresql://bob@h:5432/app?passfile=" + file.path(), Map.of())
                        .password())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hunter2",
                "mysql://alice:hunter2@h/app",
                "postgresql:alice:hunter2@h/app",
                "postgresql://alice:hunter2%@h/app",
                "postgresql://alice:hunter2@h/app?unknown=1",
                "postgresql://alice:hunter2@h/app?sslmode",
                "postgresql://alice:hunter2@h/app?target_session_attrs=x",
                "postgresql://alice:hunter2@%2Frun%2Fpostgresql/app",
            })
    void parse_whatMakesNoSense_isRefusedWithoutThePassword(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(text, Map.of()))
                .withMessageNotContaining("hunter2")
                .withNoCause();
    }

    private DatabaseUrl parse(String text, Map<String, String> environment) throws IOException {
        Map<String, String> all = new HashMap<>(environment);
        all.putIfAbsent("PGPASSFILE", directory.resolve("none").toString());
        return DatabaseUrl.parse(text, all);
    }
}
