package io.edgeai.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Constants: every way to make one, what it refuses, and that nobody can change it afterwards. */
class OnnxTensorTest {
    /** Bits of each element type, written down from the ONNX specification and not from the enum. */
    private static int bits(ElementType type) {
        return switch (type) {
            case COMPLEX128 -> 128;
            case DOUBLE, INT64, UINT64, COMPLEX64 -> 64;
            case FLOAT, INT32, UINT32 -> 32;
            case FLOAT16, BFLOAT16, INT16, UINT16 -> 16;
            case INT8, UINT8, BOOL, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0 -> 8;
            case INT4, UINT4, FLOAT4E2M1 -> 4;
            case INT2, UINT2 -> 2;
            case STRING -> 0;
        };
    }

    @ParameterizedTest
    @EnumSource(value = ElementType.class, mode = EnumSource.Mode.EXCLUDE, names = "STRING")
    void rawBytesMustBeExactlyAsManyAsTheElementsTake(ElementType type) {
        for (int elements = 0; elements <= 9; elements++) {
            int bytes = (int) Math.ceil(elements * bits(type) / 8.0);
            OnnxTensor tensor = OnnxTensor.ofRaw(type, ByteBuffer.allocate(bytes), elements);
            assertThat(tensor.sizeBytes()).isEqualTo(bytes);
            assertThat(tensor.elements()).isEqualTo(elements);
            long dim = elements;
            for (int wrong : new int[] {bytes - 1, bytes + 1}) {
                if (wrong >= 0) {
                    assertThatThrownBy(() -> OnnxTensor.ofRaw(type, ByteBuffer.allocate(wrong), dim))
                            .as("%s of %d elements in %d bytes", type, dim, wrong)
                            .isInstanceOf(InvalidInputException.class)
                            .hasMessageContaining(type + "[" + dim + "]")
                            .hasMessageContaining("(" + wrong + ")");
                }
            }
        }
    }

    /** Elements under a byte share bytes across rows: 3×3 nibbles are 9 nibbles in 5 bytes, not 3 rows of 2. */
    @Test
    void packedElementsShareBytesAcrossRows() {
        byte[] raw = {0x21, 0x43, 0x65, (byte) 0x87, 0x09};
        OnnxTensor tensor = OnnxTensor.ofRaw(ElementType.UINT4, ByteBuffer.wrap(raw), 3, 3);

        assertThat(tensor.sizeBytes()).isEqualTo(5);
        assertThat(OnnxFloats.floats(tensor)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(OnnxFloats.floats(tensor.reshape(9, 1))).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThatThrownBy(() -> tensor.reshape(10))
                .as("10 nibbles fit five bytes, 9 do not become 10 though")
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void floatsKeepEveryBit() {
        float[] values = {0f, -0f, 1.5f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NEGATIVE_INFINITY, Float.NaN};
        OnnxTensor tensor = OnnxTensor.ofFloats(values, 7);

        assertThat(tensor.type()).isEqualTo(ElementType.FLOAT);
        ByteBuffer data = tensor.data();
        for (int i = 0; i < values.length; i++) {
            assertThat(data.getInt(4 * i)).isEqualTo(Float.floatToRawIntBits(values[i]));
        }
        assertThat(tensor.floats()).containsExactly(values);
    }

    @Test
    void wholeNumbersKeepTheirSign() {
        long[] longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40};
        int[] ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE};

        assertThat(OnnxTensor.ofLongs(longs, 5).longs()).containsExactly(longs);
        assertThat(OnnxTensor.ofInts(ints, 2, 2).longs()).containsExactly(0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE);
        assertThat(OnnxTensor.ofBytes(ElementType.INT8, new byte[] {-128, 127}, 2)
                        .data()
                        .get(0))
                .isEqualTo((byte) -128);
    }

    @Test
    void scalarsHaveNoDimensionsAndOneElement() {
        OnnxTensor one = OnnxTensor.scalar(2.5f);
        assertThat(one.rank()).isZero();
        assertThat(one.dims()).isEmpty();
        assertThat(one.elements()).isEqualTo(1);
        assertThat(one.floats()).containsExactly(2.5f);
        assertThat(OnnxTensor.scalar(-7L).longs()).containsExactly(-7);
        assertThat(one.reshape(1, 1, 1).dims()).containsExactly(1, 1, 1);
        assertThat(one).hasToString("FLOAT[]");
    }

    @Test
    void emptyTensorsAreTensors() {
        OnnxTensor none = OnnxTensor.ofFloats(new float[0], 3, 0, 4);
        assertThat(none.elements()).isZero();
        assertThat(none.sizeBytes()).isZero();
        assertThat(none.floats()).isEmpty();
        assertThat(none.reshape(0).dims()).containsExactly(0);
        assertThatThrownBy(() -> OnnxTensor.ofFloats(new float[0])).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void textIsBytesAndNeedNotBeValid() {
        List<byte[]> words = List.of("grün".getBytes(StandardCharsets.UTF_8), new byte[] {(byte) 0xFF, 0}, new byte[0]);
        OnnxTensor tensor = OnnxTensor.ofStrings(words, 3, 1);

        assertThat(tensor.strings()).containsExactlyElementsOf(words);
        assertThat(tensor.sizeBytes()).isEqualTo(5 + 2);
        assertThat(tensor.data().remaining()).isZero();
        assertThat(tensor.reshape(1, 3).strings()).containsExactlyElementsOf(words);
        assertThatThrownBy(() -> OnnxTensor.ofStrings(words, 2))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(3)");
        assertThatThrownBy(() -> tensor.reshape(4)).isInstanceOf(InvalidInputException.class);
    }

    /** Text of raw bytes once passed as a tensor of three elements without any text. */
    @Test
    void textHasNoRawBytes() {
        assertThatThrownBy(() -> OnnxTensor.ofRaw(ElementType.STRING, ByteBuffer.allocate(0), 3))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("ofStrings");
    }

    @Test
    void theListOfTextsIsOwn() {
        List<byte[]> words = new ArrayList<>(List.of(new byte[] {1}));
        OnnxTensor tensor = OnnxTensor.ofStrings(words, 1);
        words.clear();
        assertThat(tensor.strings()).hasSize(1);
        assertThatThrownBy(() -> tensor.strings().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void callersCannotReachTheDataOrTheDimensions() {
        long[] dims = {2};
        float[] values = {1, 2};
        byte[] small = {1, 2};
        OnnxTensor tensor = OnnxTensor.ofFloats(values, dims);
        OnnxTensor bytes = OnnxTensor.ofBytes(ElementType.UINT8, small, 2);
        dims[0] = 9;
        values[0] = 9;
        small[0] = 9;
        tensor.dims()[0] = 9;
        tensor.floats()[0] = 9;
        tensor.data().getFloat();

        assertThat(tensor.dims()).containsExactly(2);
        assertThat(tensor.floats()).containsExactly(1, 2);
        assertThat(bytes.data().get(0)).isEqualTo((byte) 1);
        assertThat(tensor.data().position())
                .as("each view has its own position")
                .isZero();
        assertThat(tensor.data().isReadOnly()).isTrue();
    }

    @Test
    void aViewIsLittleEndianWhateverTheBufferWas() {
        ByteBuffer big = ByteBuffer.allocate(12).order(ByteOrder.BIG_ENDIAN);
        big.putInt(0x01020304);
        OnnxTensor tensor = OnnxTensor.ofRaw(ElementType.INT32, big, 2);

        assertThat(tensor.data().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(tensor.elements()).as("from the buffer's position on").isEqualTo(2);
        assertThat(OnnxTensor.ofRaw(ElementType.INT32, big.rewind(), 3).longs()[0])
                .as("bytes are taken as they lie")
                .isEqualTo(0x04030201);
    }

    @ParameterizedTest
    @CsvSource({
        "4294967296, 2147483648, 1", // 2^63: the product turns negative
        "4294967296, 4294967296, 1", // 2^64: the product turns to 0
        "9223372036854775807, 3, 1",
        "9223372036854775807, 9223372036854775807, 9223372036854775807"
    })
    void dimensionsThatMultiplyBeyondALongAreRefused(long a, long b, long c) {
        assertThatThrownBy(() -> OnnxTensor.ofRaw(ElementType.UINT8, ByteBuffer.allocate(0), a, b, c))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(Long.toString(a))
                .hasMessageContaining("2^63-1");
    }

    @Test
    void aZeroAmongHugeDimensionsIsNothing() {
        assertThat(OnnxTensor.ofFloats(new float[0], 0, Long.MAX_VALUE, Long.MAX_VALUE)
                        .elements())
                .isZero();
        assertThat(OnnxTensor.ofFloats(new float[0], Long.MAX_VALUE, Long.MAX_VALUE, 0)
                        .elements())
                .as("wherever it stands")
                .isZero();
    }

    /** The bytes of 2^62 floats are more than a long holds; that once ended in an ArithmeticException. */
    @Test
    void elementsWhoseBytesExceedALongAreRefused() {
        assertThatThrownBy(() -> OnnxTensor.ofRaw(ElementType.FLOAT, ByteBuffer.allocate(0), 1L << 62))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("4611686018427387904");
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "1, -1", "-9223372036854775808, 0", "0, -5"})
    void negativeDimensionsAreRefused(long a, long b) {
        assertThatThrownBy(() -> OnnxTensor.ofFloats(new float[1], a, b))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("negative");
    }

    @Test
    void readingAsAnotherTypeIsRefused() {
        OnnxTensor floats = OnnxTensor.scalar(1f);
        assertThatThrownBy(floats::longs)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(FLOAT)");
        assertThatThrownBy(floats::strings)
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("STRING");
        assertThatThrownBy(() -> OnnxTensor.scalar(1L).floats())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(INT64)");
        assertThatThrownBy(() -> OnnxTensor.ofStrings(List.of(new byte[1]), 1).floats())
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void reshapingKeepsTheMemory() {
        ByteBuffer direct = ByteBuffer.allocateDirect(24);
        OnnxTensor tensor = OnnxTensor.ofRaw(ElementType.FLOAT, direct, 2, 3);
        direct.order(ByteOrder.LITTLE_ENDIAN).putFloat(20, 5f);
        assertThat(tensor.reshape(6).data().getFloat(20))
                .as("nothing is copied")
                .isEqualTo(5f);
        assertThat(tensor.dim(1)).isEqualTo(3);
    }

    @Test
    void whatIsCarriedStaysWithTheTensorButNotWithItsReshapes() {
        ByteString note = ByteString.copyFromUtf8("note");
        OnnxTensor tensor = OnnxTensor.ofFloats(new float[4], 4).withCarried(note);
        assertThat(tensor.carried()).isEqualTo(note);
        assertThat(tensor.reshape(2, 2).carried()).isEmpty();
    }

    /** Round trip through a file for random contents of every type, odd counts included. */
    @ParameterizedTest
    @EnumSource(value = ElementType.class, mode = EnumSource.Mode.EXCLUDE, names = "STRING")
    void everyTypeSurvivesAFile(ElementType type) {
        for (long seed = 0; seed < 5; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long[] dims = random.longs(random.nextInt(0, 4), 0, 5).toArray();
            long count = 1;
            for (long dim : dims) {
                count *= dim;
            }
            byte[] raw = new byte[(int) ((count * bits(type) + 7) / 8)];
            random.nextBytes(raw);
            OnnxGraph graph = OnnxGraph.create("g", 21);
            graph.initializers().put("c", OnnxTensor.ofRaw(type, ByteBuffer.wrap(raw), dims));

            OnnxTensor back =
                    OnnxReader.read(OnnxWriter.toBytes(graph)).initializers().get("c");

            assertThat(back.dims()).as("seed %d", seed).isEqualTo(dims);
            assertThat(back.data()).as("seed %d", seed).isEqualTo(ByteBuffer.wrap(raw));
        }
    }
}
