package io.edgeai.federated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.selection.Stragglers;
import io.edgeai.federated.training.DenseNetwork;
import io.edgeai.federated.training.SgdSettings;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorBuilderTest {
    private static final LabelledSet SET = Samples.clouds(40, 3, 2, 1);
    private static final FederatedDataset PARTS = FederatedDataset.partition(SET, Partitioner.iid(), 4, 1);
    private final DenseNetwork network = DenseNetwork.softmax(3, 2);

    private FederatedCoordinator.Builder valid() {
        return FederatedCoordinator.builder().model(network).data(PARTS);
    }

    /** A setter with a value on one side of its bound. */
    interface Setting {
        void on(FederatedCoordinator.Builder builder);
    }

    static Stream<Arguments> outside() {
        SgdSettings sgd = SgdSettings.defaults();
        return Stream.of(
                bad("rounds (0) must be at least 1.", b -> b.rounds(0)),
                bad("rounds (-5) must be at least 1.", b -> b.rounds(-5)),
                bad("minimumReports (0) must be at least 1.", b -> b.minimumReports(0)),
                bad("learningRateDecay (0.0) must be above 0 to 1.", b -> b.learningRateDecay(0)),
                bad("learningRateDecay (-0.5) must be above 0 to 1.", b -> b.learningRateDecay(-0.5)),
                bad("learningRateDecay (1.0000000000000002)", b -> b.learningRateDecay(Math.nextUp(1.0))),
                bad("learningRateDecay (NaN)", b -> b.learningRateDecay(Double.NaN)),
                bad("learningRate (0.0) must be above 0", b -> b.learningRate(0)),
                bad("learningRate (Infinity)", b -> b.learningRate(Double.POSITIVE_INFINITY)),
                bad("learningRate (NaN)", b -> b.learningRate(Double.NaN)),
                bad("epochs (0) must be 1 to 100000.", b -> b.localEpochs(0)),
                bad("epochs (100001) must be 1 to 100000.", b -> b.localEpochs(100_001)),
                bad("batchSize (0) must be at least 1.", b -> b.batchSize(0)),
                bad("batchSize (-1) must be at least 1.", b -> b.batchSize(-1)),
                bad("mu (1.0E-9) of local settings has no effect. Maybe use", b -> b.local(sgd.mu(1e-9))),
                bad("parallelism (0) must be 1 to 100000.", b -> b.executor(Runnable::run, 0)),
                bad("parallelism (100001) must be 1 to 100000.", b -> b.executor(Runnable::run, 100_001)),
                bad("every (0) rounds", b -> b.evaluation(SET, 0)),
                bad("on (0 samples", b -> b.evaluation(SET.range(0, 0), 1)),
                bad("Initial parameter 1 (NaN) must be finite.", b -> b.initialParameters(values(Float.NaN))),
                bad("Initial parameter 1 (-Infinity)", b -> b.initialParameters(values(Float.NEGATIVE_INFINITY))));
    }

    private static Arguments bad(String message, Setting setting) {
        return Arguments.of(message, setting);
    }

    private static float[] values(float second) {
        return new float[] {1, second, 3, 4, 5, 6, 7, 8};
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("outside")
    void aValueOutsideItsBoundFailsAtItsSetterAndChangesNothing(String message, Setting setting) {
        FederatedCoordinator.Builder builder = valid().rounds(2);
        assertThatThrownBy(() -> setting.on(builder))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(message);
        assertThat(builder.build().run().parameters())
                .isEqualTo(valid().rounds(2).build().run().parameters());
    }

    static Stream<Arguments> inside() {
        return Stream.of(
                bad("one round", b -> b.rounds(1)),
                bad("all reports", b -> b.selection(Selection.all()).minimumReports(4)),
                bad("no decay", b -> b.learningRateDecay(1)),
                bad("steep decay", b -> b.learningRateDecay(Double.MIN_VALUE)),
                bad("tiny rate", b -> b.learningRate(Double.MIN_VALUE)),
                bad("huge batch", b -> b.batchSize(Integer.MAX_VALUE)),
                bad("no pull", b -> b.local(SgdSettings.defaults().mu(0))),
                bad("parallelism", b -> b.executor(Runnable::run, 100_000)),
                bad("rare evaluation", b -> b.evaluation(SET, Integer.MAX_VALUE)),
                bad("slow with two epochs", b -> b.localEpochs(2).stragglers(new Stragglers(0.5))),
                bad("large start", b -> b.initialParameters(values(1e30f))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inside")
    void aValueOnItsBoundRuns(String name, Setting setting) {
        FederatedCoordinator.Builder builder = valid().rounds(2);
        setting.on(builder);
        assertThatCode(() -> builder.build().run()).as(name).doesNotThrowAnyException();
    }

    static Stream<Arguments> combinations() {
        FederatedDataset other = FederatedDataset.partition(Samples.clouds(20, 5, 3, 1), Partitioner.iid(), 2, 1);
        return Stream.of(
                bad("model is missing", b -> b.model(null)),
                bad("initialParameters has (2) values, the model 8", b -> b.initialParameters(new float[2])),
                bad("the data have (5) features and (3) classes, the model 3 and 2", b -> b.data(other)),
                bad(
                        "the evaluation set (20 samples × 5 features, 3 classes) does not fit the model of 3 features and 2"
                                + " classes",
                        b -> b.evaluation(other.pooledTrain(), 1)),
                bad("participant id (1) occurs twice", b -> b.participant(Recorder.plus("1", 1, 1))),
                bad("participant (none) has (0) samples", b -> b.participant(empty())),
                bad("minimumReports (5) is more than the participants (4)", b -> b.minimumReports(5)),
                bad("stragglers need at least 2 local epochs, not (1)", b -> b.stragglers(new Stragglers(0.1))));
    }

    private static FederatedParticipant empty() {
        return new FederatedParticipant() {
            @Override
            public String id() {
                return "none";
            }

            @Override
            public int samples() {
                return 0;
            }

            @Override
            public Update fit(RoundTask task) {
                return Update.of(task.parameters(), 1);
            }
        };
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("combinations")
    void aCombinationThatCannotBeFailsAtBuild(String message, Setting setting) {
        FederatedCoordinator.Builder builder = valid();
        setting.on(builder);
        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("Cannot build the coordinator: " + message + ".");
    }

    /** All at once: the message has each of the single ones. */
    @Test
    void allProblemsAreListedTogether() {
        FederatedCoordinator.Builder builder = valid();
        combinations().skip(1).forEach(one -> ((Setting) one.get()[1]).on(builder));
        builder.minimumReports(6);
        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidInputException.class)
                .satisfies(e -> assertThat(e.getMessage().split("; ")).hasSize(7))
                .hasMessageContaining("initialParameters has (2)")
                .hasMessageContaining("the data have (5)")
                .hasMessageContaining("the evaluation set")
                .hasMessageContaining("participant (none)")
                .hasMessageContaining("minimumReports (6) is more than the participants (4)")
                .hasMessageContaining("stragglers need");
    }

    /** Regression: without a model the parts of the data were not counted, and a quorum they reach was called too high. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void aMissingModelDoesNotHideTheData(int reports) {
        assertThatThrownBy(() -> FederatedCoordinator.builder()
                        .data(PARTS)
                        .minimumReports(reports)
                        .build())
                .hasMessage("Cannot build the coordinator: model is missing.");
    }

    @Test
    void startingParametersAreCopied() {
        float[] start = values(2);
        FederatedCoordinator coordinator = FederatedCoordinator.builder()
                .model(network)
                .participant(Recorder.plus("a", 1, 1))
                .initialParameters(start)
                .rounds(1)
                .build();
        start[0] = 100;
        float[] first = coordinator.run().parameters();
        first[1] = 50;
        assertThat(coordinator.run().parameters()).containsExactly(2, 3, 4, 5, 6, 7, 8, 9);
    }

    /** A coordinator keeps what it was built with. */
    @Test
    void aBuilderThatGoesOnDoesNotChangeWhatItBuilt() {
        FederatedCoordinator.Builder builder = valid().rounds(2);
        FederatedCoordinator coordinator = builder.build();
        builder.rounds(5).participant(Recorder.plus("late", 1, 1)).learningRate(1);
        assertThat(coordinator.run().rounds()).hasSize(2);
        assertThat(builder.build().run().rounds()).hasSize(5);
    }

    /** Ten of a hundred, one epoch, 0.03, batches of ten: the defaults the documentation gives. */
    @Test
    void defaultsAreThoseDocumented() {
        FederatedDataset hundred = FederatedDataset.partition(Samples.clouds(500, 3, 2, 2), Partitioner.iid(), 100, 1);
        FederatedRun defaults = FederatedCoordinator.builder()
                .model(network)
                .data(hundred)
                .build()
                .run();
        assertThat(defaults.rounds()).hasSize(100).allMatch(round -> round.selected() == 10);
        FederatedRun spelled = FederatedCoordinator.builder()
                .model(network)
                .data(hundred)
                .strategy(io.edgeai.federated.strategy.Strategies.fedProxAdaptive())
                .selection(Selection.fraction(0.1))
                .stragglers(Stragglers.none())
                .local(new SgdSettings(1, 10, 0.03, 0, 0, 0))
                .learningRateDecay(1)
                .rounds(100)
                .minimumReports(1)
                .seed(1)
                .build()
                .run();
        assertThat(spelled.parameters()).isEqualTo(defaults.parameters());
    }
}
