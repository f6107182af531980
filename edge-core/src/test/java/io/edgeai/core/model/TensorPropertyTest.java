package io.edgeai.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors of random shapes and values against plain arrays; messages name the seed. */
class TensorPropertyTest {
    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();

    @Test
    void everyElementLiesAtItsRowMajorIndex() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            long[] shape = shape(random);
            int count = count(shape);
            double[] values = random.doubles(count, -100, 100).toArray();
            Tensor doubles = Tensor.of(values, shape);
            Tensor longs =
                    Tensor.of(Arrays.stream(values).mapToLong(v -> (long) v).toArray(), shape);
            Tensor ints = Tensor.of(Arrays.stream(values).mapToInt(v -> (int) v).toArray(), shape);
            assertThat(doubles.elements()).as("seed %d", seed).isEqualTo(count);
            if (count == 0) {
                continue;
            }
            long[] index = new long[shape.length];
            for (int i = 0; i < index.length; i++) {
                index[i] = random.nextInt((int) shape[i]);
            }
            int at = 0;
            for (int i = 0; i < index.length; i++) {
                at = (int) (at * shape[i] + index[i]);
            }
            assertThat(doubles.buffer().getDouble(8 * at)).as("seed %d", seed).isEqualTo(values[at]);
            assertThat(longs.buffer().getLong(8 * at)).as("seed %d", seed).isEqualTo((long) values[at]);
            assertThat(ints.buffer().getInt(4 * at)).as("seed %d", seed).isEqualTo((int) values[at]);
            assertThat(longs.longs()[at]).isEqualTo((long) values[at]);
            assertThat(ints.ints()[at]).isEqualTo((int) values[at]);
        }
    }

    /** Bits per element as ONNX's TensorProto.DataType defines them, written here a second time. */
    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "STRING")
    void everyNumericTypeHoldsItsBytesUnchanged(ElementType type) {
        Random random = new Random(type.onnxCode());
        int bits = bitsOfTheSpecification(type);
        for (int elements : new int[] {0, 1, 2, 3, 5, 8, 33}) {
            int bytes = (elements * bits + 7) / 8;
            byte[] raw = new byte[bytes];
            random.nextBytes(raw);
            Tensor tensor = Tensor.ofBytes(type, raw, elements);
            assertThat(tensor.bytes()).containsExactly(raw);
            assertThat(tensor.elements()).isEqualTo(elements);
            assertThat(tensor.type()).isEqualTo(type);
            assertThat(type.bytes(elements)).isEqualTo(bytes);
            ByteBuffer direct = ByteBuffer.allocateDirect(bytes).order(NATIVE).put(raw);
            assertThat(Tensor.ofBuffer(type, direct, elements).bytes())
                    .as("the buffer's position is ignored")
                    .containsExactly(raw);
            assertThat(Tensor.allocate(type, elements).bytes())
                    .containsOnly(new byte[bytes])
                    .hasSize(bytes);
            assertThatThrownBy(() -> Tensor.ofBytes(type, new byte[bytes + 1], elements))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(bytes + " bytes")
                    .hasMessageContaining("(" + (bytes + 1) + ")");
        }
    }

    private static int bitsOfTheSpecification(ElementType type) {
        return switch (type) {
            case STRING -> 0;
            case UINT2, INT2 -> 2;
            case UINT4, INT4, FLOAT4E2M1 -> 4;
            case UINT8, INT8, BOOL, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0 -> 8;
            case UINT16, INT16, FLOAT16, BFLOAT16 -> 16;
            case FLOAT, INT32, UINT32 -> 32;
            case INT64, UINT64, DOUBLE, COMPLEX64 -> 64;
            case COMPLEX128 -> 128;
        };
    }

    /** The numbers of the specification's enum, in its order. */
    @Test
    void codesFollowTheSpecification() {
        List<String> specification = List.of(
                ("FLOAT UINT8 INT8 UINT16 INT16 INT32 INT64 STRING BOOL FLOAT16 DOUBLE UINT32 UINT64 COMPLEX64 COMPLEX128"
                                + " BFLOAT16 FLOAT8E4M3FN FLOAT8E4M3FNUZ FLOAT8E5M2 FLOAT8E5M2FNUZ UINT4 INT4 FLOAT4E2M1"
                                + " FLOAT8E8M0 UINT2 INT2")
                        .split(" "));
        assertThat(ElementType.values()).hasSameSizeAs(specification);
        for (int i = 0; i < specification.size(); i++) {
            ElementType type = ElementType.ofOnnx(i + 1);
            assertThat(type).hasToString(specification.get(i));
            assertThat(type.onnxCode()).isEqualTo(i + 1);
            assertThat(type.bits()).isEqualTo(bitsOfTheSpecification(type));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 27, 28, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void unknownCodesAreNamed(int code) {
        assertThatThrownBy(() -> ElementType.ofOnnx(code))
                .isInstanceOf(io.edgeai.core.error.ModelFormatException.class)
                .hasMessageContaining("(" + code + ")")
                .hasMessageContaining("Maybe");
    }

    @Test
    void reshapesShareMemoryAndKeepTheOrder() {
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            long[] shape = shape(random);
            int count = count(shape);
            float[] values = new float[count];
            for (int i = 0; i < count; i++) {
                values[i] = random.nextFloat();
            }
            Tensor tensor = Tensor.of(values, shape);
            long[] flat = {count};
            Tensor view = tensor.reshape(flat);
            assertThat(view.floats()).as("seed %d", seed).containsExactly(values);
            assertThat(view.reshape(shape).shape()).containsExactly(shape);
            flat[0] = 99;
            assertThat(view.shape()).containsExactly(count);
            if (count > 0) {
                int at = random.nextInt(count);
                view.buffer().putFloat(4 * at, 7);
                assertThat(tensor.floats()[at]).as("seed %d", seed).isEqualTo(7);
            }
            assertThatThrownBy(() -> tensor.reshape(count + 1))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining(Arrays.toString(shape))
                    .hasMessageContaining("[" + (count + 1) + "]");
        }
    }

    @Test
    void stringsReshapeCopyAndRefuseNumbers() {
        String[] words = {"a", "", "ü", "日本"};
        Tensor tensor = Tensor.of(words, 4);
        words[0] = "changed";
        tensor.strings()[1] = "changed";
        assertThat(tensor.reshape(2, 2).strings()).containsExactly("a", "", "ü", "日本");
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable wrong :
                List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        tensor::floats, tensor::ints, tensor::bytes, tensor::buffer, tensor::doubles)) {
            assertThatThrownBy(wrong).isInstanceOf(InvalidInputException.class).hasMessageMatching("(?is).*string.*");
        }
        assertThatThrownBy(() -> Tensor.of(words, 3)).isInstanceOf(InvalidInputException.class);
    }

    /** A string tensor over an empty buffer once had elements but no strings. */
    @Test
    void stringsHaveNoBuffer() {
        ByteBuffer empty = ByteBuffer.allocateDirect(0).order(NATIVE);
        assertThatThrownBy(() -> Tensor.ofBuffer(ElementType.STRING, empty, 3))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Tensor.allocate(ElementType.STRING, 3)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Tensor.ofBytes(ElementType.STRING, new byte[0], 3))
                .isInstanceOf(InvalidInputException.class);
    }

    /** Shapes whose product passes 63 bits once gave an ArithmeticException that named nothing. */
    @Test
    void shapesBeyondAllBoundsAreNamed() {
        long[][] shapes = {
            {1L << 40, 1L << 40},
            {Long.MAX_VALUE, 2},
            {Long.MAX_VALUE},
            {1L << 32, 1L << 31},
            {3, 1L << 62, 3},
            {1L << 29, 1L << 28},
            {Integer.MAX_VALUE}
        };
        for (long[] shape : shapes) {
            for (ElementType type : EnumSet.of(ElementType.FLOAT, ElementType.COMPLEX128, ElementType.DOUBLE)) {
                assertThatThrownBy(() -> Tensor.allocate(type, shape))
                        .as("%s %s", type, Arrays.toString(shape))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining(Long.toString(shape[0]));
            }
            assertThatThrownBy(() -> Tensor.of(new float[1], shape)).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> Tensor.of(new float[1]).reshape(shape)).isInstanceOf(InvalidInputException.class);
            ByteBuffer direct = ByteBuffer.allocateDirect(4).order(NATIVE);
            assertThatThrownBy(() -> Tensor.ofBuffer(ElementType.FLOAT, direct, shape))
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void aDimensionOfZeroMakesAnyShapeEmpty() {
        Tensor empty = Tensor.allocate(ElementType.FLOAT, 0, Long.MAX_VALUE);
        assertThat(empty.elements()).isZero();
        assertThat(empty.floats()).isEmpty();
    }

    @Test
    void onlyDirectNativeBuffersOfTheExactSizeAreWrapped() {
        ByteOrder other = NATIVE == ByteOrder.LITTLE_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        for (ByteBuffer wrong : List.of(
                ByteBuffer.allocate(8).order(NATIVE),
                ByteBuffer.allocateDirect(8).order(other),
                ByteBuffer.allocateDirect(9).order(NATIVE),
                ByteBuffer.allocateDirect(7).order(NATIVE))) {
            assertThatThrownBy(() -> Tensor.ofBuffer(ElementType.FLOAT, wrong, 2))
                    .as("%s %s", wrong, wrong.order())
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    /** Views are independent: a limit, an order or a mark set in one does not reach the tensor or another view. */
    @Test
    void viewsDoNotDisturbEachOther() {
        ByteBuffer direct = ByteBuffer.allocateDirect(12).order(NATIVE);
        Tensor tensor = Tensor.ofBuffer(ElementType.INT32, direct, 3);
        direct.putInt(0, 1).putInt(4, 2).putInt(8, 3);
        direct.position(8).limit(9);
        ByteBuffer view = tensor.buffer();
        view.limit(4).order(NATIVE == ByteOrder.BIG_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        assertThat(tensor.ints()).containsExactly(1, 2, 3);
        assertThat(tensor.buffer().order()).isEqualTo(NATIVE);
        assertThat(tensor.buffer().remaining()).isEqualTo(12);
        assertThat(tensor.bytes()).hasSize(12);
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"FLOAT", "DOUBLE", "INT64", "INT32", "STRING"})
    void typedAccessOfAnotherTypeIsRefused(ElementType type) {
        Tensor tensor = Tensor.allocate(type, 2);
        for (org.assertj.core.api.ThrowableAssert.ThrowingCallable wrong :
                List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        tensor::floats, tensor::doubles, tensor::longs, tensor::ints, tensor::strings)) {
            assertThatThrownBy(wrong).isInstanceOf(InvalidInputException.class).hasMessageContaining("(" + type + ")");
        }
    }

    /** NaN payloads, negative zero and infinities pass through bit by bit. */
    @Test
    void floatsKeepTheirBits() {
        int[] bits = {0x7FC00001, 0xFFC12345, 0x80000000, 0x7F800000, 0xFF800000, 1, 0x007FFFFF};
        byte[] raw = new byte[4 * bits.length];
        ByteBuffer.wrap(raw).order(NATIVE).asIntBuffer().put(bits);
        Tensor tensor = Tensor.ofBytes(ElementType.FLOAT, raw, bits.length);
        float[] floats = tensor.floats();
        byte[] again = Tensor.of(floats, bits.length).bytes();
        assertThat(again).containsExactly(raw);
    }

    private static long[] shape(Random random) {
        long[] shape = new long[random.nextInt(5)];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = random.nextInt(12) == 0 ? 0 : 1 + random.nextInt(5);
        }
        return shape;
    }

    private static int count(long[] shape) {
        int count = 1;
        for (long dim : shape) {
            count *= (int) dim;
        }
        return count;
    }
}
