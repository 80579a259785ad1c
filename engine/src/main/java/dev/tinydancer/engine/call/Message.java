package dev.tinydancer.engine.call;

import dev.tinydancer.engine.credential.MessageKey;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.nio.charset.StandardCharsets;

/**
 * The parts of {@code VERB MAC PAYLOAD} in the buffer that holds them.
 *
 * @param offset where the verb begins
 * @param verbLength bytes of the verb
 * @param end where the payload ends
 */
record Message(int offset, int verbLength, int end) {

    /** Longer than any verb. */
    private static final int MAX_VERB_LENGTH = 64;

    private static final int MAC_DIGITS = 2 * MessageKey.CODE_BYTES;

    /** Finds the parts. Throws {@code 08P01} if they are not there. */
    static Message parse(byte[] buffer, int offset, int length) {
        int verbLength = 0;
        int longest = Math.min(length, MAX_VERB_LENGTH);
        while (verbLength < longest && isVerbCharacter(buffer[offset + verbLength])) {
            verbLength++;
        }
        Message message = new Message(offset, verbLength, offset + length);
        boolean wellFormed = verbLength > 0
                && message.payloadOffset() < message.end
                && buffer[offset + verbLength] == ' '
                && buffer[message.payloadOffset() - 1] == ' ';
        if (!wellFormed) {
            throw malformed();
        }
        return message;
    }

    String verb(byte[] buffer) {
        return new String(buffer, offset, verbLength, StandardCharsets.US_ASCII);
    }

    /** Verb and the space behind it: the first part that the code is made of; the payload is the second. */
    int verbAndSpaceLength() {
        return verbLength + 1;
    }

    int payloadOffset() {
        return offset + verbLength + 1 + MAC_DIGITS + 1;
    }

    int payloadLength() {
        return end - payloadOffset();
    }

    /** Reads the code into {@code target}. Throws {@code 08P01} if a character is no hexadecimal digit. */
    void readCode(byte[] buffer, byte[] target) {
        int digits = offset + verbLength + 1;
        for (int i = 0; i < MessageKey.CODE_BYTES; i++) {
            int high = Character.digit(buffer[digits + 2 * i], 16);
            int low = Character.digit(buffer[digits + 2 * i + 1], 16);
            if ((high | low) < 0) {
                throw malformed();
            }
            target[i] = (byte) (high << 4 | low);
        }
    }

    private static boolean isVerbCharacter(byte character) {
        return (character >= 'a' && character <= 'z') || character == '_';
    }

    private static EngineException malformed() {
        return new EngineException(
                SqlState.PROTOCOL_VIOLATION,
                "the engine takes calls of the form VERB MAC PAYLOAD only",
                null,
                "Call the engine through the functions ruvector_*.");
    }
}
