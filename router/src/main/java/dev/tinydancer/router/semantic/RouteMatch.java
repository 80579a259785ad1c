package dev.tinydancer.router.semantic;

/**
 * A route that fits a query, and why.
 *
 * @param similarity of meaning and wording, in [0, 1]; what routes are ranked by and thresholds are compared with
 * @param confidence the calibrated probability that this is the right route, in (0, 1), when as many queries belong to no
 *     route as belong to one
 * @param threshold the similarity that it had to reach
 * @param cosine the part of the similarity that is meaning, in [-1, 1]
 * @param lexical the share of the query's wording that the route's texts have, in [0, 1]
 * @param nearest the route's utterance that is nearest in meaning
 */
public record RouteMatch(
        SemanticRoute route,
        double similarity,
        double confidence,
        double threshold,
        double cosine,
        double lexical,
        Utterance nearest) {}
