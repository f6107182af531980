package io.edgeai.core.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every bit pattern of the small float formats against the formula of its specification, computed in powers of two. */
class OnnxFloatsTest {
    /** sign · 2^(e-bias) · (1 + m/2^M), or sign · 2^(1-bias) · m/2^M for e = 0. */
    private static double formula(int bits, int exponentBits, int mantissaBits, int bias) {
        int mantissa = bits % (1 << mantissaBits);
        int exponent = (bits >> mantissaBits) % (1 << exponentBits);
        double sign = (bits >> (mantissaBits + exponentBits)) == 0 ? 1 : -1;
        double fraction = mantissa / Math.pow(2, mantissaBits);
        return sign
                * (exponent == 0 ? Math.pow(2, 1 - bias) * fraction : Math.pow(2, exponent - bias) * (1 + fraction));
    }

    @Test
    void everyHalf() {
        ByteBuffer raw = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits = 0; bits < 1 << 16; bits++) {
            raw.putShort((short) bits);
        }
        float[] values = OnnxFloats.floats(OnnxTensor.ofRaw(ElementType.FLOAT16, raw.flip(), 1 << 16));
        for (int bits = 0; bits < 1 << 16; bits++) {
            int exponent = bits >> 10 & 31;
            double expected = exponent < 31
                    ? formula(bits, 5, 10, 15)
                    : (bits & 1023) != 0
                            ? Double.NaN
                            : bits < 0x8000 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
            assertThat((double) values[bits]).as("bits %x", bits).isEqualTo(Double.valueOf(expected));
        }
    }

    @Test
    void everyBfloat() {
        ByteBuffer raw = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (int bits = 0; bits < 1 << 16; bits++) {
            raw.putShort((short) bits);
        }
        double[] values = OnnxFloats.doubles(OnnxTensor.ofRaw(ElementType.BFLOAT16, raw.flip(), 1 << 16));
        for (int bits = 0; bits < 1 << 16; bits++) {
            if ((bits >> 7 & 255) < 255) {
                assertThat(values[bits]).as("bits %x", bits).isEqualTo(formula(bits, 8, 7, 127));
            } else {
                assertThat(Double.isFinite(values[bits])).as("bits %x", bits).isFalse();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"FLOAT8E4M3FN,4,3,7", "FLOAT8E4M3FNUZ,4,3,8", "FLOAT8E5M2,5,2,15", "FLOAT8E5M2FNUZ,5,2,16"})
    void everyByteFloat(ElementType type, int exponentBits, int mantissaBits, int bias) {
        byte[] raw = new byte[256];
        for (int bits = 0; bits < 256; bits++) {
            raw[bits] = (byte) bits;
        }
        float[] values = OnnxFloats.floats(OnnxTensor.ofRaw(type, ByteBuffer.wrap(raw), 256));
        for (int bits = 0; bits < 256; bits++) {
            double expected = formula(bits, exponentBits, mantissaBits, bias);
            switch (type) {
                case FLOAT8E4M3FN -> expected = (bits & 127) == 127 ? Double.NaN : expected;
                case FLOAT8E5M2 ->
                    expected = (bits & 127) > 124
                            ? Double.NaN
                            : (bits & 127) < 124 ? expected : Math.signum(expected) * Double.POSITIVE_INFINITY;
                default -> expected = bits == 128 ? Double.NaN : expected;
            }
            assertThat((double) values[bits]).as("%s %x", type, bits).isEqualTo(Double.valueOf(expected));
        }
    }

    @Test
    void theLargestValuesOfTheSpecification() {
        assertThat(one(ElementType.FLOAT8E4M3FN, 0x7E)).isEqualTo(448);
        assertThat(one(ElementType.FLOAT8E4M3FNUZ, 0x7F)).isEqualTo(240);
        assertThat(one(ElementType.FLOAT8E5M2, 0x7B)).isEqualTo(57344);
        assertThat(one(ElementType.FLOAT8E5M2FNUZ, 0x7F)).isEqualTo(57344);
        assertThat(one(ElementType.FLOAT8E8M0, 127)).isEqualTo(1);
        assertThat(one(ElementType.FLOAT8E8M0, 0)).isEqualTo(Math.pow(2, -127));
        assertThat(one(ElementType.FLOAT8E8M0, 255)).isNaN();
        assertThat(OnnxFloats.half((short) 0x7BFF)).isEqualTo(65504f);
    }

    private static double one(ElementType type, int bits) {
        return OnnxFloats.doubles(OnnxTensor.ofRaw(type, ByteBuffer.wrap(new byte[] {(byte) bits}), 1))[0];
    }

    @Test
    void packedTypesReadLowBitsFirst() {
        byte[] raw = {0x10, 0x32, 0x54, 0x76, (byte) 0x98, (byte) 0xBA, (byte) 0xDC, (byte) 0xFE};

        assertThat(OnnxFloats.floats(OnnxTensor.ofRaw(ElementType.UINT4, ByteBuffer.wrap(raw), 16)))
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        assertThat(OnnxFloats.floats(OnnxTensor.ofRaw(ElementType.INT4, ByteBuffer.wrap(raw), 16)))
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1);
        assertThat(OnnxFloats.floats(OnnxTensor.ofRaw(ElementType.FLOAT4E2M1, ByteBuffer.wrap(raw), 16)))
                .containsExactly(0, .5f, 1, 1.5f, 2, 3, 4, 6, -0f, -.5f, -1, -1.5f, -2, -3, -4, -6);
        byte[] quarters = {(byte) 0b11100100};
        assertThat(OnnxFloats.floats(OnnxTensor.ofRaw(ElementType.UINT2, ByteBuffer.wrap(quarters), 4)))
                .containsExactly(0, 1, 2, 3);
        assertThat(OnnxFloats.floats(OnnxTensor.ofRaw(ElementType.INT2, ByteBuffer.wrap(quarters), 3)))
                .containsExactly(0, 1, -2);
    }

    @Test
    void integersWidenWithTheirSign() {
        assertThat(one(ElementType.INT8, 0xFF)).isEqualTo(-1);
        assertThat(one(ElementType.UINT8, 0xFF)).isEqualTo(255);
        assertThat(one(ElementType.BOOL, 7)).isEqualTo(1);
        ByteBuffer eight = ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});
        assertThat(OnnxFloats.doubles(OnnxTensor.ofRaw(ElementType.UINT64, eight, 1))[0])
                .isEqualTo(Math.pow(2, 64));
        assertThat(OnnxFloats.doubles(OnnxTensor.ofRaw(ElementType.UINT32, eight, 2))[1])
                .isEqualTo(4294967295.0);
        assertThat(OnnxFloats.doubles(OnnxTensor.ofRaw(ElementType.UINT16, eight, 4))[3])
                .isEqualTo(65535);
        assertThat(OnnxFloats.doubles(OnnxTensor.ofRaw(ElementType.INT64, eight, 1))[0])
                .isEqualTo(-1);
    }

    @Test
    void whatIsNoRealNumberIsRefused() {
        assertThatThrownBy(() -> OnnxFloats.floats(OnnxTensor.ofStrings(List.of(new byte[0]), 1)))
                .isInstanceOf(InvalidInputException.class);
    }
}
