package io.edgeai.core.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClosenessTest {
    private static boolean close(Tensor a, Tensor b) {
        return Closeness.close(Map.of("y", a), Map.of("y", b));
    }

    private static Tensor bits(ElementType type, int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.nativeOrder());
        for (int value : values) {
            bytes.putShort((short) value);
        }
        return Tensor.ofBytes(type, bytes.array(), values.length);
    }

    @Test
    void floatsMayDifferByRoundingRelativeToTheLargest() {
        Tensor a = Tensor.of(new float[] {1000, 1}, 2);
        assertThat(close(a, Tensor.of(new float[] {1000, 1.09f}, 2))).isTrue();
        assertThat(close(a, Tensor.of(new float[] {1000, 1.11f}, 2))).isFalse();
        assertThat(close(Tensor.of(new float[] {0}, 1), Tensor.of(new float[] {1e-30f}, 1)))
                .isFalse();
    }

    @Test
    void doublesToo() {
        Tensor a = Tensor.of(new double[] {-1000, 1}, 2);
        assertThat(close(a, Tensor.of(new double[] {-1000, 0.91}, 2))).isTrue();
        assertThat(close(a, Tensor.of(new double[] {-1000, 0.89}, 2))).isFalse();
    }

    @Test
    void whatIsNoNumberMustBeTheSame() {
        Tensor a = Tensor.of(new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1}, 3);
        assertThat(close(a, Tensor.of(new float[] {Float.NaN, Float.POSITIVE_INFINITY, 1}, 3)))
                .isTrue();
        assertThat(close(a, Tensor.of(new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 1}, 3)))
                .isFalse();
        assertThat(close(a, Tensor.of(new float[] {0, Float.POSITIVE_INFINITY, 1}, 3)))
                .isFalse();
    }

    /** 0x3c00 is 1, 0x4000 is 2; next to 1 comes 1 + 1/1024, and 0x3c08 is 1 + 8/1024. 0x0400 is the least normal number. */
    @Test
    void halvesMayDifferByTheirSpacingTwice() {
        assertThat(close(bits(ElementType.FLOAT16, 0x3c00), bits(ElementType.FLOAT16, 0x3c02)))
                .isTrue();
        assertThat(close(bits(ElementType.FLOAT16, 0x3c00), bits(ElementType.FLOAT16, 0x3c08)))
                .isFalse();
        assertThat(close(bits(ElementType.FLOAT16, 0x3c00), bits(ElementType.FLOAT16, 0xbc00)))
                .as("1 and -1")
                .isFalse();
        assertThat(close(bits(ElementType.FLOAT16, 0x7c00), bits(ElementType.FLOAT16, 0xfc00)))
                .as("the infinities")
                .isFalse();
        assertThat(close(bits(ElementType.FLOAT16, 0x7e00), bits(ElementType.FLOAT16, 0x7e00)))
                .as("no number")
                .isTrue();
        assertThat(close(bits(ElementType.FLOAT16, 0x0001), bits(ElementType.FLOAT16, 0x0002)))
                .as("subnormal numbers, one twice the other")
                .isFalse();
    }

    /** 0x3f80 is 1; next to it comes 1 + 1/128. */
    @Test
    void brainFloatsToo() {
        assertThat(close(bits(ElementType.BFLOAT16, 0x3f80), bits(ElementType.BFLOAT16, 0x3f82)))
                .isTrue();
        assertThat(close(bits(ElementType.BFLOAT16, 0x3f80), bits(ElementType.BFLOAT16, 0x3f90)))
                .isFalse();
    }

    @Test
    void wholeNumbersTextsAndShapesMustBeEqual() {
        assertThat(close(Tensor.of(new long[] {1_000_000}, 1), Tensor.of(new long[] {1_000_001}, 1)))
                .isFalse();
        assertThat(close(Tensor.of(new String[] {"a"}, 1), Tensor.of(new String[] {"a"}, 1)))
                .isTrue();
        assertThat(close(Tensor.of(new String[] {"a"}, 1), Tensor.of(new String[] {"b"}, 1)))
                .isFalse();
        assertThat(close(Tensor.of(new int[] {1}, 1), Tensor.of(new int[] {1}, 1, 1)))
                .isFalse();
        assertThat(close(Tensor.of(new int[] {1}, 1), Tensor.of(new float[] {1}, 1)))
                .isFalse();
        Tensor y = Tensor.of(new int[] {1}, 1);
        assertThat(Closeness.close(Map.of("y", y), Map.of("z", y))).isFalse();
    }
}
