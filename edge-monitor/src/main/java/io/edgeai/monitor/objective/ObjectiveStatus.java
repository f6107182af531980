package io.edgeai.monitor.objective;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How an objective stands.
 *
 * @param objective which
 * @param good good calls in its period
 * @param bad bad calls in its period
 * @param budgetLeft share of the allowance that is left, by the calls there were: 1 where none was bad, below 0 where more
 *     were than allowed; NaN without calls
 * @param burns one for each rule
 */
public record ObjectiveStatus(Objective objective, long good, long bad, double budgetLeft, List<Burn> burns) {
    public ObjectiveStatus {
        burns = List.copyOf(burns);
    }

    /**
     * The use of the allowance in the windows of a rule.
     *
     * @param rule which
     * @param longRate over what would last for the period, in the long window; NaN without calls
     * @param shortRate in the short one
     * @param tooFast whether the rule holds: both are at least its rate, with five bad calls or more
     */
    public record Burn(BurnRule rule, double longRate, double shortRate, boolean tooFast) {
        double excess() {
            return Math.min(longRate, shortRate) / rule.rate();
        }
    }

    /** The rule that holds, the one with the highest rate of several. */
    public Optional<Burn> worst() {
        return burns.stream().filter(Burn::tooFast).max(Comparator.comparingDouble(burn -> burn.rule()
                .rate()));
    }

    /** 0 to 1; 0.5 where a rule just holds, and more the further it is exceeded. */
    public double score() {
        return worst().map(burn -> 0.5 + 0.5 * (1 - 1 / Math.max(1, burn.excess())))
                .orElse(0.0);
    }
}
