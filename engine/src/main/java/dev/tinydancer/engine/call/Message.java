package dev.tinydancer.engine.call;

import dev.tinydancer.engine.credential.MessageKey;
import dev.tinydancer.engine.error.EngineException;
import dev.tinydancer.engine.error.SqlState;
import java.nio.charset.StandardCharsets;

/**
 * The parts of {@code MAC VERB PAYLOAD} in the buffer that holds them.
 *
 * @param offset where the code begins
 * @param payloadOffset where the payload begins, behind the space after the verb
 * @param end where the payload ends
 */
record Message(int offset, int payloadOffset, int end) {

    /** Longer than any verb. */
    private static final int MAX_VERB_LENGTH = 64;

    private static final int MAC_DIGITS = 2 * MessageKey.CODE_BYTES;

    /** Finds the parts. Throws {@code 08P01} if they are not there. */
    static Message parse(byte[] buffer, int offset, int length) {
        int end = offset + length;
        int verb = offset + MAC_DIGITS + 1;
        int behindVerb = verb;
        int longest = Math.min(end, verb + MAX_VERB_LENGTH);
        while (behindVerb < longest && isVerbCharacter(buffer[behindVerb])) {
            behindVerb++;
        }
        boolean wellFormed =
                behindVerb > verb && behindVerb + 1 < end && buffer[verb - 1] == ' ' && buffer[behindVerb] == ' ';
        if (!wellFormed) {
            throw malformed();
        }
        return new Message(offset, behindVerb + 1, end);
    }

    String verb(byte[] buffer) {
        return new String(
                buffer, authenticatedOffset(), payloadOffset - 1 - authenticatedOffset(), StandardCharsets.US_ASCII);
    }

    /** What the code is made of: all that comes behind it. */
    int authenticatedOffset() {
        return offset + MAC_DIGITS + 1;
    }

    int authenticatedLength() {
        return end - authenticatedOffset();
    }

    int payloadLength() {
        return end - payloadOffset;
    }

    /** Reads the code into {@code target}. Throws {@code 08P01} if a character is no hexadecimal digit. */
    void readCode(byte[] buffer, byte[] target) {
        for (int i = 0; i < MessageKey.CODE_BYTES; i++) {
            int high = Character.digit(buffer[offset + 2 * i], 16);
            int low = Character.digit(buffer[offset + 2 * i + 1], 16);
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
                "the engine takes calls of the form MAC VERB PAYLOAD only",
                null,
                "Call the engine through the functions ruvector_*.");
    }
}
