package dev.tinydancer.engine.credential;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The key of the message authentication codes. Immutable. */
public final class MessageKey {

    /** Length of a code in bytes. */
    public static final int CODE_BYTES = 32;

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /** Takes the 32 bytes of {@code tiny_dancer.engine_credential.mac_key}. */
    public MessageKey(byte[] key) {
        if (key.length != CODE_BYTES) {
            throw new IllegalArgumentException("a key has " + CODE_BYTES + " bytes, got " + key.length);
        }
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /** A verifier for one thread. */
    public Verifier verifier() {
        return new Verifier(this, mac());
    }

    /** The code of a message. */
    public byte[] code(byte[] message) {
        return mac().doFinal(message);
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** Checks codes made with one key. Not safe for concurrent use: it keeps the state of the computation. */
    public static final class Verifier {

        private final MessageKey key;
        private final Mac mac;

        private Verifier(MessageKey key, Mac mac) {
            this.key = key;
            this.mac = mac;
        }

        /** The key that it checks for. */
        public MessageKey key() {
            return key;
        }

        /**
         * Whether the code is that of these bytes. Takes the same time wherever a wrong code differs.
         *
         * @param code {@value #CODE_BYTES} bytes
         */
        public boolean accepts(byte[] code, byte[] buffer, int offset, int length) {
            mac.update(buffer, offset, length);
            return MessageDigest.isEqual(mac.doFinal(), code);
        }
    }
}
