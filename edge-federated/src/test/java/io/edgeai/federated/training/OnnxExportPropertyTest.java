package io.edgeai.federated.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxReader;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.runtime.Engines;
import io.edgeai.core.runtime.InferenceSession;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.federated.Samples;
import io.edgeai.federated.data.LabelledSet;
import io.edgeai.federated.data.Standardization;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is exported is run by ONNX Runtime and compared with the definition in double. */
class OnnxExportPropertyTest {
    @ParameterizedTest
    @CsvSource({"0,1,2", "0,7,40", "1,1,2", "1,5,3", "2,3,2", "2,40,33", "3,1,2", "3,6,9"})
    void everyDepthAnswersAsDefined(int depth, int features, int classes) {
        SplittableRandom random = new SplittableRandom(depth * 100L + features);
        int[] hidden = new int[depth];
        Arrays.setAll(hidden, i -> 1 + random.nextInt(45));
        DenseNetwork network = DenseNetwork.mlp(features, classes, hidden);
        LabelledSet data = Samples.clouds(17, features, classes, depth + 1);
        float[] parameters = new float[network.layout().size()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = (float) (0.4 * random.nextGaussian());
        }
        byte[] bytes = OnnxWriter.toBytes(network.toOnnx("net", parameters, null));
        NaiveNetwork naive = new NaiveNetwork(network.widths());
        double[] p = NaiveNetwork.doubles(parameters);
        for (int batch : new int[] {1, 17}) {
            float[] answers = run(bytes, data, batch);
            for (int i = 0; i < batch; i++) {
                double[] expected = softmax(naive.logits(p, data.sample(i)));
                for (int c = 0; c < classes; c++) {
                    assertThat((double) answers[i * classes + c])
                            .as("%s, sample %d, class %d", network, i, c)
                            .isCloseTo(expected[c], within(1e-5));
                }
            }
        }
    }

    private static double[] softmax(double[] z) {
        double total = Arrays.stream(z).map(Math::exp).sum();
        return Arrays.stream(z).map(score -> Math.exp(score) / total).toArray();
    }

    private static float[] run(byte[] model, LabelledSet data, int batch) {
        float[] input = new float[batch * data.features()];
        for (int i = 0; i < batch; i++) {
            System.arraycopy(data.sample(i), 0, input, i * data.features(), data.features());
        }
        try (InferenceSession session =
                Engines.discover().forFormat(ModelFormat.ONNX).open(model, SessionOptions.defaults())) {
            return session.predict(input, 0);
        }
    }

    /** Raw inputs into the graph that standardizes, against standardized inputs into the one that does not: same bits. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void aGraphThatStandardizesGivesTheBitsOfOneFedStandardized(int depth) {
        int[] hidden = new int[depth];
        Arrays.fill(hidden, 6);
        DenseNetwork network = DenseNetwork.mlp(5, 3, hidden);
        LabelledSet raw = Samples.clouds(30, 5, 3, depth);
        for (int i = 0; i < raw.size(); i++) {
            raw.values()[raw.offset(i) + 4] = 12.5f;
        }
        Standardization scaling = Standardization.fit(raw);
        TrainedModel model = new TrainedModel(network, network.initialParameters(3));
        float[] inside = run(OnnxWriter.toBytes(model.toOnnx("raw", scaling)), raw, 30);
        float[] outside = run(OnnxWriter.toBytes(model.toOnnx("scaled")), scaling.apply(raw), 30);
        assertThat(inside).isEqualTo(outside);
        assertThat(inside).doesNotContain(Float.NaN);
    }

    /** Written and read again, all weights have their bits, and layers come in order. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void weightsSurviveTheFile(int depth) {
        int[] hidden = new int[depth];
        Arrays.fill(hidden, 4);
        DenseNetwork network = DenseNetwork.mlp(3, 2, hidden);
        SplittableRandom random = new SplittableRandom(depth);
        float[] parameters = new float[network.layout().size()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = (float) random.nextGaussian();
        }
        OnnxGraph graph = OnnxReader.read(OnnxWriter.toBytes(network.toOnnx("kept", parameters, null)));
        assertThat(graph.name()).isEqualTo("kept");
        for (ParameterLayout.Entry entry : network.layout().tensors()) {
            assertThat(graph.initializers().get(entry.name()).floats())
                    .as(entry.name())
                    .isEqualTo(network.layout().slice(parameters, entry.name()));
        }
        assertThat(graph.initializers()).hasSize(2 * (depth + 1));
        assertThat(graph.nodes().stream().map(OnnxNode::op).filter("Relu"::equals))
                .hasSize(depth);
        assertThat(graph.nodes().stream().map(OnnxNode::op).filter("Gemm"::equals))
                .hasSize(depth + 1);
    }
}
