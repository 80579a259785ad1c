package dev.tinydancer.postgres.functions;

import static java.util.Arrays.asList;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.ServerErrorMessage;

/** Setting and looking at budgets, their periods, and what the functions for the engine keep by themselves. */
final class BudgetFunctionsIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private static final String ID = "01939c5e-7a00-7000-8000-00000000000";

    private SqlSession sql;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        sql.run("""
                TRUNCATE tiny_dancer.agent, tiny_dancer.budget, tiny_dancer.allowance, tiny_dancer.reservation,
                    tiny_dancer.outcome_report, tiny_dancer.budget_alert;
                UPDATE tiny_dancer.lease_mark SET none_open_before = '-infinity';
                UPDATE tiny_dancer.setting SET value = 'UTC' WHERE name = 'budget_time_zone';
                UPDATE tiny_dancer.setting SET value = 'monday' WHERE name = 'budget_week_start'
                """);
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
        reserve(List.of(1, 2, 3), 1, 10);
        String held = "SELECT scope, agent, requests, reserved, oldest, ends_at > now() FROM ruvector_budget_holders(";
        List<String> three = List.of("all", "a", "3", "3", "2024-12-06 14:27:37.6+00", "t");
        sql.run("SET TimeZone = 'UTC'");
        assertThat(sql.rows(held + ")")).containsExactly(three);
        assertThat(sql.rows(held + "'all')")).containsExactly(three);
        assertThat(sql.rows(held + "'agent:a')")).isEmpty();
        report(2, 5);
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
        reserve(1, 4, 10);
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
        reserve(1, 4, 10);
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
        reserve(1, 4, 10);
        reserve(2, 3, 10);
        report(1, 6);
        assertThat(sql.rows("SELECT spent, reserved, remaining FROM ruvector_budget_status()"))
                .containsExactly(List.of("6", "3", "1"));
        assertThat(sql.rows("SELECT amount, spent, reserved, remaining FROM ruvector_reset_budget('all')"))
                .containsExactly(List.of("10", "0", "3", "7"));
        report(2, 5);
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows("SELECT amount, spent, reserved, remaining FROM ruvector_budget_status()"))
                .containsExactly(List.of("10", "5", "0", "5"));
        // The bill of the first one is corrected after it was forgiven.
        report(1, 5.5);
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
        reserve(1, 1, 10);
        reserve(2, 1, 10);
        reserve(3, 1, 10);
        report(1, 4);
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows("SELECT * FROM ruvector_budget_alerts()")).isEmpty();
        assertThat(sql.value("SELECT alert FROM ruvector_budget_status()")).isNull();

        report(2, 5);
        assertThat(sql.value("SELECT alert FROM ruvector_budget_status()")).isEqualTo("0.9");
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows("SELECT scope, threshold, amount, spent FROM ruvector_budget_alerts() ORDER BY threshold"))
                .containsExactly(List.of("all", "0.5", "10", "9"), List.of("all", "0.9", "10", "9"));
        assertThat(sql.notifications()).hasSize(2).allMatch(payload -> payload.matches("[0-9]+"));

        sql.run("SELECT ruvector_top_up_budget('all', 5)");
        report(3, 1);
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
        reserve(1, 4, 10);
        report(1, 4);
        assertThat(sql.value("""
                        SELECT abs(projected - CASE WHEN elapsed > 0.01 THEN 4 / elapsed ELSE 4 + 400 * (1 - elapsed) END) < 0.5
                        FROM ruvector_budget_status(),
                             LATERAL (SELECT extract(epoch FROM now() - date_trunc('day', now(), 'UTC')) / 86400
                             ) AS day (elapsed)
                        """)).isEqualTo("t");
    }

    @Test
    void reserve_beyondTheCapacity_takesNothingOfAnything() throws SQLException {
        assertThat(reserve(1, 6, 10)).containsExactly(List.of("all", "6", "f"));
        assertThat(reserve(2, 5, 10)).containsExactly(List.of("all", "6", "t"));
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.reservation")).isEqualTo("1");
    }

    @Test
    void reserve_again_changesNothing() throws SQLException {
        assertThat(reserve(1, 6, 10)).containsExactly(List.of("all", "6", "f"));
        assertThat(reserve(1, 6, 10)).containsExactly(List.of("all", "6", "f"));
        // Another engine may estimate otherwise.
        assertThat(reserve(1, 7, 10)).containsExactly(List.of("all", "7", "f"));
        assertThat(sql.rows("SELECT decision_id, cost, open FROM tiny_dancer.reservation"))
                .containsExactly(List.of(ID + 1, "7", "t"));
    }

    /** The attempt whose connection broke comes after the one that answered, and even after what came of that. */
    @Test
    void reserve_again_afterItIsSettled_changesNothing() throws SQLException {
        reserve(1, 6, 10);
        report(1, 2);
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(reserve(List.of(1, 2), 3, 10)).containsExactly(List.of("all", "3", "f"));
        assertThat(reserve(1, 7, 10)).isEmpty();
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows("SELECT spent, reserved FROM tiny_dancer.allowance"))
                .containsExactly(List.of("2", "3"));
        assertThat(sql.rows("SELECT decision_id, charged, open FROM tiny_dancer.reservation ORDER BY decision_id"))
                .containsExactly(List.of(ID + 1, "2", "f"), List.of(ID + 2, "0", "t"));
    }

    /** It may be an attempt whose connection broke, and the other one may have answered. */
    @Test
    void reserve_again_refused_leavesWhatWasReserved() throws SQLException {
        reserve(1, 6, 10);
        assertThat(reserve(1, 11, 10)).containsExactly(List.of("all", "6", "t"));
        assertThat(sql.rows("SELECT decision_id, cost, open FROM tiny_dancer.reservation"))
                .containsExactly(List.of(ID + 1, "6", "t"));
    }

    @Test
    void reserve_again_whenTheLeaseWasOverBeforeAnAnswer_reservesAnew() throws SQLException {
        reserve(1, 6, 10);
        sql.run("UPDATE tiny_dancer.reservation SET lease_until = now()");
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(reserve(1, 7, 10)).containsExactly(List.of("all", "7", "f"));
        assertThat(sql.rows("SELECT decision_id, cost, open FROM tiny_dancer.reservation"))
                .containsExactly(List.of(ID + 1, "7", "t"));
    }

    @Test
    void allowance_isKeptByAConstraint() throws SQLException {
        reserve(1, 6, 10);
        ServerErrorMessage failure = sql.failure("UPDATE tiny_dancer.allowance SET reserved = 10.01");
        assertThat(failure.getSQLState()).isEqualTo("23514");
        assertThat(failure.getConstraint()).isEqualTo("allowance_is_kept");
    }

    @Test
    void reservationsOfOneCall_areAllGranted_orNone() throws SQLException {
        assertThat(reserve(List.of(1, 2, 3), 3, 10)).containsExactly(List.of("all", "9", "f"));
        assertThat(sql.rows("SELECT decision_id, cost, cardinality(budgets), open FROM tiny_dancer.reservation"
                        + " ORDER BY decision_id"))
                .containsExactly(
                        List.of(ID + "1", "3", "1", "t"),
                        List.of(ID + "2", "3", "1", "t"),
                        List.of(ID + "3", "3", "1", "t"));

        assertThat(reserve(List.of(4, 5), 1, 10)).containsExactly(List.of("all", "9", "t"));
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.reservation")).isEqualTo("3");

        // One of them was reserved before, for more.
        assertThat(reserve(List.of(3, 4), 2, 10)).containsExactly(List.of("all", "10", "f"));
    }

    @Test
    void reserve_aHundredThousandTogether_takesNoMinutes() throws SQLException {
        sql.run("SET statement_timeout = '30s'");
        assertThat(reserveMany(100_000)).containsExactly(List.of("all", "1000", "f"));
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.reservation")).isEqualTo("100000");

        // The leases of all of them end at once; they are settled in portions.
        sql.run("UPDATE tiny_dancer.reservation SET lease_until = now(), logged = false");
        assertThat(sql.value("SELECT tiny_dancer.settle('default')")).isEqualTo("5000");
        assertThat(sql.rows("SELECT round(reserved), round(spent) FROM tiny_dancer.allowance"))
                .containsExactly(List.of("950", "50"));
    }

    @Test
    void reserve_keepsOthersFromTheAllowance_onlyOnceItsReservationsStand() throws Exception {
        reserve(1, 1, 10);
        try (SqlSession inTheWay = new SqlSession(database.connect());
                SqlSession batch = new SqlSession(database.connect());
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            // Whoever reserves for decision 3 waits for the end of this transaction, in the middle of its work.
            inTheWay.run(
                    "BEGIN; INSERT INTO tiny_dancer.reservation (tenant, decision_id, agent, budgets, places, cost,"
                            + " logged, lease_until) VALUES ('default', '" + ID
                            + "3', 'a', '{}', '{}', 0, true, now())");
            String pid = batch.text("SELECT pg_backend_pid()");
            Future<?> reserving = threads.submit(() -> reserve(batch, List.of(2, 3), 1, 10));
            awaitWaiting(pid);

            sql.run("SET statement_timeout = '10s'");
            assertThat(reserve(4, 1, 10)).containsExactly(List.of("all", "2", "f"));

            inTheWay.run("ROLLBACK");
            assertThat(reserving.get(10, TimeUnit.SECONDS)).isEqualTo(List.of(List.of("all", "4", "f")));
        }
    }

    @Test
    void reserve_refusedAfterItsReservationsStood_takesNothing() throws Exception {
        reserve(1, 1, 10);
        try (SqlSession inTheWay = new SqlSession(database.connect());
                SqlSession late = new SqlSession(database.connect());
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            inTheWay.run("BEGIN; SELECT FROM tiny_dancer.allowance FOR UPDATE");
            String pid = late.text("SELECT pg_backend_pid()");
            Future<?> reserving = threads.submit(() -> reserve(late, List.of(2, 3), 2, 10));
            awaitWaiting(pid);
            inTheWay.run("UPDATE tiny_dancer.allowance SET spent = 6; COMMIT");

            assertThat(reserving.get(10, TimeUnit.SECONDS)).isEqualTo(List.of(List.of("all", "1", "t")));
            assertThat(sql.column("SELECT decision_id FROM tiny_dancer.reservation"))
                    .containsExactly(ID + "1");
        }
    }

    /** Outcomes that were reported before figures had bounds. */
    @Test
    void absurdCosts_ofEarlierReports_doNotBreakTheBudget() throws SQLException {
        sql.run("SELECT ruvector_set_budget('all', 10, 'day')");
        reserve(1, 1, 10);
        reserve(2, 1, 10);
        sql.run("INSERT INTO tiny_dancer.outcome_report (tenant, decision_id, success, cost) VALUES ('default', '" + ID
                + "1', true, 1.7e308), ('default', '" + ID + "2', true, 1.7e308)");
        assertThat(sql.value("SELECT spent FROM ruvector_budget_status()")).isEqualTo("2000000000");
        assertThat(sql.column("SELECT spent FROM tiny_dancer.refreshed_allowances('default')"))
                .containsExactly("2000000000");
    }

    @Test
    void forgetSettled_keepsWhatIsOpenOrFresh() throws SQLException {
        for (int i = 1; i <= 3; i++) {
            reserve(i, 1, 10);
        }
        sql.run("UPDATE tiny_dancer.reservation SET open = false WHERE decision_id <> '" + ID + "1'");
        sql.run("UPDATE tiny_dancer.reservation SET lease_until = now() - interval '2 days'" + " WHERE decision_id <> '"
                + ID + "2'");
        assertThat(sql.value("SELECT tiny_dancer.forget_settled()")).isEqualTo("1");
        assertThat(sql.column("SELECT decision_id FROM tiny_dancer.reservation ORDER BY 1"))
                .containsExactly(ID + "1", ID + "2");
    }

    @Test
    void forgetSettled_deletesInSlices() throws SQLException {
        sql.run("""
                INSERT INTO tiny_dancer.reservation
                    (tenant, decision_id, agent, budgets, places, cost, open, logged, lease_until)
                SELECT 'default', gen_random_uuid(), 'a', '{}', '{}', 0, false, true, now() - interval '2 days'
                FROM generate_series(1, 20001)""");

        for (String forgotten : List.of("20000", "1", "0")) {
            assertThat(sql.value("SELECT tiny_dancer.forget_settled()")).isEqualTo(forgotten);
        }
    }

    @Test
    void forgetSettled_readsNoneOfTheDay() throws SQLException {
        reserveMany(1000);
        sql.run("UPDATE tiny_dancer.reservation SET lease_until = now() - interval '1 hour', logged = false");
        sql.run("SELECT tiny_dancer.settle_all()");
        sql.run("SELECT tiny_dancer.tenants_to_settle()");
        sql.run("VACUUM tiny_dancer.reservation");
        reserve(1, 1, 1000);

        // The figures are those of a session.
        try (SqlSession forgetting = new SqlSession(database.connect())) {
            forgetting.run("SET enable_seqscan = off; SET enable_bitmapscan = off");
            forgetting.run("BEGIN");
            assertThat(forgetting.value("SELECT tiny_dancer.forget_settled()")).isEqualTo("0");
            assertThat(Integer.parseInt(forgetting.text(
                            "SELECT pg_stat_get_xact_tuples_returned('tiny_dancer.reservation_lease'::regclass)")))
                    .isLessThan(10);
            forgetting.run("ROLLBACK");
        }
    }

    @Test
    void settle_changesReservationsWithinTheirPages() throws SQLException {
        reserveMany(1000);
        sql.run("UPDATE tiny_dancer.reservation SET lease_until = now(), logged = false");
        sql.run("VACUUM tiny_dancer.reservation");

        // The figures are those of a session.
        try (SqlSession settling = new SqlSession(database.connect())) {
            settling.run("BEGIN");
            assertThat(settling.value("SELECT tiny_dancer.settle('default')")).isEqualTo("1000");
            assertThat(settling.rows("SELECT pg_stat_get_xact_tuples_updated('tiny_dancer.reservation'::regclass),"
                            + " pg_stat_get_xact_tuples_hot_updated('tiny_dancer.reservation'::regclass)"))
                    .containsExactly(List.of("1000", "1000"));
            settling.run("ROLLBACK");
        }
    }

    @Test
    void leases_thatAreOver_areFoundWhereverTheMarkStands() throws SQLException {
        reserve(1, 1, 10);
        reserve(2, 1, 10);
        sql.run("UPDATE tiny_dancer.reservation SET logged = false, lease_until = CASE WHEN decision_id = '" + ID
                + "1' THEN now() - interval '2 min' ELSE now() + interval '5 min' END");

        assertThat(sql.column("SELECT tiny_dancer.tenants_to_settle()")).containsExactly("default");
        // It moves up to the one that is open, and when that is settled up to a minute ago.
        assertThat(sql.value("SELECT none_open_before = (SELECT lease_until FROM tiny_dancer.reservation"
                        + " WHERE decision_id = '" + ID + "1') FROM tiny_dancer.lease_mark"))
                .isEqualTo("t");
        assertThat(sql.value("SELECT tiny_dancer.settle_all()")).isEqualTo("1");
        assertThat(sql.column("SELECT tiny_dancer.tenants_to_settle()")).isEmpty();
        assertThat(sql.value("SELECT now() - none_open_before < interval '62 s' FROM tiny_dancer.lease_mark"))
                .isEqualTo("t");

        // As if the clock had been an hour ahead: what ends now is found all the same, and the mark comes back.
        sql.run("UPDATE tiny_dancer.lease_mark SET none_open_before = now() + interval '1 hour'");
        sql.run("UPDATE tiny_dancer.reservation SET lease_until = now() WHERE decision_id = '" + ID + "2'");
        assertThat(sql.value("SELECT tiny_dancer.settle_all()")).isEqualTo("1");
        assertThat(sql.value("SELECT none_open_before < now() FROM tiny_dancer.lease_mark"))
                .isEqualTo("t");

        // What ended meanwhile with no engine there is found by the maintenance.
        reserve(3, 1, 10);
        sql.run("UPDATE tiny_dancer.reservation SET logged = false, lease_until = now() - interval '5 min'"
                + " WHERE decision_id = '" + ID + "3'");
        assertThat(sql.value("SELECT tiny_dancer.settle_all()")).isEqualTo("0");
        sql.run("SELECT tiny_dancer.forget_settled()");
        assertThat(sql.value("SELECT tiny_dancer.settle_all()")).isEqualTo("1");
        assertThat(sql.column("SELECT reserved::int FROM tiny_dancer.allowance"))
                .containsExactly("0");
    }

    /** Reserves a cent of a budget of 1,000 for each of so many decisions. */
    private List<List<@Nullable String>> reserveMany(int decisions) throws SQLException {
        return sql.rows("""
                SELECT scope, round(reserved), refused
                FROM tiny_dancer.reserve('default', (
                    SELECT jsonb_agg(jsonb_build_object(
                        'decision_id', gen_random_uuid(), 'agent', 'a', 'cost', 0.01, 'latency_ms', 100,
                        'logged', true, 'claims', jsonb_build_array(jsonb_build_object(
                            'kind', 'budget', 'scope', 'all', 'period', 'day', 'capacity', 1000,
                            'need', 0.01, 'may_exceed', false))))
                    FROM generate_series(1, %d)))
                """.formatted(decisions));
    }

    private long version() throws SQLException {
        return Long.parseLong(sql.text("SELECT tiny_dancer.catalog_of('default') ->> 'version'"));
    }

    /** Reserves from the daily budget of everything, as an engine does; scope, reserved and refused. */
    private List<List<@Nullable String>> reserve(int decision, double cost, double capacity) throws SQLException {
        return reserve(List.of(decision), cost, capacity);
    }

    /** The same for several decisions together, each of this cost. */
    private List<List<@Nullable String>> reserve(List<Integer> decisions, double cost, double capacity)
            throws SQLException {
        return reserve(sql, decisions, cost, capacity);
    }

    private static List<List<@Nullable String>> reserve(
            SqlSession session, List<Integer> decisions, double cost, double capacity) throws SQLException {
        String reservations = decisions.stream()
                .map(decision -> """
                        {"decision_id": "%s%d", "agent": "a", "cost": %s, "latency_ms": 100, "logged": true, "claims": [
                            {"kind": "budget", "scope": "all", "period": "day", "capacity": %s, "need": %s,
                             "may_exceed": false}]}""".formatted(ID, decision, cost, capacity, cost))
                .collect(Collectors.joining(", ", "[", "]"));
        return session.rows(
                "SELECT scope, reserved, refused FROM tiny_dancer.reserve('default', '" + reservations + "')");
    }

    /** Reports what a decision cost. */
    private void report(int decision, double cost) throws SQLException {
        sql.run("INSERT INTO tiny_dancer.outcome_report (tenant, decision_id, success, cost) VALUES ('default', '" + ID
                + decision + "', true, " + cost + ")");
    }

    /** Until that session waits for a lock. */
    private void awaitWaiting(String pid) throws SQLException, InterruptedException {
        while (!"Lock".equals(sql.value("SELECT wait_event_type FROM pg_stat_activity WHERE pid = " + pid))) {
            Thread.sleep(5);
        }
    }
}
