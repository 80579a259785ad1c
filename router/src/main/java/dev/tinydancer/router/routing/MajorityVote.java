package dev.tinydancer.router.routing;

import java.util.Arrays;

/** The probability that most of several voters are right. A tie goes to the voter who is right most often. */
final class MajorityVote {

    private MajorityVote() {}

    /**
     * The probability that the majority is right.
     *
     * <p>Voters err together: what is hard for one is hard for the others. With probability {@code correlation} they all
     * judge by one common draw, so that exactly those are right whose quality is above it; otherwise each draws for
     * itself, and the number of right votes has the Poisson binomial distribution. Each voter is right with its own quality
     * either way, and voters of equal quality have this correlation.
     *
     * @param qualities the probability of each voter to be right, in [0, 1]; at least one, in any order
     * @param correlation in [0, 1]
     */
    static double probability(double[] qualities, double correlation) {
        double[] ascending = qualities.clone();
        Arrays.sort(ascending);
        int voters = ascending.length;
        // In a common draw the majority is right when its least able member is; a tie is won by the ablest voter, who
        // is
        // right when anyone is.
        double together = ascending[voters / 2];
        return (1 - correlation) * independent(ascending) + correlation * together;
    }

    private static double independent(double[] ascending) {
        int voters = ascending.length;
        double ablest = ascending[voters - 1];
        double[] rightOthers = countDistribution(ascending, voters - 1);
        double probability = 0;
        for (int right = 0; right < voters; right++) {
            if (2 * (right + 1) >= voters) {
                probability += ablest * rightOthers[right];
            }
            if (2 * right > voters) {
                probability += (1 - ablest) * rightOthers[right];
            }
        }
        return Math.min(probability, 1);
    }

    /** The probability of each number of right votes among the first {@code voters}, by convolution. */
    private static double[] countDistribution(double[] qualities, int voters) {
        double[] distribution = new double[voters + 1];
        distribution[0] = 1;
        for (int voter = 0; voter < voters; voter++) {
            for (int right = voter + 1; right > 0; right--) {
                distribution[right] =
                        distribution[right] * (1 - qualities[voter]) + distribution[right - 1] * qualities[voter];
            }
            distribution[0] *= 1 - qualities[voter];
        }
        return distribution;
    }
}
