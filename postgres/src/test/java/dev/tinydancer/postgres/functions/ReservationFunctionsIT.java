package dev.tinydancer.postgres.functions;

import static dev.tinydancer.postgres.functions.ReservingEngine.ID;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tinydancer.postgres.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.util.ServerErrorMessage;

/** Reserving and settling: what the functions for the engine keep by themselves, whatever an engine asks for. */
final class ReservationFunctionsIT {

    @RegisterExtension
    static final TestDatabase database = TestDatabase.migrated();

    private SqlSession sql;
    private ReservingEngine engine;

    @BeforeEach
    void openSession() throws SQLException {
        sql = new SqlSession(database.connect());
        engine = ReservingEngine.withNothing(sql);
    }

    @AfterEach
    void closeSession() throws SQLException {
        sql.close();
    }

    @Test
    void reserve_beyondTheCapacity_takesNothingOfAnything() throws SQLException {
        assertThat(engine.reserve(1, 6, 10)).containsExactly(List.of("all", "6", "f"));
        assertThat(engine.reserve(2, 5, 10)).containsExactly(List.of("all", "6", "t"));
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.reservation")).isEqualTo("1");
    }

    @Test
    void reserve_again_changesNothing() throws SQLException {
        assertThat(engine.reserve(1, 6, 10)).containsExactly(List.of("all", "6", "f"));
        assertThat(engine.reserve(1, 6, 10)).containsExactly(List.of("all", "6", "f"));
        // Another engine may estimate otherwise.
        assertThat(engine.reserve(1, 7, 10)).containsExactly(List.of("all", "7", "f"));
        assertThat(sql.rows("SELECT decision_id, cost, open FROM tiny_dancer.reservation"))
                .containsExactly(List.of(ID + 1, "7", "t"));
    }

    /** The attempt whose connection broke comes after the one that answered, and even after what came of that. */
    @Test
    void reserve_again_afterItIsSettled_changesNothing() throws SQLException {
        engine.reserve(1, 6, 10);
        engine.report(1, 2);
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(engine.reserve(List.of(1, 2), 3, 10)).containsExactly(List.of("all", "3", "f"));
        assertThat(engine.reserve(1, 7, 10)).isEmpty();
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(sql.rows("SELECT spent, reserved FROM tiny_dancer.allowance"))
                .containsExactly(List.of("2", "3"));
        assertThat(sql.rows("SELECT decision_id, charged, open FROM tiny_dancer.reservation ORDER BY decision_id"))
                .containsExactly(List.of(ID + 1, "2", "f"), List.of(ID + 2, "0", "t"));
    }

    /** It may be an attempt whose connection broke, and the other one may have answered. */
    @Test
    void reserve_again_refused_leavesWhatWasReserved() throws SQLException {
        engine.reserve(1, 6, 10);
        assertThat(engine.reserve(1, 11, 10)).containsExactly(List.of("all", "6", "t"));
        assertThat(sql.rows("SELECT decision_id, cost, open FROM tiny_dancer.reservation"))
                .containsExactly(List.of(ID + 1, "6", "t"));
    }

    @Test
    void reserve_again_whenTheLeaseWasOverBeforeAnAnswer_reservesAnew() throws SQLException {
        engine.reserve(1, 6, 10);
        sql.run("UPDATE tiny_dancer.reservation SET lease_until = now()");
        sql.run("SELECT tiny_dancer.settle_all()");
        assertThat(engine.reserve(1, 7, 10)).containsExactly(List.of("all", "7", "f"));
        assertThat(sql.rows("SELECT decision_id, cost, open FROM tiny_dancer.reservation"))
                .containsExactly(List.of(ID + 1, "7", "t"));
    }

    @Test
    void allowance_isKeptByAConstraint() throws SQLException {
        engine.reserve(1, 6, 10);
        ServerErrorMessage failure = sql.failure("UPDATE tiny_dancer.allowance SET reserved = 10.01");
        assertThat(failure.getSQLState()).isEqualTo("23514");
        assertThat(failure.getConstraint()).isEqualTo("allowance_is_kept");
    }

    @Test
    void reservationsOfOneCall_areAllGranted_orNone() throws SQLException {
        assertThat(engine.reserve(List.of(1, 2, 3), 3, 10)).containsExactly(List.of("all", "9", "f"));
        assertThat(sql.rows("SELECT decision_id, cost, cardinality(budgets), open FROM tiny_dancer.reservation"
                        + " ORDER BY decision_id"))
                .containsExactly(
                        List.of(ID + "1", "3", "1", "t"),
                        List.of(ID + "2", "3", "1", "t"),
                        List.of(ID + "3", "3", "1", "t"));

        assertThat(engine.reserve(List.of(4, 5), 1, 10)).containsExactly(List.of("all", "9", "t"));
        assertThat(sql.value("SELECT count(*) FROM tiny_dancer.reservation")).isEqualTo("3");

        // One of them was reserved before, for more.
        assertThat(engine.reserve(List.of(3, 4), 2, 10)).containsExactly(List.of("all", "10", "f"));
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
        engine.reserve(1, 1, 10);
        try (SqlSession inTheWay = new SqlSession(database.connect());
                SqlSession batch = new SqlSession(database.connect());
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            // Whoever reserves for decision 3 waits for the end of this transaction, in the middle of its work.
            inTheWay.run(
                    "BEGIN; INSERT INTO tiny_dancer.reservation (tenant, decision_id, agent, budgets, places, cost,"
                            + " logged, lease_until) VALUES ('default', '" + ID
                            + "3', 'a', '{}', '{}', 0, true, now())");
            String pid = batch.text("SELECT pg_backend_pid()");
            Future<?> reserving = threads.submit(() -> new ReservingEngine(batch).reserve(List.of(2, 3), 1, 10));
            awaitWaiting(pid);

            sql.run("SET statement_timeout = '10s'");
            assertThat(engine.reserve(4, 1, 10)).containsExactly(List.of("all", "2", "f"));

            inTheWay.run("ROLLBACK");
            assertThat(reserving.get(10, TimeUnit.SECONDS)).isEqualTo(List.of(List.of("all", "4", "f")));
        }
    }

    @Test
    void reserve_refusedAfterItsReservationsStood_takesNothing() throws Exception {
        engine.reserve(1, 1, 10);
        try (SqlSession inTheWay = new SqlSession(database.connect());
                SqlSession late = new SqlSession(database.connect());
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            inTheWay.run("BEGIN; SELECT FROM tiny_dancer.allowance FOR UPDATE");
            String pid = late.text("SELECT pg_backend_pid()");
            Future<?> reserving = threads.submit(() -> new ReservingEngine(late).reserve(List.of(2, 3), 2, 10));
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
        engine.reserve(1, 1, 10);
        engine.reserve(2, 1, 10);
        sql.run("INSERT INTO tiny_dancer.outcome_report (tenant, decision_id, success, cost) VALUES ('default', '" + ID
                + "1', true, 1.7e308), ('default', '" + ID + "2', true, 1.7e308)");
        assertThat(sql.value("SELECT spent FROM ruvector_budget_status()")).isEqualTo("2000000000");
        assertThat(sql.column("SELECT spent FROM tiny_dancer.refreshed_allowances('default')"))
                .containsExactly("2000000000");
    }

    @Test
    void forgetSettled_keepsWhatIsOpenOrFresh() throws SQLException {
        for (int i = 1; i <= 3; i++) {
            engine.reserve(i, 1, 10);
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
        engine.reserve(1, 1, 1000);

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
        engine.reserve(1, 1, 10);
        engine.reserve(2, 1, 10);
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
        engine.reserve(3, 1, 10);
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

    /** Until that session waits for a lock. */
    private void awaitWaiting(String pid) throws SQLException, InterruptedException {
        while (!"Lock".equals(sql.value("SELECT wait_event_type FROM pg_stat_activity WHERE pid = " + pid))) {
            Thread.sleep(5);
        }
    }
}
