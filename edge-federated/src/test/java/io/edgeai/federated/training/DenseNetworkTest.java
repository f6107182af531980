package io.edgeai.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.federated.Samples;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.Standardization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenseNetworkTest {
    @Test
    void layoutNamesEveryTensor() {
        ParameterLayout layout = DenseNetwork.mlp(4, 3, 5).layout();
        assertThat(layout.tensors())
                .containsExactly(
                        new ParameterLayout.Entry("dense0.weight", List.of(4, 5)),
                        new ParameterLayout.Entry("dense0.bias", List.of(5)),
                        new ParameterLayout.Entry("dense1.weight", List.of(5, 3)),
                        new ParameterLayout.Entry("dense1.bias", List.of(3)));
        assertThat(layout.size()).isEqualTo(4 * 5 + 5 + 5 * 3 + 3);
        assertThat(layout.offset("dense1.weight")).isEqualTo(25);
    }

    @Test
    void regressionStartsFromZerosAndPerceptronFromGlorot() {
        assertThat(DenseNetwork.softmax(4, 3).initialParameters(1)).hasSize(15).containsOnly(0);
        DenseNetwork network = DenseNetwork.mlp(200, 10, 100);
        float[] start = network.initialParameters(1);
        float limit = (float) Math.sqrt(6.0 / 300);
        double squares = 0;
        for (float weight : network.layout().slice(start, "dense0.weight")) {
            assertThat(Math.abs(weight)).isLessThanOrEqualTo(limit);
            squares += weight * weight;
        }
        assertThat(Math.sqrt(squares / 20_000)).isCloseTo(limit / Math.sqrt(3), within(0.02 * limit));
        assertThat(network.layout().slice(start, "dense0.bias")).containsOnly(0);
        assertThat(start).isEqualTo(network.initialParameters(1)).isNotEqualTo(network.initialParameters(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void onnxRuntimeGivesTheSameAnswers(int layers) {
        int[] hidden = new int[layers];
        java.util.Arrays.fill(hidden, 40);
        DenseNetwork network = DenseNetwork.mlp(12, 4, hidden);
        LabelledSet data = Samples.clouds(40, 12, 4, layers);
        float[] parameters = network.initialParameters(layers);
        new Trainer(network).train(parameters, data, SgdSettings.defaults().epochs(5), 1);
        TrainedModel model = new TrainedModel(network, parameters);
        assertSame(model.toOnnx("clouds"), data, data, model);
    }

    @Test
    void standardizationBecomesPartOfTheGraph() {
        LabelledSet raw = Samples.clouds(40, 12, 4, 9);
        Standardization scaling = Standardization.fit(raw);
        DenseNetwork network = DenseNetwork.mlp(12, 4, 8);
        TrainedModel model = new TrainedModel(network, network.initialParameters(5));
        assertSame(model.toOnnx("clouds", scaling), raw, scaling.apply(raw), model);
    }

    @Test
    void signatureIsOneFloatInputAndProbabilitiesWithAFreeBatch() {
        DenseNetwork network = DenseNetwork.softmax(6, 3);
        byte[] bytes = OnnxWriter.toBytes(network.toOnnx("small", network.initialParameters(1), null));
        try (InferenceSession session = open(bytes)) {
            assertThat(session.signature().toString())
                    .contains("input")
                    .contains("probabilities")
                    .contains("batch");
            assertThat(session.sampleLength()).isEqualTo(6);
        }
    }

    @Test
    void impossibleSizesAreRefused() {
        assertThatThrownBy(() -> DenseNetwork.mlp(4, 3, 1, 1, 1, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(4) hidden");
        assertThatThrownBy(() -> DenseNetwork.mlp(4, 3, 0)).hasMessageContaining("(0) wide");
        assertThatThrownBy(() -> DenseNetwork.softmax(4, 1)).hasMessageContaining("at least 2 classes (1)");
        assertThatThrownBy(() -> DenseNetwork.mlp(1 << 20, 2, 1 << 20)).hasMessageContaining("parameters");
        assertThatThrownBy(() -> DenseNetwork.softmax(4, 3).toOnnx("x", new float[2], null))
                .isInstanceOf(InvalidInputException.class);
        Standardization other = Standardization.fit(Samples.clouds(5, 3, 2, 1));
        assertThatThrownBy(() -> DenseNetwork.softmax(4, 3).toOnnx("x", new float[15], other))
                .hasMessageContaining("3 features");
    }

    private static void assertSame(OnnxGraph graph, LabelledSet fed, LabelledSet ours, TrainedModel model) {
        float[] batch = new float[fed.size() * fed.features()];
        for (int i = 0; i < fed.size(); i++) {
            System.arraycopy(fed.sample(i), 0, batch, i * fed.features(), fed.features());
        }
        try (InferenceSession session = open(OnnxWriter.toBytes(graph))) {
            float[] answers = session.predict(batch, 0);
            assertThat(answers).hasSize(fed.size() * fed.classes());
            for (int i = 0; i < fed.size(); i++) {
                float[] own = model.predict(ours.sample(i));
                for (int c = 0; c < own.length; c++) {
                    assertThat(answers[i * own.length + c]).isCloseTo(own[c], within(2e-5f));
                }
            }
        }
    }

    private static InferenceSession open(byte[] model) {
        return Engines.discover().forFormat(ModelFormat.ONNX).open(model, SessionOptions.defaults());
    }
}
