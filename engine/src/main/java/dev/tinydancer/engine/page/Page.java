package dev.tinydancer.engine.page;

import com.sun.net.httpserver.HttpExchange;
import dev.tinydancer.engine.config.PageConfig;
import dev.tinydancer.engine.jdbc.Database;
import dev.tinydancer.engine.jdbc.DatabaseException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The page at {@code /} and its JSON interface at {@code /api/v1/}: {@code GET /api/v1/NAME?parameter=value}, or {@code POST}
 * with a JSON object for what does not belong into an address. Answers are {@code {"sql", "rows", "notices"}}, problems
 * {@code {"error": {"sqlstate", "message", "detail", "hint"}}}.
 */
public final class Page {

    private static final Logger LOG = LoggerFactory.getLogger(Page.class);

    private static final String API = "/api/v1/";
    private static final int MOST_BODY_BYTES = 1_100_000;
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");
    private static final String TIME_ZONE = "time_zone";
    private static final long COOKIE_SECONDS = 30L * 24 * 3600;

    private final JsonMapper json;
    private final Questions questions = Questions.load();
    private final PageFiles files = new PageFiles();
    private final Answers answers;
    private final Admission admission;

    /**
     * A page.
     *
     * @param database its own pool, so that nobody's looking keeps calls from being answered
     * @param nanos a clock that never goes back
     */
    public Page(PageConfig config, Database database, JsonMapper json, LongSupplier nanos) {
        this.json = json;
        this.answers = new Answers(database, nanos);
        this.admission = new Admission(config, new TokenTable(database, nanos), nanos);
    }

    /** Answers one request. */
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            if (path.startsWith(API)) {
                handle(exchange, path.substring(API.length()));
            } else if (exchange.getRequestMethod().equals("GET")
                    || exchange.getRequestMethod().equals("HEAD")) {
                files.send(exchange);
            } else {
                refuse(exchange, Http.METHOD_NOT_ALLOWED, "GET and HEAD only");
            }
        }
    }

    private void handle(HttpExchange exchange, String name) throws IOException {
        if (!METHODS.contains(exchange.getRequestMethod())) {
            refuse(exchange, Http.METHOD_NOT_ALLOWED, "GET and POST only");
            return;
        }
        try {
            Map<String, String> given = given(exchange);
            switch (name) {
                case "login" -> logIn(exchange, given);
                case "logout" -> logOut(exchange);
                default -> answer(exchange, name, given);
            }
        } catch (IllegalArgumentException | JacksonException e) {
            refuse(
                    exchange,
                    Http.BAD_REQUEST,
                    e instanceof JacksonException
                            ? "the body is no JSON object of texts"
                            : String.valueOf(e.getMessage()));
        } catch (DatabaseException e) {
            refuse(exchange, e, null);
        } catch (RuntimeException e) {
            LOG.error("the page could not answer {}", name, e);
            refuse(exchange, Http.FAULT, "the engine's log says what went wrong");
        }
    }

    private void answer(HttpExchange exchange, String name, Map<String, String> given) throws IOException {
        Admission.Verdict verdict = admission.judge(exchange);
        String role = verdict.role();
        if (role == null) {
            refuse(exchange, verdict.status(), verdict.reason());
            return;
        }
        Optional<Question> question = questions.named(name);
        if (question.isEmpty()) {
            refuse(
                    exchange,
                    Http.NOT_FOUND,
                    "there is no " + name + "; there are " + String.join(", ", Questions.names()));
            return;
        }
        Map<String, String> values = new LinkedHashMap<>(given);
        String zone = timeZone(values.remove(TIME_ZONE));
        Question.Asked asked = question.get().with(values);
        Answers.Answer answer;
        try {
            answer = answers.ask(new Answers.Key(role, zone, asked));
        } catch (DatabaseException e) {
            refuse(exchange, e, name + " takes " + question.get().usage() + ".");
            return;
        }
        send(
                exchange,
                Http.OK,
                "{\"sql\":" + json.writeValueAsString(asked.shown()) + ",\"notices\":"
                        + json.writeValueAsString(answer.notices()) + ",\"rows\":" + answer.rows() + "}");
    }

    private static String timeZone(@Nullable String zone) {
        try {
            return zone == null || zone.isEmpty() ? "UTC" : ZoneId.of(zone).getId();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("time_zone must be one, got \"" + zone + "\"", e);
        }
    }

    private void logIn(HttpExchange exchange, Map<String, String> given) throws IOException {
        if (!exchange.getRequestMethod().equals("POST")) {
            refuse(exchange, Http.METHOD_NOT_ALLOWED, "POST only");
            return;
        }
        Admission.Verdict verdict =
                admission.judge(exchange, given.getOrDefault("token", "").strip());
        if (verdict.role() == null) {
            refuse(exchange, verdict.status(), verdict.reason());
            return;
        }
        setCookie(exchange, given.getOrDefault("token", "").strip(), COOKIE_SECONDS);
        Http.send(exchange, Http.NO_CONTENT, Http.JSON, new byte[0]);
    }

    private static void logOut(HttpExchange exchange) throws IOException {
        setCookie(exchange, "", 0);
        Http.send(exchange, Http.NO_CONTENT, Http.JSON, new byte[0]);
    }

    private static void setCookie(HttpExchange exchange, String value, long seconds) {
        boolean encrypted = "https".equals(exchange.getRequestHeaders().getFirst("X-Forwarded-Proto"));
        exchange.getResponseHeaders()
                .add(
                        "Set-Cookie",
                        Admission.COOKIE + "=" + value + "; Path=/; HttpOnly; SameSite=Strict; Max-Age=" + seconds
                                + (encrypted ? "; Secure" : ""));
    }

    /** The parameters, of the address or of the body. */
    private Map<String, String> given(HttpExchange exchange) throws IOException {
        return exchange.getRequestMethod().equals("POST")
                ? ofBody(exchange)
                : ofAddress(exchange.getRequestURI().getRawQuery());
    }

    private static Map<String, String> ofAddress(@Nullable String query) {
        Map<String, String> given = new LinkedHashMap<>();
        for (String pair : query == null ? List.<String>of() : List.of(query.split("&", -1))) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                given.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return given;
    }

    private Map<String, String> ofBody(HttpExchange exchange) throws IOException {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        // A form of another page can send no such type, nor can its script without asking first, which is not answered.
        if (type == null || !type.startsWith("application/json")) {
            throw new IllegalArgumentException("Content-Type must be application/json, got \"" + type + "\"");
        }
        if (Admission.isOfAnotherSite(exchange)) {
            throw new IllegalArgumentException(
                    "Origin must be of the page's own Host, which is %s, got \"%s\"; a proxy must pass Host on as it comes"
                            .formatted(
                                    exchange.getRequestHeaders().getFirst("Host"),
                                    exchange.getRequestHeaders().getFirst("Origin")));
        }
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BODY_BYTES + 1);
        if (body.length > MOST_BODY_BYTES) {
            throw new IllegalArgumentException("a body must have at most " + MOST_BODY_BYTES + " bytes");
        }
        Map<String, String> given = json.readValue(body, new TypeReference<LinkedHashMap<String, String>>() {});
        if (given == null) {
            throw new IllegalArgumentException("the body is no JSON object of texts");
        }
        return given;
    }

    private void refuse(HttpExchange exchange, DatabaseException refused, @Nullable String usage) throws IOException {
        String state = refused.sqlState();
        int status = switch (state) {
            case "57014" -> Http.TIMEOUT;
            case "42501" -> Http.FORBIDDEN;
            case "TD503", "" -> Http.UNAVAILABLE;
            default ->
                state.startsWith("22") || state.startsWith("TD4")
                        ? Http.BAD_REQUEST
                        : refused.isPassing() ? Http.UNAVAILABLE : Http.FAULT;
        };
        ServerErrorMessage error = refused.getCause() instanceof PSQLException e ? e.getServerErrorMessage() : null;
        if (error == null) {
            refuse(
                    exchange,
                    status,
                    new Problem(
                            state,
                            "the database does not answer",
                            null,
                            "Look whether PostgreSQL runs: tiny-dancer status"));
        } else {
            refuse(
                    exchange,
                    status,
                    new Problem(
                            state, String.valueOf(error.getMessage()), error.getDetail(), hint(state, error, usage)));
        }
    }

    private static @Nullable String hint(String state, ServerErrorMessage error, @Nullable String usage) {
        if (error.getHint() != null) {
            return error.getHint();
        }
        return switch (state) {
            case "57014" -> "The question took too long. Ask about a shorter time.";
            case "42501" ->
                "The engine's role must be a member of the role it asks as: GRANT that role TO tiny_dancer_engine.";
            default -> state.startsWith("22") ? usage : null;
        };
    }

    /** For those who read it. */
    private record Problem(
            String sqlstate,
            String message,
            @Nullable String detail,
            @Nullable String hint) {

        Map<String, @Nullable String> toMap() {
            Map<String, @Nullable String> map = new LinkedHashMap<>();
            map.put("sqlstate", sqlstate);
            map.put("message", message);
            map.put("detail", detail);
            map.put("hint", hint);
            return map;
        }
    }

    private void refuse(HttpExchange exchange, int status, String message) throws IOException {
        refuse(exchange, status, new Problem("", message, null, null));
    }

    private void refuse(HttpExchange exchange, int status, Problem problem) throws IOException {
        if (status == Http.UNAUTHORIZED) {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        }
        send(exchange, status, json.writeValueAsString(Map.of("error", problem.toMap())));
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        Http.send(exchange, status, Http.JSON, body.getBytes(StandardCharsets.UTF_8));
    }
}
