package dev.tinydancer.postgres.connection;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** RFC 3986 percent-encoding of UTF-8, in which a plus sign is a plus sign. */
final class PercentEncoding {

    private PercentEncoding() {}

    /** @throws IllegalArgumentException if a percent sign begins no hexadecimal byte; the text is not repeated */
    static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // The decoder's own message holds a piece of the text, which may be a password.
            throw new IllegalArgumentException(
                    "the URL has a percent sign without two hexadecimal digits after it; write %25 for the sign itself");
        }
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
