package io.edgeai.formats.openvino;

import static io.edgeai.formats.openvino.Grid.near;
import static io.edgeai.formats.openvino.IrFile.port;
import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.OnnxNode;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fake quantization against its definition. */
class FakeQuantizeTest {
    @TempDir
    Path folder;

    /** The definition: beyond the bounds the outer levels, between them the nearest, ties to the even one. */
    private static double quantized(double x, double inLow, double inHigh, double outLow, double outHigh, int levels) {
        if (x <= Math.min(inLow, inHigh)) {
            return outLow;
        }
        if (x > Math.max(inLow, inHigh)) {
            return outHigh;
        }
        double level = Math.rint((x - inLow) / (inHigh - inLow) * (levels - 1));
        return level / (levels - 1) * (outHigh - outLow) + outLow;
    }

    @ParameterizedTest
    @CsvSource({
        "5, -1, 1, 0, 8",
        "2, -1, 1, -1, 1",
        "256, -1, 1, -1, 1",
        "255, -1.27, 1.27, -1.27, 1.27",
        "16, 0, 3.75, 0, 3.75",
        "65536, -2, 2, -2, 2",
        "9, -1, 1, 4, -4"
    })
    void numbersGoToTheNearestLevel(int levels, float inLow, float inHigh, float outLow, float outHigh) {
        Grid x = Grid.random(new Random(levels), 3, 7);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "FakeQuantize-1 levels='" + levels + "'",
                port(x),
                file.input(x),
                file.scalar(inLow),
                file.scalar(inHigh),
                file.scalar(outLow),
                file.scalar(outHigh));
        assertThat(file.answer(y)).is(near(x.map(v -> quantized(v, inLow, inHigh, outLow, outHigh, levels))));
    }

    /** Binary networks state one threshold as both bounds. */
    @Test
    void twoLevelsAtAThreshold() {
        Grid x = Grid.of(-1, .25, .5, .51, 3);
        IrFile file = new IrFile(folder);
        int threshold = file.scalar(.5);
        int y = file.op(
                "FakeQuantize-1 levels='2'",
                port(x),
                file.input(x),
                threshold,
                threshold,
                file.scalar(-1),
                file.scalar(1));
        assertThat(file.answer(y)).is(near(Grid.of(-1, -1, -1, 1, 1)));
    }

    @Test
    void everyChannelHasItsOwnBounds() {
        Grid x = Grid.pattern(2, 3, 5);
        Grid low = new Grid(new double[] {-1, -.5, 0}, 1, 3, 1);
        Grid high = new Grid(new double[] {1, 2, 2.5}, 1, 3, 1);
        IrFile file = new IrFile(folder);
        int least = file.floats(low);
        int most = file.floats(high);
        int y = file.op("FakeQuantize-1 levels='7'", port(x), file.input(x), least, most, least, most);
        assertThat(file.answer(y))
                .is(near(Grid.filled(
                        i -> {
                            double l = low.at(0, i[1], 0);
                            double h = high.at(0, i[1], 0);
                            return quantized(x.at(i), l, h, l, h, 7);
                        },
                        x.dims())));
    }

    @Test
    void boundsThatAreExchangedCountDownwards() {
        Grid x = Grid.of(-3, -1, -.4f, 0, .26f, 1, 5);
        IrFile file = new IrFile(folder);
        int y = file.op(
                "FakeQuantize-1 levels='5'",
                port(x),
                file.input(x),
                file.scalar(1),
                file.scalar(-1),
                file.scalar(0),
                file.scalar(8));
        assertThat(file.answer(y)).is(near(x.map(v -> quantized(v, 1, -1, 0, 8, 5))));
    }

    /** Where 8 bits give exactly the levels, ONNX Runtime gets nodes that it turns into integer kernels. */
    @ParameterizedTest
    @ValueSource(floats = {0, -1.28f, -2.55f})
    void eightBitsBecomeIntegerNodes(float low) {
        float high = low + 2.55f;
        Grid x = Grid.random(new Random(8), 40).map(v -> v + .003); // no number half-way between levels
        IrFile file = new IrFile(folder);
        int least = file.scalar(low);
        int most = file.scalar(high);
        int y = file.op("FakeQuantize-1 levels='256'", port(x), file.input(x), least, most, least, most);
        Grid found = file.answer(y);
        assertThat(file.imported().nodes().stream().map(OnnxNode::op))
                .containsExactly("QuantizeLinear", "DequantizeLinear");
        for (int i = 0; i < 40; i++) {
            double wanted = quantized(x.at(i), low, high, low, high, 256);
            assertThat(found.at(i)).as("of %s", x.at(i)).isCloseTo(wanted, org.assertj.core.data.Offset.offset(1e-5));
        }
    }

    @Test
    void aZeroBetweenTwoLevelsKeepsTheArithmetic() {
        IrFile file = new IrFile(folder);
        int low = file.scalar(-1);
        int high = file.scalar(1.4);
        file.result(
                file.op("FakeQuantize-1 levels='256'", port("FP32", 1), file.input(Grid.of(1)), low, high, low, high));
        assertThat(file.imported().nodes().stream().map(OnnxNode::op)).doesNotContain("QuantizeLinear");
    }
}
