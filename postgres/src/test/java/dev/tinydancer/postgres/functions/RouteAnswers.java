package dev.tinydancer.postgres.functions;

import static java.util.Arrays.asList;

import dev.tinydancer.postgres.functions.ScriptedEngine.Answer;
import dev.tinydancer.postgres.functions.ScriptedEngine.Call;
import dev.tinydancer.postgres.functions.ScriptedEngine.Failure;
import dev.tinydancer.postgres.functions.ScriptedEngine.Rows;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers to the verb {@code route}, and how a session finds who gives them. */
final class RouteAnswers {

    /** The embedding of {@link #choosing}, as bytea is written. */
    static final String EMBEDDING = "\\x0102ff";

    private static final Pattern DECISION_ID = Pattern.compile("\"decision_id\" : \"([^\"]+)\"");
    private static final int COLUMNS = 12;

    private RouteAnswers() {}

    /** A decision for this agent. */
    static Answer choosing(String agent, Call call) {
        return choosing(agent, null, call);
    }

    /** A decision for this agent, with a notice. */
    static Answer choosing(String agent, @Nullable String notice, Call call) {
        return new Rows(
                notice,
                COLUMNS,
                List.of(asList(
                        agent,
                        "0.9",
                        "0.002",
                        "1500",
                        "0.85",
                        "the best of 2",
                        decisionId(call),
                        "[{\"agent_name\": \"other\"}]",
                        "code",
                        "12",
                        "300",
                        EMBEDDING)));
    }

    /** The refusal of an engine that has another version of the catalog. */
    static Answer otherCatalog() {
        return new Failure("TD409", "the catalog has another version", "", "");
    }

    static String decisionId(Call call) {
        Matcher matcher = DECISION_ID.matcher(call.payload());
        if (!matcher.find()) {
            throw new AssertionError("no decision_id in " + call.payload());
        }
        return matcher.group(1);
    }

    /** Lets the functions of this superuser's database call that engine. */
    static void pointAt(int port, SqlSession superuser) throws SQLException {
        // Since PostgreSQL 16 the functions insist on SCRAM unless told otherwise.
        superuser.run("""
                SET ROLE tiny_dancer_owner;
                SELECT tiny_dancer.set_engine_address('127.0.0.1', '%d',
                    CASE WHEN current_setting('server_version_num')::int >= 160000
                         THEN '{"require_auth": "password"}'::jsonb ELSE '{}' END);
                RESET ROLE
                """.formatted(port));
    }
}
