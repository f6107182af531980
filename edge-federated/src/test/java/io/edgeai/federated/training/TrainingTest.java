package io.edgeai.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.federated.Samples;
import io.edgeai.federated.data.LabelledSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingTest {
    private final LabelledSet all = Samples.clouds(900, 10, 4, 1);
    private final LabelledSet train = all.range(0, 600);
    private final LabelledSet unseen = all.range(600, 900);
    private final DenseNetwork network = DenseNetwork.mlp(10, 4, 32);

    @Test
    void learnsWhatGeneralizesAndReturnsACurve() {
        TrainingResult result = Training.defaults().epochs(8).validation(unseen).run(network, train, 1, Progress.NONE);
        List<TrainingResult.Epoch> curve = result.curve();
        assertThat(curve).hasSize(8);
        assertThat(curve.get(7).loss()).isLessThan(0.5 * curve.get(0).loss());
        assertThat(result.model().evaluate(unseen).accuracy()).isGreaterThan(0.9);
        assertThat(curve.get(7).validation()).isEqualTo(result.model().evaluate(unseen));
    }

    @Test
    void sameSeedSameBits() {
        float[] first =
                Training.fit(network, train, 2, 0.05, 7, Progress.NONE).model().parameters();
        assertThat(Training.fit(network, train, 2, 0.05, 7, Progress.NONE)
                        .model()
                        .parameters())
                .isEqualTo(first);
        assertThat(Training.fit(network, train, 2, 0.05, 8, Progress.NONE)
                        .model()
                        .parameters())
                .isNotEqualTo(first);
    }

    @Test
    void constantScheduleWithoutMomentumIsWhatATrainerDoes() {
        Training plain =
                Training.defaults().sgd(SgdSettings.defaults().epochs(3)).schedule(LearningRateSchedule.CONSTANT);
        float[] parameters = plain.run(network, train, 5, Progress.NONE).model().parameters();
        java.util.SplittableRandom seeds = new java.util.SplittableRandom(5);
        float[] expected = network.initialParameters(seeds.nextLong());
        new Trainer(network).train(expected, train, plain.sgd(), seeds.nextLong());
        assertThat(parameters).isEqualTo(expected);
    }

    @Test
    void progressGoesFromNothingToEverything() {
        List<Long> seen = new ArrayList<>();
        Training.fit(network, train, 3, 0.05, 1, (phase, done, total) -> {
            assertThat(phase).isEqualTo("train");
            assertThat(total).isEqualTo(1800);
            seen.add(done);
        });
        assertThat(seen).isSorted().startsWith(0L).endsWith(1800L).hasSizeBetween(3, 110);
    }

    @Test
    void cancellationStops() {
        Progress soon = new Progress() {
            private long reached;

            @Override
            public void update(String phase, long done, long total) {
                reached = done;
            }

            @Override
            public boolean cancelled() {
                return reached > 500;
            }
        };
        assertThatThrownBy(() -> Training.fit(network, train, 50, 0.05, 1, soon))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("of 30000 samples");
    }

    @Test
    void divergenceIsAnErrorAndNotAModel() {
        Training wild = Training.defaults().learningRate(1e6).schedule(LearningRateSchedule.CONSTANT);
        assertThatThrownBy(() -> wild.run(network, train, 1, Progress.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("diverged")
                .hasMessageContaining("Maybe the learning rate");
    }

    @Test
    void cosineRisesThenFalls() {
        LearningRateSchedule cosine = LearningRateSchedule.COSINE;
        assertThat(cosine.factor(0)).isEqualTo(0.01);
        assertThat(cosine.factor(0.025)).isCloseTo(0.5, within(1e-12));
        assertThat(cosine.factor(0.05)).isCloseTo(1, within(1e-12));
        assertThat(cosine.factor(0.525)).isCloseTo(0.505, within(1e-12));
        assertThat(cosine.factor(1)).isCloseTo(0.01, within(1e-12));
        assertThat(LearningRateSchedule.CONSTANT.factor(0.3)).isEqualTo(1);
    }

    @Test
    void aTrainedModelDoesNotChangeWithTheArraysAroundIt() {
        float[] parameters = network.initialParameters(1);
        TrainedModel model = new TrainedModel(network, parameters);
        float[] before = model.predict(unseen.sample(0));
        parameters[0] += 10;
        model.parameters()[1] += 10;
        assertThat(model.predict(unseen.sample(0))).isEqualTo(before);
        assertThat(model.model()).isSameAs(network);
    }
}
