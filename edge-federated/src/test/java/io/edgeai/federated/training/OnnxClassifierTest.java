package io.edgeai.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxValue;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.federated.FederatedCoordinator;
import io.edgeai.federated.FederatedRun;
import io.edgeai.federated.Samples;
import io.edgeai.federated.data.FederatedDataset;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.Partitioner;
import io.edgeai.federated.data.Standardization;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.strategy.Strategies;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models trained by the engine against this library's own network, against differences, and as they are exported. */
class OnnxClassifierTest {
    private static final DenseNetwork DENSE = DenseNetwork.mlp(6, 3, 5);
    private static final LabelledSet DATA = Samples.clouds(120, 6, 3, 11);

    private static OnnxClassifier exported(float[] parameters) {
        return OnnxClassifier.of(DENSE.toOnnx("dense", parameters, null));
    }

    /** A convolution of 1 × 4 × 4 pictures, pooled, and a matrix; gives scores. */
    private static OnnxGraph convolution(long batch) {
        OnnxGraph graph = OnnxGraph.create("conv", 17);
        graph.inputs().add(OnnxValue.tensor("picture", ElementType.FLOAT, batch, 1, 4, 4));
        graph.initializers().put("kernel", random(3, 3, 1, 3, 3));
        graph.initializers().put("matrix", random(4, 3, 2));
        graph.add("Conv", "conv", List.of("picture", "kernel"), List.of("map"))
                .attribute("pads", new long[] {1, 1, 1, 1});
        graph.add("Relu", "relu", List.of("map"), List.of("active"));
        graph.add("GlobalAveragePool", "pool", List.of("active"), List.of("pooled"));
        graph.add("Flatten", "flat", List.of("pooled"), List.of("row"));
        graph.add("MatMul", "head", List.of("row", "matrix"), List.of("scores"));
        graph.outputs().add(OnnxValue.tensor("scores", ElementType.FLOAT, batch, 2));
        return graph;
    }

    private static OnnxTensor random(long seed, long... dims) {
        Random random = new Random(seed);
        float[] values = new float[(int) java.util.Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return OnnxTensor.ofFloats(values, dims);
    }

    /** The engine lays parameters out in another order: tensors are found by their names. */
    private static void assertSameTensors(LocalModel one, float[] values, float[] ofDense, double bound) {
        for (ParameterLayout.Entry tensor : DENSE.layout().tensors()) {
            assertThat(one.layout().slice(values, tensor.name()))
                    .as(tensor.name())
                    .containsExactly(DENSE.layout().slice(ofDense, tensor.name()), within((float) bound));
        }
    }

    @Test
    void gradientAndScoresAreThoseOfTheDenseNetwork() {
        float[] start = DENSE.initialParameters(4);
        int[] order = IntStream.range(0, 120).map(i -> 7 * i % 120).toArray();
        float[] expected = new float[start.length];
        GradientPass dense = DENSE.newPass();
        double loss = dense.addGradient(start, DATA, order, 3, 20, expected);
        try (OnnxClassifier onnx = exported(start)) {
            float[] gradient = new float[start.length];
            GradientPass pass = onnx.newPass();

            assertThat(pass.addGradient(onnx.initialParameters(9), DATA, order, 3, 20, gradient))
                    .isCloseTo(loss, within(1e-4));

            assertSameTensors(onnx, onnx.initialParameters(1), start, 0);
            assertSameTensors(onnx, gradient, expected, 1e-5);
            assertThat(pass.logits(onnx.initialParameters(0), DATA, 5, 9))
                    .containsExactly(dense.logits(start, DATA, 5, 9), within(1e-5f));
            float[] one = new float[3];
            pass.logits(onnx.initialParameters(0), DATA.values(), DATA.offset(5), one);
            assertThat(one).containsExactly(dense.logits(start, DATA, 5, 6), within(1e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fedprox", "scaffold", "ditto"})
    void aFederationOfItIsThatOfTheDenseNetwork(String algorithm) {
        ClientAlgorithm client =
                switch (algorithm) {
                    case "scaffold" -> ClientAlgorithm.scaffold();
                    case "ditto" -> ClientAlgorithm.ditto(0.5);
                    default -> ClientAlgorithm.fedProxAdaptive();
                };
        float[] start = DENSE.initialParameters(4);
        FederatedRun expected = run(DENSE, start, client);
        try (OnnxClassifier onnx = exported(start)) {
            FederatedRun run = run(onnx, onnx.initialParameters(0), client);

            assertSameTensors(onnx, run.parameters(), expected.parameters(), 1e-3);
            assertThat(run.accuracy())
                    .isCloseTo(expected.accuracy(), within(0.02))
                    .isGreaterThan(0.8);
        }
    }

    private static FederatedRun run(LocalModel model, float[] start, ClientAlgorithm client) {
        return FederatedCoordinator.builder()
                .model(model)
                .initialParameters(start)
                .data(FederatedDataset.partition(DATA, Partitioner.dirichlet(1), 4, 2))
                .strategy(Strategies.fedAvg().client(client))
                .selection(Selection.all())
                .localEpochs(2)
                .learningRate(0.1)
                .rounds(5)
                .evaluation(DATA, 5)
                .build()
                .run();
    }

    /** Also where the model's batch is 1: along a direction the loss changes as the gradient says. */
    @ParameterizedTest
    @ValueSource(longs = {1, 8})
    void gradientOfAConvolutionIsTheSlopeOfItsLoss(long batch) {
        LabelledSet pictures = Samples.clouds(40, 16, 2, 3);
        int[] order = IntStream.range(0, 40).toArray();
        try (OnnxClassifier onnx = OnnxClassifier.of(convolution(batch))) {
            assertThat(onnx.features()).isEqualTo(16);
            assertThat(onnx.classes()).isEqualTo(2);
            float[] at = onnx.initialParameters(0);
            float[] gradient = new float[at.length];
            GradientPass pass = onnx.newPass();
            pass.addGradient(at, pictures, order, 0, 40, gradient);
            float[] ahead = at.clone();
            float[] behind = at.clone();
            double slope = 0;
            for (int i = 0; i < at.length; i++) {
                double direction = Math.sin(i + 1);
                slope += direction * gradient[i];
                ahead[i] += (float) (1e-2 * direction);
                behind[i] -= (float) (1e-2 * direction);
            }
            Trainer trainer = new Trainer(onnx);
            double difference = trainer.evaluate(ahead, pictures).loss()
                    - trainer.evaluate(behind, pictures).loss();

            assertThat(difference / 2e-2).isCloseTo(slope, within(2e-3));
        }
    }

    @Test
    void onlyTheChosenParametersAreTrained() {
        try (OnnxClassifier onnx = OnnxClassifier.of(convolution(1), name -> name.equals("matrix"))) {
            assertThat(onnx.layout().tensors()).containsExactly(new ParameterLayout.Entry("matrix", List.of(3, 2)));
            assertThat(onnx.initialParameters(0))
                    .containsExactly(random(4, 3, 2).floats());
        }
    }

    /** The exported graph takes raw inputs where it was trained on standardized ones, and keeps its names. */
    @Test
    void exportAnswersAsTheTrainedModel() {
        LabelledSet raw = Samples.clouds(30, 16, 2, 8);
        Standardization scaling = Standardization.fit(raw);
        try (OnnxClassifier onnx = OnnxClassifier.of(convolution(1))) {
            float[] trained = onnx.initialParameters(0);
            trained[4] += 1;
            OnnxGraph graph = onnx.toOnnx("learned", trained, scaling);
            float[] expected = onnx.newPass().logits(trained, scaling.apply(raw), 0, 1);
            try (InferenceSession session = Engines.discover()
                    .forFormat(ModelFormat.ONNX)
                    .open(OnnxWriter.toBytes(graph), SessionOptions.defaults())) {
                Tensor input = Tensor.of(raw.sample(0), 1, 1, 4, 4);

                assertThat(session.run(Map.of("picture", input)).get("scores").floats())
                        .containsExactly(expected, within(1e-5f));
            }
            assertThat(graph.name()).isEqualTo("learned");
        }
    }

    @Test
    void whatIsNoClassifierIsRefused() {
        OnnxGraph single = convolution(1);
        single.initializers().put("matrix", random(4, 3, 1));
        single.outputs().set(0, OnnxValue.tensor("scores", ElementType.FLOAT, 1, 1));
        assertThatThrownBy(() -> OnnxClassifier.of(single))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("gives (1) value a sample");
        OnnxGraph whole = convolution(1);
        whole.inputs().set(0, OnnxValue.tensor("picture", ElementType.DOUBLE, 1, 1, 4, 4));
        assertThatThrownBy(() -> OnnxClassifier.of(whole)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void aClosedModelSaysSo() {
        OnnxClassifier onnx = OnnxClassifier.of(convolution(1));
        onnx.close();
        onnx.close();

        assertThatThrownBy(() -> new Trainer(onnx).evaluate(onnx.initialParameters(0), Samples.clouds(3, 16, 2, 1)))
                .isInstanceOf(LifecycleException.class)
                .hasMessageContaining("was closed");
    }
}
