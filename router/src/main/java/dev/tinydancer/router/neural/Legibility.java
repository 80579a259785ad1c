package dev.tinydancer.router.neural;

import dev.tinydancer.router.embedding.WordPieceTokenizer;
import java.util.List;

/**
 * How much of a text the models can read, whose vocabulary is English: words of another script come to them as single
 * letters, letters struck at random as ones and twos, and marks alone say nothing. Immutable.
 */
final class Legibility {

    /** Of a text without a word or a number. */
    private static final double OF_MARKS = 0.1;

    /** Of a text of which half the words or more are in another script: sure answers stay below one half. */
    private static final double OF_ANOTHER_SCRIPT = 0.45;

    /** Share of words of another script from which on the rest, names and code, does not help. */
    private static final double MOST_FOREIGN = 0.5;

    private static final int NUMBER = 1;
    private static final int WORD = 2;
    private static final int FOREIGN = 3;
    private static final String UNKNOWN = "[UNK]";

    /** The last letter of the blocks Latin-1, Latin Extended-A and Latin Extended-B. */
    private static final int LAST_LATIN = 0x24F;

    private static final String CONTINUED = "##";

    /** Letters of each piece, on average, of a word that the vocabulary has, or is put together from some that it has. */
    private static final double LETTERS_OF_A_PIECE = 2;

    /** The vocabulary lacks many as short as "yup". */
    private static final int LETTERS_OF_A_SHORT_WORD = 3;

    private final byte[] kinds;

    /** How many letters a piece has, negative where it continues a word. */
    private final byte[] letters;

    Legibility(WordPieceTokenizer tokenizer) {
        List<String> vocabulary = tokenizer.vocabulary();
        kinds = new byte[vocabulary.size()];
        letters = new byte[vocabulary.size()];
        for (int token = 0; token < kinds.length; token++) {
            String piece = vocabulary.get(token);
            kinds[token] = kind(piece);
            letters[token] =
                    (byte) (piece.startsWith(CONTINUED) ? CONTINUED.length() - piece.length() : piece.length());
        }
    }

    private static byte kind(String token) {
        if (token.equals(UNKNOWN)
                || token.codePoints().anyMatch(letter -> letter > LAST_LATIN && Character.isLetter(letter))) {
            return FOREIGN;
        }
        if (token.codePoints().anyMatch(Character::isLetter)) {
            return WORD;
        }
        return token.codePoints().anyMatch(Character::isDigit) ? (byte) NUMBER : 0;
    }

    /** Of these tokens, numbers from the tokenizer. */
    Reading read(int[] tokens) {
        int numbers = 0;
        int words = 0;
        int foreign = 0;
        for (int token : tokens) {
            switch (kinds[token]) {
                case NUMBER -> numbers++;
                case WORD -> words++;
                case FOREIGN -> foreign++;
                default -> {}
            }
        }
        double share = foreign == 0 ? 0 : (double) foreign / (words + foreign);
        boolean isGibberish = words > 0 && numbers == 0 && !hasWord(tokens);
        return new Reading(numbers + words + foreign > 0, isGibberish ? 1 : Math.min(1, share / MOST_FOREIGN));
    }

    /** Whether any word is more than letters struck at random, which fall into pieces of one or two. */
    private boolean hasWord(int[] tokens) {
        int lettersOfWord = 0;
        int pieces = 0;
        for (int token : tokens) {
            boolean continues = letters[token] < 0;
            if (!continues && isWord(lettersOfWord, pieces)) {
                return true;
            }
            if (!continues) {
                lettersOfWord = 0;
                pieces = 0;
            }
            if (kinds[token] == WORD) {
                lettersOfWord += Math.abs(letters[token]);
                pieces++;
            }
        }
        return isWord(lettersOfWord, pieces);
    }

    private static boolean isWord(int letters, int pieces) {
        return letters > 1
                && (pieces == 1 || letters <= LETTERS_OF_A_SHORT_WORD || letters >= LETTERS_OF_A_PIECE * pieces);
    }

    /**
     * What of a text can be read.
     *
     * @param says whether there is a word or a number in it
     * @param foreign how far it is in another script, in [0, 1]; 1 from half of the words on, and where no word is any
     */
    record Reading(boolean says, double foreign) {

        /** The share in [0, 1] of what the classifier says that may be believed; the rest is no better than a guess. */
        double believed() {
            return says ? 1 - (1 - OF_ANOTHER_SCRIPT) * foreign : OF_MARKS;
        }

        /**
         * The difficulty, drawn towards that of an ordinary request. The demand model knows other scripts from formulas and
         * hard texts only: it took "good morning" in Russian for as demanding as a proof.
         */
        double believed(double difficulty) {
            return (1 - foreign) * difficulty;
        }
    }
}
