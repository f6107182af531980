package io.edgeai.optimize.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The candidates worth choosing between: for each of the others one of these is no larger, no slower and no less right,
 * and better in one of the three.
 */
public final class ParetoFront {
    private ParetoFront() {}

    /** The front among the trials that were not refused, smallest first; of equal ones the first. */
    public static List<Trial> of(List<Trial> trials) {
        List<Trial> front = new ArrayList<>();
        for (Trial trial : trials) {
            Figures own = trial.figures();
            if (own == null || trial.outcome() == Trial.Outcome.REFUSED) {
                continue;
            }
            boolean beaten = front.stream().anyMatch(other -> beats(other.figures(), own));
            if (!beaten) {
                front.removeIf(other -> other.figures() != null && own.dominates(other.figures()));
                front.add(trial);
            }
        }
        front.sort(Comparator.comparingLong(
                trial -> trial.figures() == null ? 0 : trial.figures().bytes()));
        return List.copyOf(front);
    }

    private static boolean beats(@org.jspecify.annotations.Nullable Figures other, Figures own) {
        return other != null
                && (other.dominates(own)
                        || (other.bytes() == own.bytes()
                                && other.speed() == own.speed()
                                && other.compareQuality(own) == 0));
    }
}
