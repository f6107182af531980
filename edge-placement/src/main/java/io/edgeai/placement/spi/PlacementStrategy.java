package io.edgeai.placement.spi;

import io.edgeai.placement.cost.Candidate;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a good placement is: terms whose sum is minimised, and constraints besides those every placement keeps. Ties
 * are broken by the order of site ids, then of nodes, then of variants. Thread-safe.
 */
public interface PlacementStrategy {
    String name();

    /** The terms; their charges add up to the score of a candidate. At least one. */
    List<ScoreTerm> terms();

    /** Constraints besides the standard ones; none unless overridden. */
    default List<Constraint> constraints() {
        return List.of();
    }

    /** The score of a candidate: the sum of the charges of all terms, in order. */
    default double score(Candidate candidate) {
        double sum = 0;
        List<ScoreTerm> terms = terms();
        for (int i = 0; i < terms.size(); i++) {
            ScoreTerm term = terms.get(i);
            sum += term.weight() == 0 ? 0 : term.charge(term.value().applyAsDouble(candidate));
        }
        return sum;
    }

    /** A strategy of one term. */
    static PlacementStrategy of(String name, ToDoubleFunction<Candidate> smallerIsBetter) {
        List<ScoreTerm> terms = List.of(new ScoreTerm(name, "", 1, 1, smallerIsBetter));
        return new PlacementStrategy() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public List<ScoreTerm> terms() {
                return terms;
            }
        };
    }
}
