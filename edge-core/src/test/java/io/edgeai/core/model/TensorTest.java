package io.edgeai.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void holdsWhatWasPutInRowMajorOrder() {
        Tensor tensor = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);

        assertThat(tensor.floats()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(tensor.shape()).containsExactly(2, 3);
        assertThat(tensor.elements()).isEqualTo(6);
        assertThat(tensor.buffer().getFloat(4 * 4)).isEqualTo(5f);
    }

    @Test
    void everyTypedFactoryReadsBack() {
        assertThat(Tensor.of(new double[] {0.1, -2}, 2).doubles()).containsExactly(0.1, -2);
        assertThat(Tensor.of(new long[] {Long.MIN_VALUE, 7}, 1, 2).longs()).containsExactly(Long.MIN_VALUE, 7);
        assertThat(Tensor.of(new int[] {-1}, 1).ints()).containsExactly(-1);
        assertThat(Tensor.of(new String[] {"a", "ü"}, 2).strings()).containsExactly("a", "ü");
        assertThat(Tensor.ofBytes(ElementType.UINT8, new byte[] {1, -1}, 2).bytes())
                .containsExactly(1, -1);
    }

    @Test
    void aScalarHasOneElementAndNoDimensions() {
        Tensor scalar = Tensor.of(new float[] {7});

        assertThat(scalar.shape()).isEmpty();
        assertThat(scalar.elements()).isEqualTo(1);
    }

    @Test
    void aZeroBatchIsEmptyNotAnError() {
        Tensor empty = Tensor.of(new float[0], 0, 4);

        assertThat(empty.floats()).isEmpty();
        assertThat(empty.elements()).isZero();
    }

    @Test
    void factoriesCopyAndAccessorsCopy() {
        float[] source = {1, 2};
        Tensor tensor = Tensor.of(source, 2);
        source[0] = 99;
        tensor.floats()[1] = 99;
        tensor.shape()[0] = 99;

        assertThat(tensor.floats()).containsExactly(1, 2);
        assertThat(tensor.shape()).containsExactly(2);
    }

    @Test
    void bufferSharesMemoryBothWays() {
        ByteBuffer direct = ByteBuffer.allocateDirect(8).order(ByteOrder.nativeOrder());
        Tensor tensor = Tensor.ofBuffer(ElementType.FLOAT, direct, 2);
        direct.putFloat(4, 3f);
        tensor.buffer().putFloat(0, 5f);

        assertThat(tensor.floats()).containsExactly(5, 3);
        assertThat(direct.getFloat(0)).isEqualTo(5f);
    }

    @Test
    void aPositionLeftInAViewDoesNotMoveTheTensor() {
        Tensor tensor = Tensor.of(new float[] {1, 2}, 2);
        tensor.buffer().getFloat();

        assertThat(tensor.buffer().position()).isZero();
    }

    @Test
    void reshapeSharesAndChecksTheCount() {
        Tensor tensor = Tensor.of(new float[] {1, 2, 3, 4}, 4);

        assertThat(tensor.reshape(2, 2).floats()).containsExactly(1, 2, 3, 4);
        assertThatThrownBy(() -> tensor.reshape(3)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void wrongCountsTypesAndBuffersAreNamed() {
        assertThatThrownBy(() -> Tensor.of(new float[3], 2, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("[2, 2]")
                .hasMessageContaining("(3)");
        assertThatThrownBy(() -> Tensor.of(new float[1], -1)).hasMessageContaining("negative");
        assertThatThrownBy(() -> Tensor.of(new float[1], 1).longs()).hasMessageContaining("(FLOAT)");
        assertThatThrownBy(() -> Tensor.of(new String[] {"x"}, 1).buffer()).hasMessageContaining("strings()");
        assertThatThrownBy(() -> Tensor.ofBuffer(ElementType.FLOAT, ByteBuffer.allocate(4), 1))
                .hasMessageContaining("direct");
        assertThatThrownBy(() -> Tensor.ofBytes(ElementType.INT32, new byte[3], 1))
                .hasMessageContaining("4 bytes");
        assertThatThrownBy(() -> Tensor.allocate(ElementType.DOUBLE, 1L << 40)).hasMessageContaining("split");
    }

    @Test
    void fourBitTypesPackTwoToAByte() {
        assertThat(Tensor.allocate(ElementType.INT4, 5).buffer().capacity()).isEqualTo(3);
    }
}
