package dev.tinydancer.engine.wire;

import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A client's encoding, which for dblink is that of its database. Inside the engine all text is UTF-8; this is where the
 * two meet.
 */
final class ClientEncoding {

    static final ClientEncoding UTF_8 = new ClientEncoding("UTF8", StandardCharsets.UTF_8);

    /**
     * The names that PostgreSQL uses for the encodings a database can have, without punctuation. {@code SQL_ASCII} means
     * that nobody knows; such a database is taken to hold UTF-8.
     */
    private static final Map<String, String> JAVA_NAMES = Map.ofEntries(
            Map.entry("SQLASCII", "UTF-8"),
            Map.entry("UTF8", "UTF-8"),
            Map.entry("UNICODE", "UTF-8"),
            Map.entry("LATIN1", "ISO-8859-1"),
            Map.entry("LATIN2", "ISO-8859-2"),
            Map.entry("LATIN3", "ISO-8859-3"),
            Map.entry("LATIN4", "ISO-8859-4"),
            Map.entry("LATIN5", "ISO-8859-9"),
            Map.entry("LATIN7", "ISO-8859-13"),
            Map.entry("LATIN9", "ISO-8859-15"),
            Map.entry("LATIN10", "ISO-8859-16"),
            Map.entry("ISO88595", "ISO-8859-5"),
            Map.entry("ISO88596", "ISO-8859-6"),
            Map.entry("ISO88597", "ISO-8859-7"),
            Map.entry("ISO88598", "ISO-8859-8"),
            Map.entry("WIN866", "IBM866"),
            Map.entry("WIN874", "x-windows-874"),
            Map.entry("WIN1250", "windows-1250"),
            Map.entry("WIN1251", "windows-1251"),
            Map.entry("WIN1252", "windows-1252"),
            Map.entry("WIN1253", "windows-1253"),
            Map.entry("WIN1254", "windows-1254"),
            Map.entry("WIN1255", "windows-1255"),
            Map.entry("WIN1256", "windows-1256"),
            Map.entry("WIN1257", "windows-1257"),
            Map.entry("WIN1258", "windows-1258"),
            Map.entry("KOI8R", "KOI8-R"),
            Map.entry("KOI8U", "KOI8-U"),
            Map.entry("EUCJP", "EUC-JP"),
            Map.entry("EUCKR", "EUC-KR"),
            Map.entry("EUCCN", "GB2312"),
            Map.entry("EUCTW", "x-EUC-TW"));

    private final String name;
    private final Charset charset;

    private ClientEncoding(String name, Charset charset) {
        this.name = name;
        this.charset = charset;
    }

    /** The encoding with this PostgreSQL name, however it is spelt (UTF8, utf-8, Latin1); empty if it is not supported. */
    static Optional<ClientEncoding> named(String postgresqlName) {
        String plain = postgresqlName.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
        String javaName = JAVA_NAMES.get(plain);
        // The last two sit in the module jdk.charsets, which a trimmed runtime may lack.
        return javaName == null || !Charset.isSupported(javaName)
                ? Optional.empty()
                : Optional.of(
                        new ClientEncoding(plain.equals("SQLASCII") ? "SQL_ASCII" : plain, Charset.forName(javaName)));
    }

    /**
     * As {@link #named}.
     *
     * @throws EngineException {@code 22023} if the encoding is not supported
     */
    static ClientEncoding require(String postgresqlName) {
        return named(postgresqlName)
                .orElseThrow(() -> new EngineException(
                        SqlState.INVALID_PARAMETER_VALUE,
                        "invalid value for parameter \"client_encoding\": \"" + postgresqlName + "\""));
    }

    /** The name as a client gets it reported. */
    String name() {
        return name;
    }

    boolean isUtf8() {
        return charset.equals(StandardCharsets.UTF_8);
    }

    /** @throws EngineException {@code 22P05} if the encoding lacks a character of the text */
    byte[] encode(String text) {
        if (isUtf8()) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            ByteBuffer encoded = charset.newEncoder().encode(CharBuffer.wrap(text));
            return Arrays.copyOfRange(
                    encoded.array(), encoded.arrayOffset(), encoded.arrayOffset() + encoded.remaining());
        } catch (CharacterCodingException e) {
            throw new EngineException(
                    SqlState.UNTRANSLATABLE_CHARACTER,
                    "the answer has a character without equivalent in encoding \"" + name + "\"");
        }
    }

    /** As {@link #encode}, with question marks where the encoding lacks a character. */
    byte[] encodeLeniently(String text) {
        return text.getBytes(charset);
    }

    /**
     * The text of a client as UTF-8.
     *
     * @throws EngineException {@code 22021} if the bytes are not of this encoding
     */
    byte[] toUtf8(byte[] source, int offset, int length) {
        try {
            return charset.newDecoder()
                    .decode(ByteBuffer.wrap(source, offset, length))
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new EngineException(
                    SqlState.INVALID_BYTE_SEQUENCE, "invalid byte sequence for encoding \"" + name + "\"");
        }
    }
}
