package dev.tinydancer.postgres.functions;

import static java.util.Arrays.asList;
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

/** Setting and looking at budgets, and their periods. */
final class BudgetFunctionsIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;
    private ReservingEngine engine;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        engine = ReservingEngine.withNothing(sql);
        sql.run(
                "SELECT ruvector_set_setting('budget_time_zone', 'UTC'), ruvector_set_setting('budget_week_start', 'monday')");
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void setBudget_isNewOrReplaced_andRemoved() throws SQLException {
        assertThat(sql.value("SELECT ruvector_set_budget('all', 10)")).isEqualTo("t");
        assertThat(sql.value("SELECT ruvector_set_budget(scope => 'all', amount => 20, period => 'day',"
                        + " on_exhausted => 'cheapest')"))
                .isEqualTo("f");
        assertThat(sql.rows("SELECT scope, amount, period, on_exhausted FROM tiny_dancer.budget"))
                .containsExactly(List.of("all", "20", "day", "cheapest"));
        assertThat(sql.value("SELECT ruvector_remove_budget('all')")).isEqualTo("t");
        assertThat(sql.value("SELECT ruvector_remove_budget('all')")).isEqualTo("f");
    }

    @Test
    void setBudget_raisesTheVersionOfTheCatalog_whichHasIt() throws SQLException {
        long before = version();
        sql.run("SELECT ruvector_set_budget('tag:team', 1.5, 'week')");
        assertThat(version()).isEqualTo(before + 1);
        assertThat(sql.value("SELECT tiny_dancer.catalog_of('default') ->> 'budgets'"))
                .isEqualTo("[{\"scope\" : \"tag:team\", \"amount\" : 1.5, \"period\" : \"week\","
                        + " \"on_exhausted\" : \"reject\", \"credit\" : 0, \"credit_until\" : null}]");
        sql.run("SELECT ruvector_remove_budget('tag:team')");
        assertThat(version()).isEqualTo(before + 2);
    }

    @Test
    void setBudget_ofAnUnknownAgent_isTold() throws SQLException {
        sql.run("SELECT ruvector_set_budget('agent:nobody', 1)");
        assertThat(sql.notices()).containsExactly("agent nobody is not registered; the budget holds once it is");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            'everything', 1            | 22023 | scope is unknown, got "everything"
            NULL, 1                      | 22004 | scope must not be null
            ' ', 1                     | 22023 | scope must not be empty
            'agent:', 1                | 22023 | the name in scope must not be empty
            'tag: ', 1                 | 22023 | the name in scope must not be empty
            'all', NULL                | 22004 | amount must not be null
            'all', -1                  | 22023 | amount must be a finite number of at least 0, got -1
            'all', 'NaN'             | 22023 | amount must be a finite number of at least 0, got NaN
            'all', 1e10                | 22023 | amount must be at most 1e9, got 10000000000
            'all', 'Infinity'        | 22023 | amount must be a finite number of at least 0, got Infinity
            'all', 1, 'minute'       | 22023 | period is unknown, got "minute"
            'all', 1, alert_at => '{0}' | 22023 | alert_at must be up to 20 parts of the amount, each above 0 and at most 10, as {0.8,0.95}, got {0}
            'all', 1, alert_at => '{NaN}' | 22023 | alert_at must be up to 20 parts of the amount, each above 0 and at most 10, as {0.8,0.95}, got {NaN}
            'user:', 1                 | 22023 | the name in scope must not be empty
            'all', 1, 'day', 'stop' | 22023 | on_exhausted is unknown, got "stop"
            """)
    void setBudget_misused(String arguments, String state, String message) throws SQLException {
        ServerErrorMessage failure = sql.failure("SELECT ruvector_set_budget(" + arguments + ")");
        assertThat(failure.getSQLState()).isEqualTo(state);
        assertThat(failure.getMessage()).isEqualTo(message);
    }

    @Test
    void setBudget_unknownWords_areAnsweredWithTheValidOnes() throws SQLException {
        assertThat(sql.failure("SELECT ruvector_set_budget('x', 1)").getHint())
                .isEqualTo("Valid are: all, agent:NAME, tag:NAME, user:NAME, conversation:ID.");
        assertThat(sql.failure("SELECT ruvector_set_budget('all', 1, 'x')").getHint())
                .isEqualTo("Valid are: hour, day, week, month, quarter, year, total.");
        assertThat(sql.failure("SELECT ruvector_set_budget('all', 1, 'day', 'x')")
                        .getHint())
                .isEqualTo("Valid are: reject, cheapest.");
        assertThat(sql.failure("SELECT ruvector_set_budget('all', NULL)").getHint())
                .contains("ruvector_remove_budget");
        assertThat(sql.failure("SELECT ruvector_remove_budget('x')").getSQLState())
                .isEqualTo("22023");
        assertThat(sql.failure("SELECT ruvector_remove_budget(NULL)").getSQLState())
                .isEqualTo("22004");
    }

    @Test
    void user_mayLookAtBudgets_andSetNone() throws SQLException {
        sql.run("SELECT ruvector_set_budget('all', 10, 'total')");
        try (SqlSession user = new SqlSession(database.connectAsUser())) {
            assertThat(user.rows("SELECT * FROM ruvector_budget_status()"))
                    .containsExactly(asList("all", "-infinity", "10", "0", "0", "10", null, null, "total", "infinity"));
            assertThat(user.failure("SELECT ruvector_top_up_budget('all', 99)").getSQLState())
                    .isEqualTo("42501");
            assertThat(user.failure("SELECT ruvector_set_budget('all', 99)").getSQLState())
                    .isEqualTo("42501");
            assertThat(user.failure("SELECT ruvector_remove_budget('all')").getSQLState())
                    .isEqualTo("42501");
            assertThat(user.failure("SELECT tiny_dancer.settle_all()").getSQLState())
                    .isEqualTo("42501");
        }
    }

    @Test
    void budgets_areTheTenantsOwn() throws SQLException {
        sql.run("SELECT ruvector_set_budget('all', 10)");
        sql.run("CREATE ROLE budget_reader LOGIN IN ROLE tiny_dancer_user;"
                + " INSERT INTO tiny_dancer.tenant_role VALUES ('budget_reader', 'other'); SET ROLE budget_reader");
        assertThat(sql.rows("SELECT * FROM ruvector_budget_status()")).isEmpty();
        sql.run("RESET ROLE; DELETE FROM tiny_dancer.tenant_role; DROP ROLE budget_reader");
    }

    @ParameterizedTest
    @CsvSource({
        "hour, 2026-03-29 02:00:00+00, 2026-03-29 03:00:00+00",
        "day, 2026-03-28 23:00:00+00, 2026-03-29 22:00:00+00",
        "week, 2026-03-22 23:00:00+00, 2026-03-29 22:00:00+00",
        "month, 2026-02-28 23:00:00+00, 2026-03-31 22:00:00+00",
        "quarter, 2025-12-31 23:00:00+00, 2026-03-31 22:00:00+00",
        "year, 2025-12-31 23:00:00+00, 2026-12-31 23:00:00+00",
        "total, -infinity, infinity"
    })
    void period_beginsInTheZoneOfTheSetting_acrossChangesOfTheClock(String period, String start, String end)
            throws SQLException {
        sql.run("SET TimeZone = 'UTC'; UPDATE tiny_dancer.setting SET value = 'Europe/Berlin'"
                + " WHERE name = 'budget_time_zone'");
        // In the morning of the day on which Berlin's clocks went forward.
        assertThat(sql.rows("""
                        SELECT start, tiny_dancer.period_end('%1$s', start)
                        FROM tiny_dancer.period_start('%1$s', '2026-03-29 02:30:00+00') AS start
                        """.formatted(period))).containsExactly(List.of(start, end));
    }

    @Test
    void holders_areTheAgentsWithRequestsUnderWay() throws SQLException {
        sql.run("SELECT ruvector_set_budget('all', 10, 'day')");
        assertThat(sql.rows("SELECT * FROM ruvector_budget_holders()")).isEmpty();
        engine.reserve(List.of(1, 2, 3), 1, 10);
        String held = "SELECT scope, agent, requests, reserved, oldest, ends_at > now() FROM ruvector_budget_holders(";
        List<String> three = List.of("all", "a", "3", "3", "2024-12-06 14:27:37.6+00", "t");
        sql.run("SET TimeZone = 'UTC'");
        assertThat(sql.rows(held + ")")).containsExactly(three);
        assertThat(sql.rows(held + "'all')")).containsExactly(three);
        assertThat(sql.rows(held + "'agent:a')")).isEmpty();
        engine.report(2, 5);
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows(held + ")"))
                .containsExactly(List.of("all", "a", "2", "2", "2024-12-06 14:27:37.6+00", "t"));
        sql.run("UPDATE tiny_dancer.allowance SET period_end = now()");
        assertThat(sql.rows(held + ")")).isEmpty();
        assertThat(sql.failure(held + "'everything')").getMessage()).isEqualTo("scope is unknown, got \"everything\"");
    }

    @Test
    void period_thatIsOver_doesNotCountAnyMore() throws SQLException {
        sql.run("SELECT ruvector_set_budget('all', 10, 'day')");
        engine.reserve(1, 4, 10);
        assertThat(sql.value("SELECT remaining FROM ruvector_budget_status()")).isEqualTo("6");
        sql.run("UPDATE tiny_dancer.allowance SET period_start = period_start - interval '1 day',"
                + " period_end = period_end - interval '1 day'");
        assertThat(sql.value("SELECT remaining FROM ruvector_budget_status()")).isEqualTo("10");
        // What was reserved yesterday is settled yesterday.
        sql.run("UPDATE tiny_dancer.reservation SET lease_until = now(), logged = false");
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows("SELECT spent, reserved::int FROM tiny_dancer.allowance"))
                .containsExactly(List.of("4", "0"));
    }

    @ParameterizedTest
    @CsvSource({
        "monday, 2026-11-22 22:59:59+00, 2026-11-15 23:00:00+00",
        "sunday, 2026-11-22 22:59:59+00, 2026-11-21 23:00:00+00",
        "sunday, 2026-11-21 22:59:59+00, 2026-11-14 23:00:00+00",
        "saturday, 2026-03-29 02:30:00+00, 2026-03-27 23:00:00+00"
    })
    void week_beginsWithTheDayOfTheSetting(String day, String at, String start) throws SQLException {
        sql.run("SET TimeZone = 'UTC'; SELECT ruvector_set_setting('budget_time_zone', 'Europe/Berlin'),"
                + " ruvector_set_setting('budget_week_start', '" + day + "')");
        assertThat(sql.value("SELECT tiny_dancer.period_start('week', '" + at + "')"))
                .isEqualTo(start);
        assertThat(sql.failure("SELECT ruvector_set_setting('budget_week_start', 'Mon')")
                        .getMessage())
                .isEqualTo("budget_week_start must be a day of the week, as monday or sunday, got Mon");
    }

    @Test
    void topUp_isThereInThePresentPeriodOnly() throws SQLException {
        sql.run("SELECT ruvector_set_budget('all', 10, 'day')");
        engine.reserve(1, 4, 10);
        assertThat(sql.rows("SELECT amount, spent, reserved, remaining FROM ruvector_top_up_budget('all', 2.5)"))
                .containsExactly(List.of("12.5", "0", "4", "8.5"));
        sql.run("SELECT ruvector_top_up_budget('all', 0.1), ruvector_set_budget('all', 20, 'day')");
        assertThat(sql.value("SELECT amount FROM ruvector_budget_status()")).isEqualTo("22.6");
        assertThat(sql.value("SELECT tiny_dancer.catalog_of('default') -> 'budgets' -> 0 ->> 'credit'"))
                .isEqualTo("2.6");
        sql.run("UPDATE tiny_dancer.budget SET credit_until = now()");
        assertThat(sql.value("SELECT amount FROM ruvector_budget_status()")).isEqualTo("20");
        assertThat(sql.value("SELECT amount FROM ruvector_top_up_budget('all', 1)"))
                .isEqualTo("21");
        // Of another period it is another budget.
        sql.run("SELECT ruvector_set_budget('all', 20, 'week')");
        assertThat(sql.value("SELECT amount FROM ruvector_budget_status()")).isEqualTo("20");
    }

    @Test
    void reset_forgivesWhatIsSpent_andKeepsWhatIsReserved() throws SQLException {
        sql.run("SELECT ruvector_set_budget('all', 10, 'day')");
        engine.reserve(1, 4, 10);
        engine.reserve(2, 3, 10);
        engine.report(1, 6);
        assertThat(sql.rows("SELECT spent, reserved, remaining FROM ruvector_budget_status()"))
                .containsExactly(List.of("6", "3", "1"));
        assertThat(sql.rows("SELECT amount, spent, reserved, remaining FROM ruvector_reset_budget('all')"))
                .containsExactly(List.of("10", "0", "3", "7"));
        engine.report(2, 5);
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows("SELECT amount, spent, reserved, remaining FROM ruvector_budget_status()"))
                .containsExactly(List.of("10", "5", "0", "5"));
        // The bill of the first one is corrected after it was forgiven.
        engine.report(1, 5.5);
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.value("SELECT remaining FROM ruvector_budget_status()")).isEqualTo("5.5");
    }

    @Test
    void creditOfABudgetThatIsNotThere_namesThoseThatAre() throws SQLException {
        assertThat(sql.failure("SELECT ruvector_reset_budget('all')").getHint())
                .isEqualTo("ruvector_set_budget(scope, amount) sets one.");
        sql.run("SELECT ruvector_set_budget('tag:b', 1), ruvector_set_budget('user:ann', 1)");
        ServerErrorMessage failure = sql.failure("SELECT ruvector_top_up_budget('user:bob', 1)");
        assertThat(failure.getSQLState()).isEqualTo("22023");
        assertThat(failure.getMessage()).isEqualTo("scope user:bob has no budget");
        assertThat(failure.getHint()).isEqualTo("Those that have one: tag:b, user:ann");
        assertThat(sql.failure("SELECT ruvector_top_up_budget('user:ann', 'NaN')")
                        .getSQLState())
                .isEqualTo("22023");
        assertThat(sql.failure("SELECT ruvector_top_up_budget('user:ann', NULL)")
                        .getSQLState())
                .isEqualTo("22004");
    }

    @Test
    void alert_isRaisedOnce_andAgainAfterMoneyWasPutOnTop() throws SQLException {
        sql.run("SELECT ruvector_set_budget('all', 10, 'day', alert_at => '{0.5,0.9,1}')");
        sql.run("LISTEN tiny_dancer_budget_alert");
        engine.reserve(1, 1, 10);
        engine.reserve(2, 1, 10);
        engine.reserve(3, 1, 10);
        engine.report(1, 4);
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows("SELECT * FROM ruvector_budget_alerts()")).isEmpty();
        assertThat(sql.value("SELECT alert FROM ruvector_budget_status()")).isNull();

        engine.report(2, 5);
        assertThat(sql.value("SELECT alert FROM ruvector_budget_status()")).isEqualTo("0.9");
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows("SELECT scope, threshold, amount, spent FROM ruvector_budget_alerts() ORDER BY threshold"))
                .containsExactly(List.of("all", "0.5", "10", "9"), List.of("all", "0.9", "10", "9"));
        assertThat(sql.notifications()).hasSize(2).allMatch(payload -> payload.matches("[0-9]+"));

        sql.run("SELECT ruvector_top_up_budget('all', 5)");
        engine.report(3, 1);
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows("SELECT threshold, amount, spent FROM ruvector_budget_alerts() LIMIT 1"))
                .containsExactly(List.of("0.5", "15", "10"));
        assertThat(sql.value("SELECT count(*) FROM ruvector_budget_alerts()")).isEqualTo("3");
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.value("SELECT count(*) FROM ruvector_budget_alerts()")).isEqualTo("3");
    }

    @Test
    void projection_goesOnAtTheSamePace() throws SQLException {
        sql.run("SELECT ruvector_set_budget('all', 10, 'day')");
        assertThat(sql.value("SELECT projected FROM ruvector_budget_status()")).isEqualTo("0");
        engine.reserve(1, 4, 10);
        engine.report(1, 4);
        assertThat(sql.value("""
                        SELECT abs(projected - CASE WHEN elapsed > 0.01 THEN 4 / elapsed ELSE 4 + 400 * (1 - elapsed) END) < 0.5
                        FROM ruvector_budget_status(),
                             LATERAL (SELECT extract(epoch FROM now() - date_trunc('day', now(), 'UTC')) / 86400
                             ) AS day (elapsed)
                        """)).isEqualTo("t");
    }

    private long version() throws SQLException {
        return Long.parseLong(sql.text("SELECT tiny_dancer.catalog_of('default') ->> 'version'"));
    }
}
