package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AveragedTrainingTest {
    private static final int[] WIDTHS = {6, 16, 4};

    @TempDir
    Path folder;

    private final OnnxGraph model = HandMade.model(3, WIDTHS);
    private final GradientGraph gradient = HandMade.crossEntropy(model, WIDTHS);
    private final TensorData data = HandMade.clusters(5, 205, 6, 4);

    private Trainer.Builder plain() {
        return Trainer.builder(model, gradient)
                .data(data)
                .epochs(4)
                .batchSize(16)
                .seed(9)
                .schedule(Schedule.constant(0.05));
    }

    private Trainer.Builder trainer() {
        return plain().rule(UpdateRule.of(Optimizer.momentum(0.9)));
    }

    private float[] theta(OnnxGraph trained) {
        return gradient.parameters().read(trained);
    }

    /** 52 steps, of whose last 26 the model is the average: each is seen by an optimizer of one's own. */
    @Test
    void theModelIsTheAverageOfWhatStepsLeft() {
        List<float[]> seen = new ArrayList<>();
        Trained trained = plain().optimizer((theta, slope, rate, step) -> {
                    for (int i = 0; i < theta.length; i++) {
                        theta[i] -= (float) rate * slope[i];
                    }
                    seen.add(theta.clone());
                })
                .average(0.5)
                .build()
                .run();
        assertThat(seen).hasSize(52);
        double[] mean = new double[seen.get(0).length];
        for (int step = 1; step <= 52; step++) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += (seen.get(step - 1)[i] - mean[i]) / Math.min(step, 26);
            }
        }
        float[] got = theta(trained.model());
        for (int i = 0; i < mean.length; i++) {
            assertThat(got[i]).isCloseTo((float) mean[i], within(1e-5f));
        }
        assertThat(got).isNotEqualTo(seen.get(51));
        assertThat(trained.checkpoint().vector("theta")).isEqualTo(seen.get(51));
    }

    @Test
    void stepsAndLossesAreTheSameWithAndWithout() {
        Trained with = trainer().average(0.2).build().run();
        Trained without = trainer().build().run();

        assertThat(with.history()).isEqualTo(without.history());
        assertThat(with.checkpoint().vector("theta"))
                .isEqualTo(without.checkpoint().vector("theta"))
                .isEqualTo(theta(without.model()))
                .isNotEqualTo(theta(with.model()));
    }

    /** The score is that of the average, and the best model the average of its epoch. */
    @Test
    void whatIsJudgedAndKeptIsTheAverage() {
        double[] scores = {0.2, 0.9, 0.4, 0.5};
        int[] at = new int[1];
        Trained trained = trainer()
                .average(0.2)
                .evaluate(session -> scores[at[0]++], 1)
                .build()
                .run();
        Trained two = trainer()
                .epochs(2)
                .average(0.4) // of half as many steps
                .build()
                .run();

        assertThat(theta(trained.best())).isEqualTo(theta(two.model())).isNotEqualTo(theta(trained.model()));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 13, 26, 40, 51})
    void resumesWithTheSameBits(int stopAfter) {
        Trained whole = trainer().average(0.3).build().run();
        Path file = folder.resolve("run");
        long[] done = new long[1];
        Trainer stopping = trainer()
                .average(0.3)
                .checkpoint(file)
                .listener(Interruption.counting(done))
                .progress(Interruption.at(done, stopAfter))
                .build();
        assertThatThrownBy(stopping::run).isInstanceOf(OperationCancelledException.class);

        Trained resumed = trainer().average(0.3).build().resume(Checkpoint.read(file));
        assertThat(resumed.checkpoint()).isEqualTo(whole.checkpoint());
        assertThat(theta(resumed.model())).isEqualTo(theta(whole.model()));
    }

    /** Labels by chance and a convex loss: batches pull about one optimum, to which the average is nearer than any place on the way. */
    @Test
    void chanceCancelsOut() {
        int[] widths = {6, 4};
        OnnxGraph linear = HandMade.model(3, widths);
        SplittableRandom random = new SplittableRandom(8);
        float[] x = new float[192 * 6];
        long[] labels = new long[192];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextDouble(-1, 1);
        }
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(4);
        }
        Trainer.Builder noisy = Trainer.builder(linear, HandMade.crossEntropy(linear, widths))
                .data(TensorData.labelled("x", x, "label", labels, 6))
                .epochs(100)
                .rule(UpdateRule.of(Optimizer.sgd()));
        float[] optimum = theta(
                noisy.batchSize(192).epochs(2000).schedule(Schedule.constant(1)).build(), linear);
        noisy.batchSize(4).epochs(50).schedule(Schedule.constant(0.2));
        for (long seed = 1; seed <= 5; seed++) {
            double last = distance(theta(noisy.average(0).seed(seed).build(), linear), optimum);
            double mean = distance(theta(noisy.average(0.5).seed(seed).build(), linear), optimum);
            assertThat(mean).as("seed " + seed).isLessThan(last / 2);
        }
    }

    private static float[] theta(Trainer trainer, OnnxGraph start) {
        return ParameterLayout.of(start, List.of("W1", "b1")).read(trainer.run().model());
    }

    private static double distance(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (one[i] - other[i]) * (double) (one[i] - other[i]);
        }
        return Math.sqrt(sum);
    }

    @Test
    void sharesOutsideZeroToOneAreRefused() {
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> trainer().average(share))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("average (" + share + ")")
                    .hasMessageContaining("Maybe");
        }
        assertThat(Arrays.equals(
                        theta(trainer().average(0).build().run().model()),
                        theta(trainer().build().run().model())))
                .isTrue();
    }
}
