package io.edgeai.placement.strategy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.spi.Constraint;
import io.edgeai.placement.spi.PlacementStrategy;
import io.edgeai.placement.spi.ScoreTerm;
import java.util.ArrayList;
import java.util.List;

/**
 * A strategy as plain data; every change returns a new one. Immutable.
 *
 * @param name lower-case name
 * @param terms at least one, with unique names
 * @param constraints besides the standard ones
 */
public record WeightedStrategy(String name, List<ScoreTerm> terms, List<Constraint> constraints)
        implements PlacementStrategy {
    public WeightedStrategy {
        terms = List.copyOf(terms);
        constraints = List.copyOf(constraints);
        List<String> names = terms.stream().map(ScoreTerm::name).toList();
        if (names.isEmpty() || names.stream().distinct().count() != names.size()) {
            throw new InvalidInputException(
                    "Strategy (" + name + ") needs at least one term and unique names, not " + names + ".");
        }
    }

    /** The first term decides; each further one weighs a thousandth of the one before and decides among near ties. */
    static WeightedStrategy preset(String name, List<Constraint> constraints, ScoreTerm first, ScoreTerm... ties) {
        List<ScoreTerm> terms = new ArrayList<>();
        terms.add(first);
        double weight = 1;
        for (ScoreTerm tie : ties) {
            weight *= 0.001;
            terms.add(tie.weight(weight));
        }
        return new WeightedStrategy(name, terms, constraints);
    }

    /** Changes the weight of one of the terms. */
    public WeightedStrategy weight(String term, double weight) {
        List<ScoreTerm> changed = new ArrayList<>(terms);
        for (int i = 0; i < changed.size(); i++) {
            if (changed.get(i).name().equals(term)) {
                changed.set(i, changed.get(i).weight(weight));
                return new WeightedStrategy(name, changed, constraints);
            }
        }
        throw new InvalidInputException("Strategy (" + name + ") has no term (" + term + "). Maybe one of "
                + terms.stream().map(ScoreTerm::name).toList() + ", or add it with plus.");
    }

    /** Adds a term. */
    public WeightedStrategy plus(ScoreTerm term) {
        List<ScoreTerm> more = new ArrayList<>(terms);
        more.add(term);
        return new WeightedStrategy(name, more, constraints);
    }

    /** Adds a constraint. */
    public WeightedStrategy require(Constraint constraint) {
        List<Constraint> more = new ArrayList<>(constraints);
        more.add(constraint);
        return new WeightedStrategy(name, terms, more);
    }
}
