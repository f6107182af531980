package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Early stop and best epoch against their definitions, spelled out over all pairs of epochs. */
class HistoryPropertyTest {
    private static final long SEEDS = new SplittableRandom().nextLong();

    private static List<TrainingHistory.Epoch> epochs(SplittableRandom random, boolean scored) {
        List<TrainingHistory.Epoch> epochs = new ArrayList<>();
        int count = 1 + random.nextInt(12);
        for (int i = 1; i <= count; i++) {
            // few distinct values, so that ties occur
            double score = scored && random.nextInt(3) > 0 ? random.nextInt(8) / 8.0 : Double.NaN;
            epochs.add(new TrainingHistory.Epoch(i, 1 + random.nextInt(8) / 4.0, score));
        }
        return epochs;
    }

    /** Index of the last value that exceeded all before it that were themselves gains, by more than the minimum. */
    private static int lastGain(List<Double> values, double minimum) {
        int last = 0;
        for (int i = 1; i < values.size(); i++) {
            if (values.get(i) > values.get(last) + minimum) {
                last = i;
            }
        }
        return last;
    }

    @Test
    void stopsAfterAsManyEvaluationsWithoutAGainAsItHasPatience() {
        for (int round = 0; round < 3000; round++) {
            long seed = SEEDS + round;
            SplittableRandom random = new SplittableRandom(seed);
            List<TrainingHistory.Epoch> epochs = epochs(random, random.nextBoolean());
            int patience = random.nextInt(5);
            double gain = random.nextInt(3) / 8.0;
            double target = random.nextBoolean() ? random.nextInt(9) / 8.0 : Double.POSITIVE_INFINITY;
            List<Double> scores = epochs.stream()
                    .map(TrainingHistory.Epoch::score)
                    .filter(score -> !Double.isNaN(score))
                    .toList();
            List<Double> judged = scores.isEmpty()
                    ? epochs.stream().map(epoch -> -epoch.loss()).toList()
                    : scores;
            boolean reached = !scores.isEmpty() && scores.get(scores.size() - 1) >= target;
            boolean tired = patience > 0 && judged.size() - 1 - lastGain(judged, gain) >= patience;

            assertThat(new EarlyStop(patience, gain, target).stops(new TrainingHistory(epochs)))
                    .as("seed " + seed + ": patience " + patience + ", gain " + gain + ", target " + target + ", "
                            + epochs)
                    .isEqualTo(reached || tired);
        }
    }

    @Test
    void bestIsTheFirstOfHighestScoreElseOfLowestLoss() {
        for (int round = 0; round < 2000; round++) {
            long seed = SEEDS + round;
            SplittableRandom random = new SplittableRandom(seed);
            List<TrainingHistory.Epoch> epochs = epochs(random, random.nextBoolean());
            boolean scored = epochs.stream().anyMatch(TrainingHistory.Epoch::evaluated);
            TrainingHistory.Epoch best = new TrainingHistory(epochs).best().orElseThrow();
            for (TrainingHistory.Epoch other : epochs) {
                if (scored && other.evaluated()) {
                    assertThat(best.score()).as("seed " + seed).isGreaterThanOrEqualTo(other.score());
                    assertThat(other.score() == best.score() && other.number() < best.number())
                            .as("seed " + seed + ": an earlier one is as good")
                            .isFalse();
                } else if (!scored) {
                    assertThat(best.loss()).as("seed " + seed).isLessThanOrEqualTo(other.loss());
                    assertThat(other.loss() == best.loss() && other.number() < best.number())
                            .as("seed " + seed + ": an earlier one is as good")
                            .isFalse();
                }
            }
        }
    }

    @Test
    void nothingTrainedHasNoBest() {
        assertThat(new TrainingHistory(List.of()).best()).isEmpty();
        assertThat(new TrainingHistory(List.of()).last()).isEmpty();
    }
}
