package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.ServerErrorMessage;

final class SettingFunctionsIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("BEGIN");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.run("ROLLBACK");
        sql.close();
    }

    @Test
    void everySetting_isListed_andCanBeSetToItself() throws SQLException {
        assertThat(sql.column("SELECT name FROM ruvector_list_settings()"))
                .containsExactly(
                        "budget_time_zone",
                        "budget_week_start",
                        "circuit_cool_down",
                        "circuit_last_resort",
                        "circuit_window",
                        "conversation_retention",
                        "in_flight_lease",
                        "log_partitions_ahead",
                        "log_retention",
                        "prompt_cache_lifetime",
                        "reservation_retention");
        assertThat(sql.column(
                        "SELECT name FROM ruvector_list_settings() WHERE ruvector_set_setting(name, value) = value"))
                .hasSize(11);
    }

    @Test
    void setting_isChanged_andTheEarlierValueReturned() throws SQLException {
        assertThat(sql.value("SELECT ruvector_set_setting('log_retention', '1 month')"))
                .isEqualTo("90 days");
        assertThat(sql.value("SELECT value FROM ruvector_list_settings() WHERE name = 'log_retention'"))
                .isEqualTo("1 month");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            NULL, '1'                        | 22004 | name must not be null
            'retention', '1'                 | 22023 | name is unknown, got "retention"
            'log_retention', NULL            | 22004 | value must not be null
            'log_retention', ''              | 22023 | value must not be empty
            'log_retention', 'for ever'      | 22023 | log_retention must be an interval of at least 1 day, as 90 days, got for ever
            'log_retention', '2 hours'       | 22023 | log_retention must be an interval of at least 1 day, as 90 days, got 2 hours
            'log_retention', '9999999 years' | 22023 | log_retention must be an interval of at least 1 day, as 90 days, got 9999999 years
            'circuit_window', '-1 minute'    | 22023 | circuit_window must be an interval that is not negative, as 30 seconds, got -1 minute
            'circuit_last_resort', 'yes'     | 22023 | circuit_last_resort must be on or off, got yes
            'in_flight_lease', 'a while'     | 22023 | in_flight_lease must be an interval that is not negative, as 30 seconds, got a while
            'log_partitions_ahead', '0'      | 22023 | log_partitions_ahead must be an integer from 1 to 366, got 0
            'log_partitions_ahead', 'NaN'    | 22023 | log_partitions_ahead must be an integer from 1 to 366, got NaN
            'budget_time_zone', 'Mars'       | 22023 | budget_time_zone must be the name of a time zone, as Europe/Berlin, got Mars
            """)
    void invalidArgument_isNamed(String arguments, String state, String message) throws SQLException {
        ServerErrorMessage error = sql.failure("SELECT ruvector_set_setting(" + arguments + ")");
        assertThat(error.getSQLState()).isEqualTo(state);
        assertThat(error.getMessage()).isEqualTo(message);
    }

    @Test
    void table_refusesAValueThatIsNotOfItsForm() throws SQLException {
        assertThat(sql.failure("UPDATE tiny_dancer.setting SET value = 'soon'").getSQLState())
                .isEqualTo("22023");
    }

    @Test
    void users_mayNotChangeSettings_norAdministratorsOfOtherTenants() throws SQLException {
        try (SqlSession user = new SqlSession(database.connectAsUser())) {
            assertThat(user.failure("SELECT ruvector_set_setting('log_retention', '1 day')")
                            .getSQLState())
                    .isEqualTo("42501");
        }
        for (String statement : List.of(
                "CREATE ROLE settings_admin LOGIN IN ROLE tiny_dancer_admin",
                "INSERT INTO tiny_dancer.tenant_role VALUES ('settings_admin', 'other')",
                "SET LOCAL ROLE settings_admin")) {
            sql.run(statement);
        }
        assertThat(sql.failure("SELECT ruvector_set_setting('log_retention', '1 day')")
                        .getMessage())
                .contains("settings hold for all tenants");
    }
}
