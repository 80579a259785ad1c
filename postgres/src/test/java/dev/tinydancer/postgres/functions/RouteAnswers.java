package dev.tinydancer.postgres.functions;

import dev.tinydancer.postgres.functions.ScriptedEngine.Answer;
import dev.tinydancer.postgres.functions.ScriptedEngine.Call;
import dev.tinydancer.postgres.functions.ScriptedEngine.Problem;
import dev.tinydancer.postgres.functions.ScriptedEngine.Value;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Answers to the verb {@code route}, and how a session finds who gives them. */
final class RouteAnswers {

    /** The embedding of {@link #choosing}, as bytea is written. */
    static final String EMBEDDING = "\\x0102ff";

    private static final Pattern AT = Pattern.compile("\"at\" : ([0-9.]+)");
    /** SHA-256 of the text "hello". */
    private static final String HELLO_HASH = "\\\\x2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    private RouteAnswers() {}

    /** A decision for this agent. */
    static Answer choosing(String agent, Call call) {
        return choosing(agent, null, call);
    }

    /** A decision for this agent, with a notice. */
    static Answer choosing(String agent, @Nullable String notice, Call call) {
        String decisionId = decisionId(call);
        String alternatives = "\"[{\\\"agent_name\\\": \\\"other\\\"}]\"";
        String figures = "0.9,0.002,1500,0.85";
        return new Value(
                notice,
                "(%s,%s,the best of 2,%s,%s,1)".formatted(agent, figures, decisionId, alternatives),
                call.payload().contains("\"log\" : \"sync\"") ? logRow(agent, figures, decisionId, call) : null);
    }

    private static String logRow(String agent, String figures, String decisionId, Call call) {
        long millis = UUID.fromString(decisionId).getMostSignificantBits() >>> 16;
        return "(%s,%s,%s,%s,f,cost,code,%s,12,300,the best of 2,,\"{x,y}\",\"%s\",%s,\"%s\",0.95,-1.5,\"[[\"\"other\"\",0.8,0.001,900,0.7]]\",0.01,0.02,)"
                .formatted(
                        call.payload().contains("\"tenant\" : \"acme\"") ? "acme" : "default",
                        Instant.ofEpochMilli(millis),
                        decisionId,
                        agent,
                        figures,
                        HELLO_HASH,
                        call.payload().contains("\"log_requests\" : \"on\"") ? "hello" : "",
                        EMBEDDING.replace("\\", "\\\\"));
    }

    /** The refusal of an engine that has another version of the catalog. */
    static Answer otherCatalog() {
        return new Problem("TD409", "the catalog has another version", null, null);
    }

    /** The time of the call, and the first digits of its code in the place of chance. */
    static String decisionId(Call call) {
        Matcher at = AT.matcher(call.payload());
        if (!at.find()) {
            throw new AssertionError("no time in " + call.payload());
        }
        String millis = "%012x".formatted(Math.round(Double.parseDouble(at.group(1)) * 1000));
        String chance = call.mac();
        return millis.substring(0, 8) + "-" + millis.substring(8) + "-7" + chance.substring(1, 4) + "-a"
                + chance.substring(5, 8) + "-" + chance.substring(8, 20);
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
