package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.StatefulSession;
import io.edgeai.core.runtime.onnxruntime.OnnxRuntimeEngine;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.core.train.optimizer.Optimizer;
import io.edgeai.core.train.optimizer.Schedule;
import io.edgeai.core.train.optimizer.UpdateRule;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A convolutional net with batch normalization learns which quarter of an image is bright. */
class TrainingConvNetTest {
    private static final int SIDE = 8;

    @TempDir
    Path folder;

    private final OnnxRuntimeEngine engine = new OnnxRuntimeEngine();
    private final OnnxGraph model = net(false);
    private final GradientGraph gradient =
            GradientGraph.builder(model).loss(Loss.crossEntropy()).build();
    private final TensorData data = quarters(1, 150);
    private final TensorData test = quarters(2, 200);

    private static OnnxGraph net(boolean dropout) {
        OnnxGraph graph = OnnxGraph.create("quarters", 17);
        graph.inputs().add(OnnxValue.tensor("x", ElementType.FLOAT, -1, 1, SIDE, SIDE));
        weight(graph, "k", 1, 4, 1, 3, 3);
        for (String name : List.of("scale", "variance")) {
            float[] ones = new float[4];
            Arrays.fill(ones, 1);
            graph.initializers().put(name, OnnxTensor.ofFloats(ones, 4));
        }
        graph.initializers().put("bias", OnnxTensor.ofFloats(new float[4], 4));
        graph.initializers().put("mean", OnnxTensor.ofFloats(new float[] {0, 0.1f, 0.2f, 0.3f}, 4));
        graph.add("Conv", "conv", List.of("x", "k"), List.of("c")).attribute("pads", new long[] {1, 1, 1, 1});
        graph.add("BatchNormalization", "norm", List.of("c", "scale", "bias", "mean", "variance"), List.of("n"))
                .attribute("momentum", 0.8f);
        graph.add("Relu", "relu", List.of("n"), List.of("r"));
        graph.add("MaxPool", "pool", List.of("r"), List.of("p"))
                .attribute("kernel_shape", new long[] {2, 2})
                .attribute("strides", new long[] {2, 2});
        graph.add("Flatten", "flat", List.of("p"), List.of("f"));
        String at = "f";
        if (dropout) {
            graph.initializers().put("ratio", OnnxTensor.scalar(0.3f));
            graph.add("Dropout", "drop", List.of("f", "ratio"), List.of("d"));
            at = "d";
        }
        weight(graph, "w", 2, 4 * SIDE * SIDE / 4, 4);
        graph.initializers().put("b", OnnxTensor.ofFloats(new float[4], 4));
        graph.add("Gemm", "gemm", List.of(at, "w", "b"), List.of("y"));
        graph.outputs().add(OnnxValue.tensor("y", ElementType.FLOAT, -1, 4));
        return graph;
    }

    private static void weight(OnnxGraph graph, String name, long seed, long... dims) {
        float[] values = HandMade.random(seed, (int) Arrays.stream(dims).reduce(1, (a, b) -> a * b));
        for (int i = 0; i < values.length; i++) {
            values[i] *= 0.3f;
        }
        graph.initializers().put(name, OnnxTensor.ofFloats(values, dims));
    }

    private static TensorData quarters(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] pixels = new float[count * SIDE * SIDE];
        long[] labels = new long[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(4);
            for (int p = 0; p < SIDE * SIDE; p++) {
                boolean bright = (p / SIDE / (SIDE / 2)) * 2 + p % SIDE / (SIDE / 2) == labels[i];
                pixels[i * SIDE * SIDE + p] = (float) random.nextDouble(-1, 1) + (bright ? 0.8f : 0);
            }
        }
        return TensorData.labelled("x", pixels, "labels", labels, 1, SIDE, SIDE);
    }

    private Trainer.Builder trainer() {
        return Trainer.builder(model, gradient)
                .data(data)
                .epochs(6)
                .batchSize(20)
                .seed(4)
                .rule(UpdateRule.builder(Optimizer.adamW()).weightDecay(0.01).build())
                .schedule(Schedule.constant(0.01))
                .evaluate(
                        Evaluation.accuracy(
                                "x",
                                test.columns().get("x"),
                                test.columns().get("labels").longs()),
                        1);
    }

    @Test
    void learnsAndTheServedModelNormalizesByWhatItCollected() {
        Trained trained = trainer().build().run();

        assertThat(trained.history().last().orElseThrow().score()).isGreaterThan(0.9);
        float[] collected = gradient.statistics().read(trained.model());
        assertThat(collected).isNotEqualTo(gradient.statistics().read(model)).doesNotContain(Float.NaN);
        assertThat(trained.checkpoint().vector("statistics")).isEqualTo(collected);
        try (InferenceSession session = engine.open(OnnxWriter.toBytes(trained.model()), SessionOptions.defaults())) {
            float[] alone = session.run(Map.of("x", test.select(0).columns().get("x")))
                    .get("y")
                    .floats();
            float[] among = session.run(
                            Map.of("x", test.select(0, 1, 2).columns().get("x")))
                    .get("y")
                    .floats();
            for (int c = 0; c < 4; c++) {
                assertThat(among[c])
                        .as("an answer does not depend on its batch")
                        .isCloseTo(alone[c], within(1e-5f));
            }
        }
    }

    /** The running mean of a channel follows .8·old + .2·mean of the batch; convolution and mean computed here. */
    @Test
    void runningMeansAreThoseOfTheBatches() {
        Trained once = Trainer.builder(model, gradient)
                .data(data)
                .batchSize(150)
                .schedule(Schedule.constant(1e-9))
                .build()
                .run();
        float[] kernel = model.initializers().get("k").floats();
        float[] pixels = data.columns().get("x").floats();
        float[] means = once.model().initializers().get("mean").floats();
        for (int channel = 0; channel < 4; channel++) {
            double sum = 0;
            for (int image = 0; image < 150; image++) {
                for (int row = 0; row < SIDE; row++) {
                    for (int column = 0; column < SIDE; column++) {
                        for (int tap = 0; tap < 9; tap++) {
                            int y = row + tap / 3 - 1;
                            int x = column + tap % 3 - 1;
                            boolean inside = y >= 0 && y < SIDE && x >= 0 && x < SIDE;
                            sum += inside ? pixels[(image * SIDE + y) * SIDE + x] * kernel[channel * 9 + tap] : 0;
                        }
                    }
                }
            }
            double before = channel / 10.0;
            assertThat((double) means[channel]).isCloseTo(0.8 * before + 0.2 * sum / (150 * SIDE * SIDE), within(1e-5));
        }
    }

    @Test
    void resumesWithTheSameBitsStatisticsIncluded() {
        Path file = folder.resolve("conv");
        long[] done = new long[1];
        Trainer stopping = trainer()
                .checkpoint(file)
                .listener(Interruption.counting(done))
                .progress(Interruption.at(done, 21))
                .build();
        assertThatThrownBy(stopping::run).isInstanceOf(OperationCancelledException.class);

        Trained resumed = trainer().build().resume(Checkpoint.read(file));
        Trained whole = trainer().build().run();
        assertThat(resumed.checkpoint()).isEqualTo(whole.checkpoint());
        assertThat(OnnxWriter.toBytes(resumed.best())).isEqualTo(OnnxWriter.toBytes(whole.best()));
    }

    @Test
    void aShardInOneRunCarriesTheStatistics() {
        UpdateRule rule = UpdateRule.of(Optimizer.momentum(0.9));
        float[] theta = gradient.parameters().read(model);
        float[] statistics = gradient.statistics().read(model);
        Trained stepwise = Trainer.builder(model, gradient)
                .data(data)
                .epochs(2)
                .batchSize(20)
                .seed(3)
                .rule(rule)
                .build()
                .run();
        try (ShardTrainer shards = ShardTrainer.open(engine, gradient, rule, SessionOptions.defaults())) {
            ShardTrainer.Outcome outcome = shards.train(
                    new ShardTrainer.Plan(2, 20, Schedule.constant(0.01), 3, rule),
                    data,
                    theta,
                    statistics,
                    null,
                    null);

            assertThat(outcome.theta()).isEqualTo(stepwise.checkpoint().vector("theta"));
            assertThat(outcome.statistics()).isEqualTo(stepwise.checkpoint().vector("statistics"));
        }
    }

    /** Parts have statistics of their own: after one batch in parts the running mean has moved once for each. */
    @Test
    void partsMoveTheStatisticsOneByOne() {
        Trained parts = Trainer.builder(model, gradient)
                .data(data)
                .batchSize(150)
                .partSize(50)
                .schedule(Schedule.constant(1e-9))
                .build()
                .run();
        Trained thirds = Trainer.builder(model, gradient)
                .data(data)
                .batchSize(50)
                .schedule(Schedule.constant(1e-9))
                .build()
                .run();

        float[] one = gradient.statistics().read(parts.model());
        float[] other = gradient.statistics().read(thirds.model());
        for (int i = 0; i < one.length; i++) {
            assertThat(one[i]).isCloseTo(other[i], within(1e-5f));
        }
    }

    @Test
    void dropoutTrainsAndIsAbsentWhereTheModelIsServed() {
        OnnxGraph dropping = net(true);
        GradientGraph graph =
                GradientGraph.builder(dropping).loss(Loss.crossEntropy()).build();
        Trained trained = Trainer.builder(dropping, graph)
                .data(data)
                .epochs(8)
                .batchSize(20)
                .rule(UpdateRule.of(Optimizer.adam()))
                .schedule(Schedule.constant(0.01))
                .evaluate(
                        session -> {
                            Map<String, Tensor> x = Map.of("x", test.columns().get("x"));
                            float[] first = session.run(x).get("y").floats();
                            assertThat(session.run(x).get("y").floats()).isEqualTo(first);
                            return Evaluation.accuracy(
                                            "x",
                                            test.columns().get("x"),
                                            test.columns().get("labels").longs())
                                    .score(session);
                        },
                        4)
                .build()
                .run();

        assertThat(trained.history().last().orElseThrow().score()).isGreaterThan(0.85);
    }

    @Test
    void whatAnEvaluationThrowsComesThrough() {
        IllegalStateException mine = new IllegalStateException("mine");
        Trainer trainer = trainer()
                .evaluate(
                        session -> {
                            throw mine;
                        },
                        2)
                .build();

        assertThatThrownBy(trainer::run).isSameAs(mine);
    }

    @Test
    void examplesOfAnotherShapeAreRefusedByName() {
        TensorData flat = TensorData.labelled("x", new float[64 * 3], "labels", new long[3], 64);
        assertThatThrownBy(() ->
                        Trainer.builder(model, gradient).data(flat).build().run())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("x: FLOAT");
    }

    /** A gradient graph may itself hold nested graphs; inside the loop their names must stay apart from the outer ones. */
    @Test
    void nestedGraphsAreTakenIntoTheLoop() {
        float[] ones = {1, 1, 1, 1};
        OnnxGraph bowlModel = HandMade.bowlModel(new float[4]);
        GradientGraph bowl = HandMade.bowl(bowlModel, ones);
        OnnxGraph nested = bowl.graph().copy();
        nested.initializers().put("yes", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1}));
        OnnxGraph then = new OnnxGraph("then", nested.info());
        then.initializers().put("three", OnnxTensor.scalar(3f));
        then.add("Mul", "triple", List.of("raw", "three"), List.of("tripled"));
        then.outputs().add(OnnxValue.tensor("tripled", ElementType.FLOAT, 4));
        OnnxGraph otherwise = new OnnxGraph("else", nested.info());
        otherwise.add("Identity", "same", List.of("raw"), List.of("unchanged"));
        otherwise.outputs().add(OnnxValue.tensor("unchanged", ElementType.FLOAT, 4));
        nested.nodes().stream()
                .filter(node -> node.outputs().contains("gradient"))
                .forEach(node -> node.outputs().set(0, "raw"));
        nested.nodes().stream()
                .filter(node -> node.op().equals("Mul") && node.inputs().contains("gradient"))
                .forEach(node -> node.inputs().replaceAll(name -> name.equals("gradient") ? "raw" : name));
        nested.add("If", "choice", List.of("yes"), List.of("gradient"))
                .attribute("then_branch", new OnnxAttribute.OfGraph(then))
                .attribute("else_branch", new OnnxAttribute.OfGraph(otherwise));
        GradientGraph tripled = new GradientGraph(nested, bowl.parameters(), bowl.statistics(), bowl.data());
        UpdateRule rule = UpdateRule.of(Optimizer.sgd());
        TensorData eights = TensorData.of(Map.of("x", Tensor.of(new float[] {8, 8, 8, 8}, 1, 4)));
        try (ShardTrainer shards = ShardTrainer.open(engine, tripled, rule, SessionOptions.defaults());
                StatefulSession step = TrainingGraph.step(tripled, rule).open(engine, SessionOptions.defaults())) {
            float[] theta = shards.train(
                            new ShardTrainer.Plan(2, 1, Schedule.constant(0.25), 0, rule), eights, new float[4])
                    .theta();

            // each step goes three quarters of the way: 6, then 7.5
            assertThat(theta).containsOnly(7.5f);
            assertThat(step.states()).isNotEmpty();
        }
    }
}
