package dev.tinydancer.postgres.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import dev.tinydancer.router.policy.Policy;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.ServerErrorMessage;

final class PolicyFunctionsIT {

    private static final String LISTED = """
            SELECT name, worth_usd, worth_in_dearest, usd_per_second, quality_per_second, min_relative_quality, explore,
                   built_in, is_set
            FROM ruvector_list_policies()""";

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("TRUNCATE tiny_dancer.policy");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    /** The figures are written twice, in Java and in SQL. */
    @Test
    void builtInPolicies_areThoseOfTheLibrary() throws SQLException {
        for (Policy policy : Policy.standard()) {
            assertThat(sql.rows(LISTED + " WHERE name = '" + policy.name() + "'"))
                    .containsExactly(Arrays.asList(
                            policy.name(),
                            null,
                            figure(policy.worthInDearest()),
                            null,
                            figure(policy.qualityPerSecond()),
                            figure(policy.minRelativeQuality()),
                            policy.explorationShare().isPresent()
                                    ? figure(policy.explorationShare().getAsDouble())
                                    : null,
                            "t",
                            "f"));
        }
        assertThat(sql.value("SELECT count(*) FROM ruvector_list_policies()"))
                .isEqualTo(Integer.toString(Policy.standard().size()));
    }

    @Test
    void setPolicy_isListedWithWhatItLeavesOpen_andReplacedAsAWhole() throws SQLException {
        assertThat(sql.value("SELECT ruvector_set_policy('support', 0.05, 0.001, 0.9, 0.02)"))
                .isEqualTo("t");
        assertThat(sql.rows(LISTED + " WHERE NOT built_in"))
                .containsExactly(Arrays.asList("support", "0.05", null, "0.001", null, "0.9", "0.02", "f", "t"));

        assertThat(sql.value("SELECT ruvector_set_policy('support', usd_per_second => 0.002, explore => NULL)"))
                .isEqualTo("f");
        assertThat(sql.rows(LISTED + " WHERE NOT built_in"))
                .containsExactly(Arrays.asList("support", null, "5", "0.002", null, "0", null, "f", "t"));

        assertThat(sql.value("SELECT ruvector_remove_policy('support')")).isEqualTo("t");
        assertThat(sql.value("SELECT ruvector_remove_policy('support')")).isEqualTo("f");
    }

    @Test
    void setPolicy_ofABuiltInName_overridesIt_untilItIsRemoved() throws SQLException {
        sql.run("SELECT ruvector_set_policy('cost', min_relative_quality => 0.95)");
        assertThat(sql.rows(LISTED + " WHERE name = 'cost'"))
                .containsExactly(Arrays.asList("cost", null, "0.2", null, "0", "0.95", null, "t", "t"));
        assertThat(sql.value("SELECT ruvector_remove_policy('cost')")).isEqualTo("t");
        assertThat(sql.value("SELECT min_relative_quality FROM ruvector_list_policies() WHERE name = 'cost'"))
                .isEqualTo("0.8");
        assertThat(sql.value("SELECT ruvector_remove_policy('cost')")).isEqualTo("f");
    }

    @Test
    void policies_raiseTheVersionOfTheCatalog_andStandInIt() throws SQLException {
        String version = "SELECT (tiny_dancer.catalog_of('default') ->> 'version')::int";
        int before = Integer.parseInt(sql.text(version));
        sql.run("SELECT ruvector_set_policy('support', 0.05)");

        assertThat(sql.text(version)).isEqualTo(Integer.toString(before + 1));
        assertThat(sql.value("SELECT tiny_dancer.catalog_of('default') -> 'policies'"))
                .isEqualTo("[{\"name\" : \"support\", \"worth_usd\" : 0.05, \"usd_per_second\" : null,"
                        + " \"min_relative_quality\" : null, \"explore\" : null}]");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            NULL                                    | 22004 | name must not be null
            ' '                                     | 22023 | name must not be empty
            'total_cost'                            | 22023 | name must not be that of a whole batch's aim, got total_cost
            'p', worth_usd => 0                     | 22023 | worth_usd must be more than 0, got 0
            'p', worth_usd => -1                    | 22023 | worth_usd must be a finite number of at least 0, got -1
            'p', worth_usd => 'NaN'                 | 22023 | worth_usd must be a finite number of at least 0, got NaN
            'p', usd_per_second => 'Infinity'       | 22023 | usd_per_second must be a finite number of at least 0, got Infinity
            'p', min_relative_quality => 1.1        | 22023 | min_relative_quality must be between 0 and 1, got 1.1
            'p', explore => 2                       | 22023 | explore must be between 0 and 1, got 2
            'p', options => '{"a": 1}'              | 22023 | a key of options is unknown, got "a"
            """, quoteCharacter = '`')
    void setPolicy_invalid(String arguments, String state, String message) throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT ruvector_set_policy(" + arguments + ")");

        assertThat(List.of(String.valueOf(failure.getSQLState()), String.valueOf(failure.getMessage())))
                .containsExactly(state, message);
        assertThat(String.valueOf(failure.getWhere()).lines()).hasSize(1);
    }

    private static String figure(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
