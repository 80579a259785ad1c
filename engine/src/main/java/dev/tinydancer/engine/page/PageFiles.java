package dev.tinydancer.engine.page;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/** The page's own files. They hold nothing of anybody's, so everybody may have them. */
final class PageFiles {

    private static final Map<String, String> CONTENT_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private static final List<String> NAMES = List.of(
            "index.html",
            "page.css",
            "icon.svg",
            "app.js",
            "asking.js",
            "charts.js",
            "parts.js",
            "shapes.js",
            "views/agents.js",
            "views/budgets.js",
            "views/decisions.js",
            "views/learning.js",
            "views/overview.js",
            "views/routes.js",
            "views/try.js",
            "vendor/htm-preact-standalone.js");

    private final Map<String, byte[]> byName = NAMES.stream()
            .collect(Collectors.toUnmodifiableMap(Function.identity(), name -> Resources.bytes("web/" + name)));

    static List<String> names() {
        return NAMES;
    }

    /** Sends the file at this path, or says that there is none. */
    void send(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(1);
        String name = path.isEmpty() ? "index.html" : path;
        byte[] body = byName.get(name);
        if (body == null) {
            Http.send(
                    exchange,
                    Http.NOT_FOUND,
                    "text/plain; charset=utf-8",
                    "not found\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return;
        }
        CRC32 sum = new CRC32();
        sum.update(body);
        String tag = "\"" + Long.toHexString(sum.getValue()) + "\"";
        exchange.getResponseHeaders().set("ETag", tag);
        exchange.getResponseHeaders().set("Cache-Control", "no-cache");
        if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            Http.send(exchange, Http.NOT_MODIFIED, contentType(name), new byte[0]);
        } else {
            Http.send(exchange, Http.OK, contentType(name), body);
        }
    }

    private static String contentType(String name) {
        return java.util.Objects.requireNonNull(CONTENT_TYPES.get(name.substring(name.lastIndexOf('.') + 1)));
    }
}
