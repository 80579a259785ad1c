package dev.tinydancer.router.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** Counts tokens by one vocabulary. Safe for concurrent use. */
final class TokenCounter {
    /*
     * A text has as many tokens as its pieces, and most pieces were met before. Those are looked up; jtokkit is asked for the
     * others. For cl100k_base, which cuts a little differently, the pieces of o200k_base serve too: jtokkit cuts them further
     * where it has to.
     */

    /**
     * Up to this many characters all pieces are counted. Of longer texts, as many are counted as this length has, drawn at
     * random, and the others are taken to have as many tokens for a character, if they were not met before.
     */
    static final int COUNTED_CHARACTERS = 1 << 15;

    /** Longer pieces hardly come again. */
    private static final int LONGEST_REMEMBERED = 32;

    private static final long FACTOR = 0x9E3779B97F4A7C15L;
    private static final int DRAW_BITS = 24;

    private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();

    /** Known to nobody, so that no text can be made of pieces that are taken for others, nor to hide from the draw. */
    private static final long SECRET = new SecureRandom().nextLong();

    private final EncodingType type;
    private final PieceCounts counts = new PieceCounts();
    private volatile @Nullable Encoding encoding;

    TokenCounter(EncodingType type) {
        this.type = type;
    }

    private Encoding encoding() {
        Encoding known = encoding;
        if (known == null) {
            known = ENCODINGS.getEncoding(type);
            encoding = known;
        }
        return known;
    }

    /** As {@link TokenVocabulary#count}. */
    int count(String text) {
        TextPieces pieces = new TextPieces(text);
        long threshold = text.length() <= COUNTED_CHARACTERS
                ? 1 << DRAW_BITS
                : ((long) COUNTED_CHARACTERS << DRAW_BITS) / text.length();
        long draw = SECRET ^ text.length();
        long tokens = 0;
        long drawnTokens = 0;
        long drawnCharacters = 0;
        long passedOver = 0;
        while (pieces.advance()) {
            long hash = pieces.hash(SECRET);
            int known = counts.get(hash);
            if (known != PieceCounts.UNKNOWN) {
                tokens += known;
                continue;
            }
            int length = pieces.length();
            draw = draw * FACTOR + 1;
            if ((draw >>> (Long.SIZE - DRAW_BITS)) < threshold) {
                int counted = encoding().countTokensOrdinary(pieces.piece());
                if (length <= LONGEST_REMEMBERED) {
                    counts.put(hash, counted);
                }
                tokens += counted;
                drawnTokens += counted;
                drawnCharacters += length;
            } else {
                passedOver += length;
            }
        }
        if (passedOver > 0) {
            tokens += drawnCharacters == 0 ? passedOver : Math.ceilDiv(passedOver * drawnTokens, drawnCharacters);
        }
        return Math.toIntExact(tokens);
    }
}
