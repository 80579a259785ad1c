package dev.tinydancer.router.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MajorityVoteTest {

    private static final double EXACT = 1e-12;

    @Test
    void probability_knownValues() {
        double[] three = {0.8, 0.8, 0.8};

        assertThat(MajorityVote.probability(three, 0)).isCloseTo(0.896, within(EXACT));
        assertThat(MajorityVote.probability(three, 1)).isCloseTo(0.8, within(EXACT));
        assertThat(MajorityVote.probability(three, 0.25)).isCloseTo(0.75 * 0.896 + 0.25 * 0.8, within(EXACT));
    }

    @Test
    void probability_one_isItsQuality() {
        assertThat(MajorityVote.probability(new double[] {0.37}, 0.5)).isCloseTo(0.37, within(EXACT));
    }

    @Test
    void probability_two_isThatOfTheAblerOne() {
        assertThat(MajorityVote.probability(new double[] {0.4, 0.7}, 0)).isCloseTo(0.7, within(EXACT));
        assertThat(MajorityVote.probability(new double[] {0.4, 0.7}, 1)).isCloseTo(0.7, within(EXACT));
    }

    @Test
    void probability_certainties() {
        assertThat(MajorityVote.probability(new double[] {1, 1, 0}, 0.4)).isEqualTo(1);
        assertThat(MajorityVote.probability(new double[] {0, 0, 1}, 0.4)).isZero();
    }

    @Test
    void probability_independent_isTheSumOverAllVotes() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            double[] qualities = random.doubles(1 + random.nextInt(8)).toArray();

            assertThat(MajorityVote.probability(qualities, 0))
                    .as("seed %d", seed)
                    .isCloseTo(sumOverAllVotes(qualities), within(EXACT));
        }
    }

    @Test
    void probability_commonDraw_isTheShareOfDrawsThatTheMajorityWins() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            double[] qualities = random.doubles(1 + random.nextInt(8)).toArray();

            assertThat(MajorityVote.probability(qualities, 1))
                    .as("seed %d", seed)
                    .isCloseTo(shareOfCommonDraws(qualities), within(EXACT));
        }
    }

    private static double sumOverAllVotes(double[] qualities) {
        double sum = 0;
        for (int votes = 0; votes < 1 << qualities.length; votes++) {
            double probability = 1;
            for (int voter = 0; voter < qualities.length; voter++) {
                probability *= isRight(votes, voter) ? qualities[voter] : 1 - qualities[voter];
            }
            sum += isMajorityRight(votes, qualities) ? probability : 0;
        }
        return sum;
    }

    /** Between two neighbouring qualities every draw has the same votes. */
    private static double shareOfCommonDraws(double[] qualities) {
        double[] ascending = qualities.clone();
        Arrays.sort(ascending);
        double share = 0;
        double from = 0;
        for (double to : ascending) {
            int votes = 0;
            for (int voter = 0; voter < qualities.length; voter++) {
                votes |= (from + to) / 2 < qualities[voter] ? 1 << voter : 0;
            }
            share += isMajorityRight(votes, qualities) ? to - from : 0;
            from = to;
        }
        return share;
    }

    private static boolean isMajorityRight(int votes, double[] qualities) {
        int ablest = 0;
        for (int voter = 1; voter < qualities.length; voter++) {
            ablest = qualities[voter] > qualities[ablest] ? voter : ablest;
        }
        int right = Integer.bitCount(votes);
        return 2 * right > qualities.length || (2 * right == qualities.length && isRight(votes, ablest));
    }

    private static boolean isRight(int votes, int voter) {
        return ((votes >> voter) & 1) == 1;
    }
}
