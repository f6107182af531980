package io.edgeai.core.train;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What training looked like, epoch by epoch.
 *
 * @param epochs finished epochs in order
 */
public record TrainingHistory(List<Epoch> epochs) {
    public TrainingHistory {
        epochs = List.copyOf(epochs);
    }

    /**
     * One epoch.
     *
     * @param number counts from 1
     * @param loss mean loss over its examples, each measured just before the step that used it
     * @param score what the evaluation gave after it; NaN where none was made
     */
    public record Epoch(int number, double loss, double score) {
        public boolean evaluated() {
            return !Double.isNaN(score);
        }
    }

    /** The last epoch. */
    public Optional<Epoch> last() {
        return epochs.isEmpty() ? Optional.empty() : Optional.of(epochs.get(epochs.size() - 1));
    }

    /** The evaluated epoch of highest score, the first of equals; where none was evaluated that of lowest loss. */
    public Optional<Epoch> best() {
        Optional<Epoch> scored = epochs.stream()
                .filter(Epoch::evaluated)
                .max(Comparator.comparingDouble(Epoch::score)
                        .thenComparing(Comparator.comparingInt(Epoch::number).reversed()));
        return scored.isPresent() ? scored : epochs.stream().min(Comparator.comparingDouble(Epoch::loss));
    }
}
