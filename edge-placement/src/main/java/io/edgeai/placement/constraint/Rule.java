package io.edgeai.placement.constraint;

import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.spi.Constraint;
import io.edgeai.placement.spi.Violation;
import java.util.function.Function;
import java.util.function.Predicate;

/** A constraint from two lambdas. */
record Rule(String name, Predicate<Candidate> test, Function<Candidate, Violation> reason) implements Constraint {
    @Override
    public boolean allows(Candidate candidate) {
        return test.test(candidate);
    }

    @Override
    public Violation explain(Candidate candidate) {
        return reason.apply(candidate);
    }
}
