package io.edgeai.core.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.core.remote.wire.OpenInference.InferTensorContents;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bytes of tensors against bytes written out by hand. */
class WireTensorsTest {
    private static ByteString bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteString.copyFrom(bytes);
    }

    static Stream<Arguments> known() {
        return Stream.of(
                Arguments.of(Datatype.FP32, Tensor.of(new float[] {1, -2}, 2), bytes(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0)),
                Arguments.of(Datatype.FP64, Tensor.of(new double[] {1}, 1), bytes(0, 0, 0, 0, 0, 0, 0xf0, 0x3f)),
                Arguments.of(Datatype.INT32, Tensor.of(new int[] {-2}, 1), bytes(0xfe, 0xff, 0xff, 0xff)),
                Arguments.of(Datatype.INT64, Tensor.of(new long[] {258}, 1), bytes(2, 1, 0, 0, 0, 0, 0, 0)),
                Arguments.of(
                        Datatype.BYTES,
                        Tensor.of(new String[] {"a", "", "é"}, 3),
                        bytes(1, 0, 0, 0, 'a', 0, 0, 0, 0, 2, 0, 0, 0, 0xc3, 0xa9)));
    }

    @ParameterizedTest
    @MethodSource("known")
    void bytesAreLittleEndianAndTextsFollowTheirLengths(Datatype datatype, Tensor tensor, ByteString raw) {
        assertThat(Datatype.of(tensor.type())).isEqualTo(datatype);
        assertThat(WireTensors.raw(tensor)).isEqualTo(raw);
        Tensor back = WireTensors.ofRaw("t", datatype, List.of(tensor.elements()), raw);
        assertThat(back.type()).isEqualTo(tensor.type());
        assertThat(WireTensors.raw(back)).isEqualTo(raw);
    }

    @ParameterizedTest
    @EnumSource(Datatype.class)
    void everyTypeComesBackAsItWent(Datatype datatype) {
        Tensor tensor = datatype == Datatype.BYTES
                ? Tensor.of(new String[] {"x", "yz"}, 1, 2)
                : Tensor.ofBytes(
                        datatype.type(),
                        new byte[] {1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 1},
                        1,
                        16L * 8 / datatype.type().bits());
        List<Long> dims = Arrays.stream(tensor.shape()).boxed().toList();

        assertThat(WireTensors.raw(WireTensors.ofRaw("t", datatype, dims, WireTensors.raw(tensor))))
                .isEqualTo(WireTensors.raw(tensor));
        assertThat(Datatype.named(datatype.name())).isEqualTo(datatype);
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of(Datatype.FP32, List.of(2L), bytes(0, 0, 0, 0), "needs 8 bytes, not 4"),
                Arguments.of(Datatype.FP32, List.of(-1L), bytes(0, 0, 0, 0), "negative dimension"),
                Arguments.of(Datatype.FP32, List.of(1L << 40, 1L << 40), bytes(), "too many elements"),
                Arguments.of(Datatype.FP64, List.of(1L << 40), bytes(1), "needs"),
                Arguments.of(Datatype.BYTES, List.of(1L << 40), bytes(1, 0, 0, 0, 'a'), "texts do not fit"),
                Arguments.of(Datatype.BYTES, List.of(1L), bytes(9, 0, 0, 0, 'a'), "text 0 is cut off"),
                Arguments.of(Datatype.BYTES, List.of(1L), bytes(0xff, 0xff, 0xff, 0xff), "text 0 is cut off"),
                Arguments.of(Datatype.BYTES, List.of(1L), bytes(0, 0, 0, 0, 7), "1 bytes follow"),
                Arguments.of(Datatype.BYTES, List.of(2L), bytes(4, 0, 0, 0, 1, 2, 3, 4), "text 1 is cut off"),
                Arguments.of(Datatype.BYTES, List.of(1L), bytes(1, 0, 0, 0, 0xff), "no UTF-8"));
    }

    @ParameterizedTest(name = "{0}{1}: {3}")
    @MethodSource("malformed")
    void whatIsMalformedIsNamedBeforeAnythingIsAllocated(
            Datatype datatype, List<Long> dims, ByteString raw, String problem) {
        assertThatThrownBy(() -> WireTensors.ofRaw("t", datatype, dims, raw))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(t)")
                .hasMessageContaining(problem);
    }

    @Test
    void typesWithoutANameAreRefused() {
        assertThatThrownBy(() -> Datatype.of(ElementType.COMPLEX64)).hasMessageContaining("(COMPLEX64)");
        assertThatThrownBy(() -> Datatype.named("FP8"))
                .hasMessageContaining("(FP8)")
                .hasMessageContaining("FP16");
    }

    static Stream<Arguments> typed() {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        return Stream.of(
                Arguments.of(Datatype.BOOL, contents.clone().addBoolContents(true), bytes(1)),
                Arguments.of(Datatype.INT8, contents.clone().addIntContents(-1), bytes(0xff)),
                Arguments.of(Datatype.INT16, contents.clone().addIntContents(-2), bytes(0xfe, 0xff)),
                Arguments.of(Datatype.INT32, contents.clone().addIntContents(256), bytes(0, 1, 0, 0)),
                Arguments.of(Datatype.INT64, contents.clone().addInt64Contents(3), bytes(3, 0, 0, 0, 0, 0, 0, 0)),
                Arguments.of(Datatype.UINT8, contents.clone().addUintContents(200), bytes(200)),
                Arguments.of(Datatype.UINT16, contents.clone().addUintContents(513), bytes(1, 2)),
                Arguments.of(Datatype.UINT32, contents.clone().addUintContents(-1), bytes(255, 255, 255, 255)),
                Arguments.of(Datatype.UINT64, contents.clone().addUint64Contents(4), bytes(4, 0, 0, 0, 0, 0, 0, 0)),
                Arguments.of(Datatype.FP32, contents.clone().addFp32Contents(1), bytes(0, 0, 0x80, 0x3f)),
                Arguments.of(Datatype.FP64, contents.clone().addFp64Contents(1), bytes(0, 0, 0, 0, 0, 0, 0xf0, 0x3f)),
                Arguments.of(
                        Datatype.BYTES,
                        contents.clone().addBytesContents(ByteString.copyFromUtf8("q")),
                        bytes(1, 0, 0, 0, 'q')));
    }

    @ParameterizedTest
    @MethodSource("typed")
    void listsOfNumbersAreTheSameTensorsAsRawBytes(
            Datatype datatype, InferTensorContents.Builder contents, ByteString raw) {
        assertThat(WireTensors.raw(TypedContents.read("t", datatype, List.of(1L), contents.build())))
                .isEqualTo(raw);
        assertThatThrownBy(() -> TypedContents.read("t", datatype, List.of(2L), contents.build()))
                .hasMessageContaining("needs 2 values, not 1");
    }

    @Test
    void halvesHaveNoList() {
        assertThatThrownBy(() ->
                        TypedContents.read("t", Datatype.FP16, List.of(1L), InferTensorContents.getDefaultInstance()))
                .hasMessageContaining("FP16 travels as raw bytes only");
    }
}
