package io.edgeai.core.serving.protocol;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** A tensor of random bits of a type of the protocol, with its elements spelled out by exact decimal arithmetic. */
final class WireSample {
    /** Names, kinds and bits as the tables of the specification have them. */
    enum Type {
        BOOL(ElementType.BOOL, 8),
        UINT8(ElementType.UINT8, 8),
        UINT16(ElementType.UINT16, 16),
        UINT32(ElementType.UINT32, 32),
        UINT64(ElementType.UINT64, 64),
        INT8(ElementType.INT8, 8),
        INT16(ElementType.INT16, 16),
        INT32(ElementType.INT32, 32),
        INT64(ElementType.INT64, 64),
        FP16(ElementType.FLOAT16, 16),
        BF16(ElementType.BFLOAT16, 16),
        FP32(ElementType.FLOAT, 32),
        FP64(ElementType.DOUBLE, 64);

        final ElementType element;
        final int bits;

        Type(ElementType element, int bits) {
            this.element = element;
            this.bits = bits;
        }

        boolean floating() {
            return name().contains("F");
        }
    }

    final Type type;
    final long[] shape;
    /** The bits of each element, in the low end. */
    final long[] patterns;

    WireSample(Type type, Random random) {
        this.type = type;
        this.shape = random.longs(random.nextInt(4), 0, 5).toArray();
        this.patterns = new long[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < patterns.length; i++) {
            patterns[i] = type == Type.BOOL ? random.nextInt(2) : finite(random) & mask();
        }
    }

    private long mask() {
        return type.bits == 64 ? -1 : (1L << type.bits) - 1;
    }

    private long finite(Random random) {
        long pattern = random.nextInt(4) == 0 ? -random.nextInt(2) : random.nextLong();
        while (type.floating() && !Double.isFinite(value(pattern & mask()))) {
            pattern = random.nextLong();
        }
        return pattern;
    }

    private double value(long pattern) {
        return switch (type) {
            case FP64 -> Double.longBitsToDouble(pattern);
            case FP32 -> Float.intBitsToFloat((int) pattern);
            case BF16 -> Float.intBitsToFloat((int) pattern << 16);
            default -> ieee(pattern, 5, 10);
        };
    }

    /** The textbook formula of an IEEE number. */
    static double ieee(long pattern, int exponentBits, int mantissaBits) {
        int exponent = (int) (pattern >> mantissaBits) & ((1 << exponentBits) - 1);
        double fraction = (pattern & ((1 << mantissaBits) - 1)) / Math.pow(2, mantissaBits);
        int bias = (1 << (exponentBits - 1)) - 1;
        double sign = (pattern >> (exponentBits + mantissaBits) & 1) == 0 ? 1 : -1;
        if (exponent == (1 << exponentBits) - 1) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return sign
                * (exponent == 0 ? fraction * Math.pow(2, 1 - bias) : (1 + fraction) * Math.pow(2, exponent - bias));
    }

    /** An element as JSON: all digits of its exact value. */
    String json(int i) {
        if (type == Type.BOOL) {
            return patterns[i] == 1 ? "true" : "false";
        }
        if (!type.floating()) {
            return number(i).toString();
        }
        double value = value(patterns[i]);
        return (value == 0 && 1 / value < 0 ? "-" : "") + new BigDecimal(value);
    }

    private BigInteger number(int i) {
        boolean signed = type.name().startsWith("INT");
        boolean negative = signed && (patterns[i] >>> (type.bits - 1) & 1) == 1;
        BigInteger unsigned = new BigInteger(Long.toUnsignedString(patterns[i]));
        return negative ? unsigned.subtract(BigInteger.TWO.pow(type.bits)) : unsigned;
    }

    /** The data as JSON, flat or nested as the shape. */
    String json(boolean nested) {
        return nested && shape.length > 0 ? nested(0, new int[1]) : flat(0, patterns.length);
    }

    private String flat(int from, int count) {
        StringBuilder text = new StringBuilder("[");
        for (int i = from; i < from + count; i++) {
            text.append(i == from ? "" : ", ").append(json(i));
        }
        return text.append(']').toString();
    }

    private String nested(int dimension, int[] next) {
        StringBuilder text = new StringBuilder("[");
        for (int i = 0; i < shape[dimension]; i++) {
            text.append(i == 0 ? "" : ",")
                    .append(dimension == shape.length - 1 ? json(next[0]++) : nested(dimension + 1, next));
        }
        return text.append(']').toString();
    }

    /** The data as the binary extension has it: each element's bytes, the lowest first. */
    byte[] littleEndian() {
        int width = type.bits / 8;
        byte[] bytes = new byte[width * patterns.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (patterns[i / width] >>> (8 * (i % width)));
        }
        return bytes;
    }

    Tensor tensor() {
        ByteBuffer bytes = ByteBuffer.wrap(littleEndian());
        byte[] own = new byte[bytes.capacity()];
        int width = type.bits / 8;
        for (int i = 0; i < own.length; i++) {
            boolean big = ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
            own[i] = bytes.get(big ? i / width * width + width - 1 - i % width : i);
        }
        return Tensor.ofBytes(type.element, own, shape);
    }

    /** Whether a number read back from JSON has exactly this element's bits. */
    boolean equals(int i, BigDecimal read) {
        if (!type.floating()) {
            return read.toBigIntegerExact().equals(number(i));
        }
        double value = value(patterns[i]);
        return switch (type) {
            case FP64 -> read.doubleValue() == value;
            case FP32 -> read.floatValue() == (float) value;
            default -> read.floatValue() == value;
        };
    }
}
