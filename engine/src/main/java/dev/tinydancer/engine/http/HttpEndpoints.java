package dev.tinydancer.engine.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /health/live} says that the process runs, {@code /health/ready} whether it takes calls, {@code /metrics} what it
 * has done, in Prometheus' text format. GET and HEAD only.
 */
public final class HttpEndpoints implements AutoCloseable {

    private static final String PLAIN = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int UNAVAILABLE = 503;
    private static final int NO_BODY = -1;

    private final HttpServer server;
    private volatile @Nullable HttpHandler rest;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private HttpEndpoints(InetSocketAddress address, BooleanSupplier ready, Supplier<String> metrics)
            throws IOException {
        server = HttpServer.create(address, 0);
        server.setExecutor(threads);
        serve("/health/live", () -> new Page(OK, PLAIN, "alive\n"));
        serve(
                "/health/ready",
                () -> ready.getAsBoolean()
                        ? new Page(OK, PLAIN, "ready\n")
                        : new Page(UNAVAILABLE, PLAIN, "not ready\n"));
        serve("/metrics", () -> new Page(OK, PROMETHEUS, metrics.get()));
        server.createContext("/", exchange -> {
            HttpHandler everythingElse = rest;
            if (everythingElse == null) {
                send(exchange, new Page(NOT_FOUND, PLAIN, "not found\n"));
            } else {
                everythingElse.handle(exchange);
            }
        });
    }

    /**
     * Begins to listen.
     *
     * @param address port 0 takes any free one
     * @param ready whether the engine takes calls now
     * @param metrics the current page of metrics
     * @throws IOException if the address cannot be listened at
     */
    public static HttpEndpoints start(InetSocketAddress address, BooleanSupplier ready, Supplier<String> metrics)
            throws IOException {
        HttpEndpoints endpoints = new HttpEndpoints(address, ready, metrics);
        endpoints.server.start();
        return endpoints;
    }

    /** Has all other paths answered by this one from now on. */
    public void serveRest(HttpHandler handler) {
        rest = handler;
    }

    /** Where it listens, with the port that was really taken. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    /** What is answered. */
    private record Page(int status, String contentType, String body) {}

    private void serve(String path, Supplier<Page> page) {
        // A context also takes the paths below it.
        server.createContext(
                path,
                exchange -> send(
                        exchange,
                        exchange.getRequestURI().getPath().equals(path)
                                ? page.get()
                                : new Page(NOT_FOUND, PLAIN, "not found\n")));
    }

    private static void send(HttpExchange exchange, Page page) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            Page answer = method.equals("GET") || method.equals("HEAD")
                    ? page
                    : new Page(METHOD_NOT_ALLOWED, PLAIN, "GET and HEAD only\n");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            if (method.equals("HEAD")) {
                exchange.sendResponseHeaders(answer.status(), NO_BODY);
            } else {
                exchange.sendResponseHeaders(answer.status(), body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }
}
