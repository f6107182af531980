package io.edgeai.federated.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteFiguresTest {
    private static List<ParticipantScore> scores(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<ParticipantScore> scores = new ArrayList<>();
        int count = 1 + random.nextInt(40);
        for (int i = 0; i < count; i++) {
            int samples = 1 + random.nextInt(500);
            double accuracy = (double) random.nextInt(samples + 1) / samples;
            scores.add(new ParticipantScore("p" + i, samples, accuracy, random.nextDouble(0, 5)));
        }
        return scores;
    }

    /** The least value that at least this share of all values does not exceed, by counting. */
    private static double quantile(List<ParticipantScore> scores, double share) {
        return scores.stream()
                .mapToDouble(ParticipantScore::accuracy)
                .filter(value ->
                        scores.stream().filter(one -> one.accuracy() <= value).count() >= share * scores.size())
                .min()
                .orElseThrow();
    }

    @Test
    void figuresOfThreeSitesByHand() {
        List<ParticipantScore> scores = List.of(
                new ParticipantScore("a", 10, 0.9, 0.2),
                new ParticipantScore("b", 30, 0.5, 1.0),
                new ParticipantScore("c", 60, 0.75, 0.5));
        SiteFigures figures = SiteFigures.of(4, scores, List.of(new SiteFigures.Missing("d", "lost")), 3, 99);
        // (9 + 15 + 45) / 100 and (2 + 30 + 30) / 100.
        assertThat(figures.accuracy()).isCloseTo(0.69, within(1e-12));
        assertThat(figures.loss()).isCloseTo(0.62, within(1e-12));
        assertThat(figures.samples()).isEqualTo(100);
        assertThat(figures.worst()).isEqualTo(0.5);
        assertThat(figures.tenth()).isEqualTo(0.5);
        assertThat(figures.median()).isEqualTo(0.75);
        assertThat(figures.reported()).isEqualTo(3);
        assertThat(figures.problem()).isEmpty();
    }

    @Test
    void tooFewScoresGiveNone() {
        SiteFigures figures = SiteFigures.of(
                5,
                List.of(new ParticipantScore("a", 10, 0.9, 0.2)),
                List.of(new SiteFigures.Missing("b", "it was lost")),
                2,
                0);
        assertThat(figures.accuracy()).isNaN();
        assertThat(figures.scores()).isEmpty();
        assertThat(figures.problem())
                .isEqualTo("(1) of 5 participants measured the model, 2 are needed (the first that did not, b: it was"
                        + " lost)");
        assertThat(SiteFigures.of(0, List.of(), List.of(), 1, 0).problem()).contains("(0) of 0");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void quantilesAreThoseOfCounting(long seed) {
        List<ParticipantScore> scores = scores(seed);
        SiteFigures figures = SiteFigures.of(scores.size(), scores, List.of(), 1, 0);
        assertThat(figures.tenth()).as("seed %d", seed).isEqualTo(quantile(scores, 0.1));
        assertThat(figures.median()).as("seed %d", seed).isEqualTo(quantile(scores, 0.5));
        assertThat(figures.worst()).as("seed %d", seed).isEqualTo(quantile(scores, 0));
    }

    /** The sum knows the means to its rounding, and quantiles to a step of a twentieth. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void aSumGivesTheFiguresOfItsParts(long seed) {
        List<ParticipantScore> scores = scores(seed);
        double[] sum = new double[ScoreSum.SIZE];
        for (ParticipantScore score : scores) {
            float[] vector = ScoreSum.vector(score.samples(), score.accuracy(), score.loss(), scores.size());
            for (int i = 0; i < sum.length; i++) {
                assertThat(vector[i]).isEqualTo((float) Math.rint(vector[i]));
                sum[i] += vector[i];
            }
        }
        SiteFigures parts = SiteFigures.of(scores.size(), scores, List.of(), 1, 0);
        SiteFigures figures = SiteFigures.of(scores.size(), new ScoreSum(sum), scores.size(), List.of(), 0);
        assertThat(figures.samples()).isEqualTo(parts.samples());
        assertThat(figures.accuracy()).as("seed %d", seed).isCloseTo(parts.accuracy(), within(1e-9));
        assertThat(figures.loss()).as("seed %d", seed).isCloseTo(parts.loss(), within(1e-3));
        assertThat(figures.worst()).isBetween(parts.worst() - 0.05, parts.worst() + 1e-9);
        assertThat(figures.tenth()).isBetween(parts.tenth() - 0.05, parts.tenth() + 1e-9);
        assertThat(figures.median()).isBetween(parts.median() - 0.05, parts.median() + 1e-9);
        assertThat(figures.summed()).isTrue();
        assertThat(figures.scores()).isEmpty();
    }

    @Test
    void whatDoesNotFitASumIsRefused() {
        assertThatThrownBy(() -> ScoreSum.vector(3_000_000, 0.5, 1, 1000))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(3000000) samples")
                .hasMessageContaining("Maybe keep fewer samples");
        assertThatThrownBy(() -> ScoreSum.vector(10, 1.5, 1, 3)).hasMessageContaining("accuracy (1.5)");
        assertThatThrownBy(() -> ScoreSum.vector(10, 0.5, Double.NaN, 3)).hasMessageContaining("loss (NaN)");
        assertThatThrownBy(() -> new ScoreSum(new double[3])).hasMessageContaining("(3) numbers");
    }
}
