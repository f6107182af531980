package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Slices of a constant, against its elements one by one. */
class PickTest {
    @Test
    void everyElementComesFromItsPlace() {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            long[] dims = random.longs(4, 1, 5).toArray();
            int count = (int) (dims[0] * dims[1] * dims[2] * dims[3]);
            long[] numbers = new long[count];
            for (int i = 0; i < count; i++) {
                numbers[i] = random.nextInt(100);
            }
            int axis = random.nextInt(4);
            int[] positions = random.ints(0, (int) dims[axis])
                    .limit(random.nextInt(5))
                    .sorted()
                    .distinct()
                    .toArray();
            for (OnnxTensor tensor : List.of(OnnxTensor.ofLongs(numbers, dims), bytes(numbers, dims))) {
                OnnxTensor picked = Cut.pick(tensor, axis, positions);
                assertThat(picked.type()).isEqualTo(tensor.type());
                assertThat(picked.dim(axis)).as("seed " + seed).isEqualTo(positions.length);
                long[] found = numbers(picked);
                long[] place = new long[4];
                for (int i = 0; i < found.length; i++) {
                    long rest = i;
                    for (int at = 3; at >= 0; at--) {
                        place[at] = rest % picked.dim(at);
                        rest /= picked.dim(at);
                    }
                    place[axis] = positions[(int) place[axis]];
                    long from = ((place[0] * dims[1] + place[1]) * dims[2] + place[2]) * dims[3] + place[3];
                    assertThat(found[i]).as("seed " + seed).isEqualTo(numbers[(int) from]);
                }
            }
        }
    }

    private static long[] numbers(OnnxTensor tensor) {
        if (tensor.type() == ElementType.INT64) {
            return tensor.longs();
        }
        long[] numbers = new long[(int) tensor.elements()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = tensor.data().get(i);
        }
        return numbers;
    }

    private static OnnxTensor bytes(long[] numbers, long[] dims) {
        byte[] narrow = new byte[numbers.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (byte) numbers[i];
        }
        return OnnxTensor.ofBytes(ElementType.INT8, narrow, dims);
    }

    @Test
    void halvesOfBytesAndTextsAreRefused() {
        OnnxTensor texts = OnnxTensor.ofStrings(List.of(new byte[] {65}, new byte[] {66}), 2);
        OnnxTensor nibbles = OnnxTensor.ofRaw(ElementType.INT4, java.nio.ByteBuffer.allocate(2), 4);
        for (OnnxTensor tensor : List.of(texts, nibbles)) {
            assertThatThrownBy(() -> Cut.pick(tensor, 0, new int[] {0}))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("cannot be cut")
                    .hasMessageContaining("Maybe prune before quantizing");
        }
    }
}
