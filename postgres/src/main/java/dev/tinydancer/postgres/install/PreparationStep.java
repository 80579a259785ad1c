package dev.tinydancer.postgres.install;

import java.util.List;

/**
 * One thing that must stand before the migrations run.
 *
 * @param change what was done, for the report
 * @param satisfied a query of one boolean: whether it stands already; null counts as no
 * @param statements make it stand
 * @param administratorStatements what an administrator runs where the installing role may not run {@code statements}
 */
record PreparationStep(String change, String satisfied, List<String> statements, List<String> administratorStatements) {

    PreparationStep {
        statements = List.copyOf(statements);
        administratorStatements = List.copyOf(administratorStatements);
    }

    /** A step for which an administrator would run the same statements. */
    PreparationStep(String change, String satisfied, List<String> statements) {
        this(change, satisfied, statements, statements);
    }
}
