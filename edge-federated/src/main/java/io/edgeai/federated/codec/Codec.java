package io.edgeai.federated.codec;

import io.edgeai.core.error.InvalidInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Vectors of floats as bytes. Twelve bytes come first: {@code "EUPD"}, the version 1, the kind, two zero bytes, the number of
 * values. Immutable and thread-safe.
 */
public final class Codec {
    /** Values that a message may announce, 2²⁸: 1 GiB as float. */
    public static final int MOST_VALUES = 1 << 28;

    private static final int MAGIC = 0x44505545;
    private static final byte VERSION = 1;
    private static final int HEADER = 12;
    private static final List<String> FAMILIES = Arrays.stream(Kind.values())
            .map(kind -> kind.name().toLowerCase(Locale.ROOT))
            .toList();

    /** The kind of a message by its number, with what reads it. */
    private enum Kind {
        F32(0, PlainEncoding.F32),
        F16(1, PlainEncoding.F16),
        BF16(2, PlainEncoding.BF16),
        INT8(3, new BlockEncoding(8, false)),
        INT4(4, new BlockEncoding(4, false)),
        TERNARY(5, new BlockEncoding(2, false)),
        SIGN(6, new BlockEncoding(1, true)),
        TOP(7, new TopEncoding(1)),
        INT3(8, new BlockEncoding(3, false));

        private final int number;
        private final Encoding reader;

        Kind(int number, Encoding reader) {
            this.number = number;
            this.reader = reader;
        }
    }

    private final String name;
    private final Kind kind;
    private final Encoding encoding;

    private Codec(String name, Kind kind, Encoding encoding) {
        this.name = name;
        this.kind = kind;
        this.encoding = encoding;
    }

    /** 4 bytes a value, exact. */
    public static Codec f32() {
        return new Codec("f32", Kind.F32, PlainEncoding.F32);
    }

    /** 2 bytes a value: IEEE 754 binary16, magnitudes up to 65504. */
    public static Codec f16() {
        return new Codec("f16", Kind.F16, PlainEncoding.F16);
    }

    /** 2 bytes a value: bfloat16, the range of float and 8 bits of precision. */
    public static Codec bf16() {
        return new Codec("bf16", Kind.BF16, PlainEncoding.BF16);
    }

    /** 8.25 bits a value, without bias. */
    public static Codec int8() {
        return new Codec("int8", Kind.INT8, new BlockEncoding(8, false));
    }

    /** 4.25 bits a value, without bias. */
    public static Codec int4() {
        return new Codec("int4", Kind.INT4, new BlockEncoding(4, false));
    }

    /** 3.25 bits a value, without bias; {@link #nearest()} is fine enough for models on their way down. */
    public static Codec int3() {
        return new Codec("int3", Kind.INT3, new BlockEncoding(3, false));
    }

    /** 2.25 bits a value: −1, 0 or 1 times the block's largest, without bias. */
    public static Codec ternary() {
        return new Codec("ternary", Kind.TERNARY, new BlockEncoding(2, false));
    }

    /** 1.25 bits a value: the sign times the block's mean magnitude; use with {@link ErrorFeedback}. */
    public static Codec sign() {
        return new Codec("sign", Kind.SIGN, new BlockEncoding(1, true));
    }

    /**
     * Only that share of the values, the largest, in about 17 bits each; use with {@link ErrorFeedback}.
     *
     * @param share above 0 to 1
     */
    public static Codec top(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new InvalidInputException("share (" + share + ") of kept values must be above 0 to 1.");
        }
        return new Codec("top(" + share + ")", Kind.TOP, new TopEncoding(share));
    }

    /**
     * The codec of that {@link #name()}: f32, f16, bf16, int8, int4, int3, ternary, sign or, with a share, {@code top(0.1)}.
     *
     * @throws InvalidInputException where there is none
     */
    public static Codec named(String name) {
        return switch (name) {
            case "f32" -> f32();
            case "f16" -> f16();
            case "bf16" -> bf16();
            case "int8" -> int8();
            case "int4" -> int4();
            case "int3" -> int3();
            case "ternary" -> ternary();
            case "sign" -> sign();
            default -> top(share(name));
        };
    }

    private static double share(String name) {
        if (name.startsWith("top(") && name.endsWith(")")) {
            try {
                return Double.parseDouble(name.substring(4, name.length() - 1));
            } catch (NumberFormatException e) {
                throw new InvalidInputException("The share of codec (" + name + ") is no number.", e);
            }
        }
        throw new InvalidInputException("Codec (" + name + ") is not known. Maybe one of " + FAMILIES + ".");
    }

    /** Names of all codecs, without their numbers. */
    public static List<String> families() {
        return FAMILIES;
    }

    /** The name without its numbers, e.g. {@code "top"}. */
    public String family() {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    /** Bytes of a message of that many values; the most, where it depends on them. */
    public long mostBytes(int values) {
        return HEADER + encoding.bytes(values);
    }

    /** This codec choosing the nearest level, the same every time: for models, whose errors need not average out. */
    public Codec nearest() {
        return encoding instanceof BlockEncoding block
                ? new Codec(name + "-nearest", kind, new BlockEncoding(block.bits(), true))
                : this;
    }

    public String name() {
        return name;
    }

    /** @param values finite, at most {@link #MOST_VALUES} */
    public byte[] encode(float[] values, long seed) {
        long bytes = mostBytes(values.length);
        if (values.length == 0 || values.length > MOST_VALUES || bytes > Integer.MAX_VALUE - 8) {
            throw new InvalidInputException("(" + values.length + ") values cannot be one message of " + name + ".");
        }
        ByteBuffer out = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC)
                .put(VERSION)
                .put((byte) kind.number)
                .putShort((short) 0)
                .putInt(values.length);
        encoding.write(values, out, new SplittableRandom(seed));
        return out.hasRemaining() ? Arrays.copyOf(out.array(), out.position()) : out.array();
    }

    /**
     * Adds weight times the message's values to the sum, whatever codec made it; takes memory only for the values a sparse
     * message keeps.
     *
     * @throws InvalidInputException where it is no message, or not of as many values as the sum; the sum may then have
     *     changed
     */
    public static void addTo(double[] sum, double weight, byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        Encoding encoding = header(in, sum.length);
        encoding.addTo(sum, weight, in);
        if (in.hasRemaining()) {
            throw new InvalidInputException("A message has (" + in.remaining() + ") bytes too many.");
        }
    }

    /** The message's values; {@code size} of them. */
    public static float[] decode(byte[] message, int size) {
        double[] sum = new double[size];
        addTo(sum, 1, message);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) sum[i];
        }
        return values;
    }

    private static Encoding header(ByteBuffer in, int size) {
        if (in.remaining() < HEADER || in.getInt() != MAGIC) {
            throw new InvalidInputException("A message of (" + in.capacity() + ") bytes is no update.");
        }
        byte version = in.get();
        int number = in.get() & 0xff;
        short reserved = in.getShort();
        int count = in.getInt();
        Kind kind = Arrays.stream(Kind.values())
                .filter(each -> each.number == number)
                .findFirst()
                .orElse(null);
        if (version != VERSION || kind == null || reserved != 0) {
            throw new InvalidInputException("An update of version (" + version + ") and kind (" + number
                    + ") is unknown. Maybe the sender is newer.");
        }
        if (count != size) {
            throw new InvalidInputException("An update has (" + count + ") values, not " + size + ".");
        }
        Encoding encoding = kind.reader;
        if (kind == Kind.TOP ? in.remaining() < Integer.BYTES : in.remaining() != encoding.bytes(count)) {
            throw new InvalidInputException(
                    "An update of (" + count + ") values as " + kind + " has " + in.remaining() + " bytes.");
        }
        return encoding;
    }
}
