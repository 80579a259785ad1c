package dev.tinydancer.router.budget;

import dev.tinydancer.router.policy.Prospect;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random offers, with what brute force and linear programmes need to look at them. */
final class RandomBatch {

    /** How quality and cost of an offer come about. */
    enum Kind {
        /** Independent of each other. */
        UNIFORM {
            @Override
            Prospect draw(Random random) {
                return new Prospect(random.nextDouble(), random.nextDouble(), 0);
            }
        },
        /** From small sets, so that costs and qualities coincide, zero among them. */
        COARSE {
            @Override
            Prospect draw(Random random) {
                return new Prospect(random.nextInt(5) / 4.0, random.nextInt(4), 0);
            }
        },
        /** What is dearer is better, with diminishing returns: hardly an offer is dominated. */
        CONCAVE {
            @Override
            Prospect draw(Random random) {
                double cost = random.nextDouble();
                return new Prospect(0.9 * Math.sqrt(cost) + 0.1 * random.nextDouble(), cost, 0);
            }
        },
        /** Quality is bought at one price for all: every mixture is as good as every other. */
        PROPORTIONAL {
            @Override
            Prospect draw(Random random) {
                double cost = random.nextDouble();
                return new Prospect(cost / 2, cost, 0);
            }
        };

        abstract Prospect draw(Random random);
    }

    final @Nullable Prospect[][] offers;

    RandomBatch(Kind kind, int requests, int agents, double shareOffered, Random random) {
        offers = new @Nullable Prospect[requests][agents];
        for (@Nullable Prospect[] offersOfRequest : offers) {
            for (int agent = 0; agent < agents; agent++) {
                if (random.nextDouble() < shareOffered) {
                    offersOfRequest[agent] = kind.draw(random);
                }
            }
        }
    }

    AssignmentProblem problem() {
        AssignmentProblem.Builder builder =
                AssignmentProblem.builder(offers.length, offers.length == 0 ? 0 : offers[0].length);
        for (int request = 0; request < offers.length; request++) {
            for (int agent = 0; agent < offers[request].length; agent++) {
                Prospect offer = offers[request][agent];
                if (offer != null) {
                    builder.offer(request, agent, offer);
                }
            }
        }
        return builder.build();
    }
}
