package io.edgeai.experiment;

import io.edgeai.core.error.InvalidInputException;

/**
 * What became of a unit.
 *
 * @param unitId whom or what it is about, as given to requests; not empty
 * @param metric one that the experiment names
 * @param value finite
 * @param covariate the same thing before the experiment, finite; 0 where it is not known
 */
public record UnitOutcome(String unitId, String metric, double value, double covariate) {
    public UnitOutcome {
        if (unitId.isEmpty()) {
            throw new InvalidInputException("A unit_id is empty. Maybe send the one that its requests have.");
        }
        if (!Double.isFinite(value) || !Double.isFinite(covariate)) {
            throw new InvalidInputException("Value (" + value + ") and covariate (" + covariate + ") of unit (" + unitId
                    + ") must be finite. Maybe leave the unit out.");
        }
    }
}
