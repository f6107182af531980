package io.edgeai.optimize.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.optimize.testing.Ort;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChannelWeightsTest {
    @Test
    void byHand() {
        OnnxTensor weight = OnnxTensor.ofFloats(new float[] {127, -63.4f, 0, 2, 1, -2}, 2, 3);
        ChannelWeights rows = ChannelWeights.of(weight, 0, ChannelWeights.FULL);
        assertThat(rows.scales()).containsExactly(1, 2f / 127);
        assertThat(rows.levelTensor().data().get(0)).isEqualTo((byte) 127);
        assertThat(rows.levelTensor().data().get(1)).isEqualTo((byte) -63);
        assertThat(rows.levelTensor().data().get(4)).isEqualTo((byte) 64);
        assertThat(rows.levelTensor().data().get(5)).isEqualTo((byte) -127);
        ChannelWeights columns = ChannelWeights.of(weight, 1, ChannelWeights.FULL);
        assertThat(columns.scales()).containsExactly(1, 63.4f / 127, 2f / 127);
    }

    @Test
    void errorIsAtMostHalfAStepAlongEveryAxis() {
        Random random = new Random(13);
        for (int round = 0; round < 40; round++) {
            long[] dims = {1 + random.nextInt(5), 1 + random.nextInt(6), 1 + random.nextInt(3), 1 + random.nextInt(3)};
            int count = (int) (dims[0] * dims[1] * dims[2] * dims[3]);
            OnnxTensor weight = OnnxTensor.ofFloats(Ort.normal(random, count), dims);
            float[] values = weight.floats();
            int top = round % 2 == 0 ? ChannelWeights.FULL : ChannelWeights.REDUCED;
            for (int axis = 0; axis < 4; axis++) {
                ChannelWeights quantized = ChannelWeights.of(weight, axis, top);
                float[] scales = quantized.scales();
                assertThat(scales).hasSize((int) dims[axis]);
                for (int i = 0; i < count; i++) {
                    float scale = scales[coordinate(i, dims, axis)];
                    int level = quantized.levelTensor().data().get(i);
                    assertThat(Math.abs(level)).isLessThanOrEqualTo(top);
                    assertThat(Math.abs(level * scale - values[i]))
                            .as("round %d of seed 13, axis %d", round, axis)
                            .isLessThanOrEqualTo(scale * 0.5001f);
                }
            }
        }
    }

    private static int coordinate(int index, long[] dims, int axis) {
        int rest = index;
        int found = 0;
        for (int i = dims.length - 1; i >= 0; i--) {
            if (i == axis) {
                found = (int) (rest % dims[i]);
            }
            rest = (int) (rest / dims[i]);
        }
        return found;
    }

    @Test
    void theLargestWeightOfEachSliceUsesTheWholeRange() {
        OnnxTensor weight = OnnxTensor.ofFloats(new float[] {0.1f, -0.2f, 30, 10}, 2, 2);
        ChannelWeights full = ChannelWeights.of(weight, 0, ChannelWeights.FULL);
        assertThat(full.levelTensor().data().get(1)).isEqualTo((byte) -127);
        assertThat(full.levelTensor().data().get(2)).isEqualTo((byte) 127);
        assertThat(ChannelWeights.of(weight, 0, ChannelWeights.REDUCED)
                        .levelTensor()
                        .data()
                        .get(2))
                .isEqualTo((byte) 63);
    }

    @Test
    void aSliceOfZerosGetsAHarmlessScale() {
        ChannelWeights quantized = ChannelWeights.of(OnnxTensor.ofFloats(new float[4], 2, 2), 0, 127);
        assertThat(quantized.scales()).containsExactly(1, 1);
    }

    @Test
    void smallestScalesAreRespected() {
        OnnxTensor weight = OnnxTensor.ofFloats(new float[] {1, 0.5f}, 2, 1);
        ChannelWeights quantized = ChannelWeights.of(weight, 0, 127, 0.1f, 0);
        assertThat(quantized.scales()[0]).isEqualTo(0.1f);
        assertThat(quantized.scales()[1]).isCloseTo(0.5f / 127, within(1e-9f));
        assertThat(quantized.levelTensor().data().get(0)).isEqualTo((byte) 10);
    }

    @Test
    void scalesBroadcastAgainstTheWeights() {
        OnnxTensor weight = OnnxTensor.ofFloats(new float[24], 2, 3, 4);
        assertThat(ChannelWeights.of(weight, 1, 127).broadcastScales().dims()).containsExactly(1, 3, 1);
        assertThat(ChannelWeights.of(weight, 2, 127).broadcastScales().dims()).containsExactly(1, 1, 4);
        assertThat(ChannelWeights.of(weight, 1, 127).scaleTensor().dims()).containsExactly(3);
        assertThat(ChannelWeights.of(weight, 1, 127).zeroTensor().dims()).containsExactly(3);
        assertThat(ChannelWeights.of(weight, 1, 127).channels()).isEqualTo(3);
    }

    /** A step of 0.5 and of 2; the second channel is turned and stretched, the third vanishes. */
    @Test
    void levelsOutliveStretching() {
        OnnxTensor weight = OnnxTensor.ofFloats(new float[] {0.6f, -70, 3.1f, 9, 1, 2}, 3, 2);
        OnnxTensor result = OnnxTensor.ofFloats(new float[] {1.8f, -210, -0.31f, -0.9f, 0, 0}, 3, 2);
        ChannelWeights stretched = ChannelWeights.stretched(weight, result, new float[] {0.5f, 2, 1}, 0, 127);
        assertThat(stretched.levels()).containsExactly(1, -127, -2, -4, 0, 0);
        assertThat(stretched.scales()[0]).isCloseTo(1.5f, within(1e-6f));
        assertThat(stretched.scales()[1]).isCloseTo(0.2f, within(1e-6f));
        assertThat(stretched.scales()[2]).isEqualTo(1);
    }

    @Test
    void narrowStepsAreWidened() {
        ChannelWeights fine =
                ChannelWeights.ofLevels(new byte[] {100, -50, 100, 3}, new float[] {0.1f, 0.1f}, new long[] {2, 2}, 0);
        ChannelWeights wide = fine.atLeast(0.05f, 0.4f);
        assertThat(wide.levels()).containsExactly(100, -50, 25, 1);
        assertThat(wide.scales()).containsExactly(0.1f, 0.4f);
        ChannelWeights one = ChannelWeights.ofLevels(
                new byte[] {100, -50}, new float[] {0.1f}, new long[] {2}, ChannelWeights.PER_TENSOR);
        assertThat(one.atLeast(0.05f, 0.2f).levels()).containsExactly(50, -25);
        assertThat(one.atLeast().scales()).containsExactly(0.1f);
    }
}
