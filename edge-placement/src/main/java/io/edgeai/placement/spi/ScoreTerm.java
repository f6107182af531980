package io.edgeai.placement.spi;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.cost.Candidate;
import java.util.function.ToDoubleFunction;

/**
 * One term of an objective that is minimised. A candidate is charged {@code weight · value / reference}.
 *
 * @param name short lower-case name, unique within a strategy
 * @param unit unit of the value
 * @param reference the amount of the value that counts as 1; above 0
 * @param weight how much the term matters; at least 0
 * @param value the value of a candidate, smaller is better; pure and thread-safe
 */
public record ScoreTerm(String name, String unit, double reference, double weight, ToDoubleFunction<Candidate> value) {
    public ScoreTerm {
        if (!(reference > 0) || !(weight >= 0) || Double.isInfinite(reference) || Double.isInfinite(weight)) {
            throw new InvalidInputException("Term (" + name + ") needs a reference (" + reference
                    + ") above 0 and a weight (" + weight + ") of at least 0.");
        }
    }

    /** The same term with another weight. */
    public ScoreTerm weight(double newWeight) {
        return new ScoreTerm(name, unit, reference, newWeight, value);
    }

    /** What a candidate is charged for a value. */
    public double charge(double ofValue) {
        return weight == 0 ? 0 : weight * ofValue / reference;
    }
}
