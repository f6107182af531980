package io.edgeai.optimize.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.UnsupportedOperatorException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.train.data.TensorData;
import io.edgeai.optimize.calibration.CalibrationMethod;
import io.edgeai.optimize.calibration.Calibrator;
import io.edgeai.optimize.calibration.ValueRange;
import io.edgeai.optimize.quantize.QuantizeSettings;
import io.edgeai.optimize.quantize.StaticQuantizer;
import io.edgeai.optimize.testing.GraphBuilder;
import io.edgeai.optimize.testing.Ort;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Few bits round so hard that training must show: the answers come back towards those of the float net. */
class QuantizationAwareTrainingTest {
    private static final int COUNT = 256;
    private final OnnxGraph net = GraphBuilder.residualNet(13, 1);
    private final Map<String, Tensor> images = Map.of("x", Ort.tensor(new Random(3), COUNT, 3, 8, 8));
    private final Map<String, Tensor> unseen = Map.of("x", Ort.tensor(new Random(4), COUNT, 3, 8, 8));

    private FineTuning.Builder tuning(int epochs) {
        return FineTuning.builder(TensorData.of(images))
                .teacher(net)
                .settings(TrainSettings.quantizationAware().epochs(epochs).temperature(2));
    }

    private Map<String, ValueRange> ranges(QuantizeSettings settings) {
        return new Calibrator(Ort.runtime())
                .ranges(
                        net,
                        List.of(images),
                        new QuantizationAwareTraining(tuning(1).build(), settings).values(net),
                        CalibrationMethod.MIN_MAX,
                        Progress.NONE);
    }

    private double distance(OnnxGraph quantized) {
        float[] a = Ort.run(net, unseen).get("y").floats();
        float[] b = Ort.run(quantized, unseen).get("y").floats();
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum / a.length;
    }

    @ParameterizedTest
    @CsvSource({"3, true", "4, true", "4, false"})
    void trainingMakesUpForFewBits(int bits, boolean normalize) {
        QuantizeSettings settings = QuantizeSettings.defaults().weightBits(bits);
        Map<String, ValueRange> ranges = ranges(settings);
        byte[] before = OnnxWriter.toBytes(net);
        FineTuning tuning = tuning(10)
                .settings(TrainSettings.quantizationAware()
                        .epochs(10)
                        .temperature(2)
                        .normalize(normalize))
                .build();
        OnnxGraph trained = new QuantizationAwareTraining(tuning, settings)
                .quantize(net, ranges, null)
                .graph();
        OnnxGraph plain = new StaticQuantizer(net, settings).quantize(ranges).graph();
        assertThat(distance(trained)).isLessThan(0.75 * distance(plain));
        assertThat(OnnxWriter.toBytes(net)).isEqualTo(before);
    }

    @Test
    void theResultIsAnIntegerGraphLikeThatWithoutTraining() {
        QuantizeSettings settings = QuantizeSettings.defaults().weightBits(4);
        Map<String, ValueRange> ranges = ranges(settings);
        OnnxGraph trained = new QuantizationAwareTraining(tuning(1).build(), settings)
                .quantize(net, ranges, null)
                .graph();
        OnnxGraph plain = new StaticQuantizer(net, settings).quantize(ranges).graph();
        assertThat(trained.nodes())
                .extracting(OnnxNode::op)
                .containsExactlyElementsOf(
                        plain.nodes().stream().map(OnnxNode::op).toList());
        assertThat(trained.initializers().values())
                .filteredOn(tensor -> tensor.type() == ElementType.INT8 && tensor.rank() == 4)
                .hasSize(3)
                .allSatisfy(weight -> assertThat(levels(weight)).allMatch(level -> Math.abs(level) <= 7));
    }

    private static List<Integer> levels(OnnxTensor weight) {
        java.nio.ByteBuffer data = weight.data();
        List<Integer> levels = new java.util.ArrayList<>();
        for (int i = 0; i < weight.elements(); i++) {
            levels.add((int) data.get(i));
        }
        return levels;
    }

    @Test
    void operatorsWithoutADerivativeAreNamed() {
        GraphBuilder b = new GraphBuilder(13, 1).input("x", -1, 3, 8, 8);
        b.conv("c", "x", 3, 5);
        b.node("Shrink", "s", "c");
        b.node("GlobalAveragePool", "pool", "s");
        b.node("Flatten", "y", "pool");
        OnnxGraph odd = b.output("y", 2).graph();
        FineTuning tuning = tuning(1)
                .settings(TrainSettings.defaults().normalize(false))
                .teacherOnline(true)
                .build();
        QuantizationAwareTraining training = new QuantizationAwareTraining(tuning, QuantizeSettings.defaults());
        Map<String, ValueRange> ranges = Map.of("x", new ValueRange(-1, 1), "c", new ValueRange(-1, 1));
        assertThatThrownBy(() -> training.quantize(odd, ranges, null))
                .isInstanceOf(UnsupportedOperatorException.class)
                .hasMessageContaining("Shrink");
    }
}
