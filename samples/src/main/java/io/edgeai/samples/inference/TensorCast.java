package io.edgeai.samples.inference;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import io.edgeai.samples.data.Cells;
import io.edgeai.samples.data.Halves;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Set;

/**
 * Gives a tensor another element type where no value is lost: whole numbers must fit, numbers with a fraction do not
 * become whole, and only 0 and 1 become booleans. Floating-point types are rounded to nearest, but a finite value that
 * would become infinite is refused. Stateless and thread-safe.
 */
final class TensorCast {
    private static final Set<ElementType> FLOATING =
            Set.of(ElementType.FLOAT, ElementType.DOUBLE, ElementType.FLOAT16, ElementType.BFLOAT16);

    private TensorCast() {}

    /** @throws InvalidInputException naming the first value that does not fit and where it is */
    static Tensor to(ElementType type, Tensor tensor, String name) {
        if (tensor.type() == type) {
            return tensor;
        }
        if (tensor.type() == ElementType.STRING) {
            return type == ElementType.BOOL ? flags(tensor, name) : refuseText(tensor, type, name);
        }
        Cells cells = Cells.of(tensor);
        int count = (int) tensor.elements();
        if (type == ElementType.STRING) {
            String[] texts = new String[count];
            for (int i = 0; i < count; i++) {
                texts[i] = cells.text(i);
            }
            return Tensor.of(texts, tensor.shape());
        }
        if (type == ElementType.COMPLEX64 || type == ElementType.COMPLEX128 || type.bits() < 8) {
            throw new InvalidInputException("Input (" + name + ") is (" + type + ") but the data is " + tensor.type()
                    + ". Maybe save it as that type in an .npz.");
        }
        Tensor result = Tensor.allocate(type, tensor.shape());
        ByteBuffer to = result.buffer();
        for (int i = 0; i < count; i++) {
            Object value = cells.at(i);
            if (FLOATING.contains(type)) {
                putFloating(to, type, i, value instanceof Boolean ? number(value) : (Number) value, name);
            } else {
                putWhole(to, type, i, value, name);
            }
        }
        return result;
    }

    private static double number(Object value) {
        return value instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) value).doubleValue();
    }

    private static void putFloating(ByteBuffer to, ElementType type, int i, Number number, String name) {
        double value = number.doubleValue();
        double kept;
        switch (type) {
            case DOUBLE -> {
                to.putDouble(i * 8, value);
                return;
            }
            case FLOAT -> {
                to.putFloat(i * 4, number.floatValue());
                kept = number.floatValue();
            }
            case FLOAT16 -> {
                short half = Halves.ofFloat(roundedToOdd(number));
                to.putShort(i * 2, half);
                kept = Halves.toFloat(half);
            }
            default -> {
                short bfloat = Halves.bfloatOfFloat(roundedToOdd(number));
                to.putShort(i * 2, bfloat);
                kept = Halves.bfloatToFloat(bfloat);
            }
        }
        if (Double.isInfinite(kept) && !Double.isInfinite(value)) {
            throw unfit(type, i, value, name);
        }
    }

    /**
     * A float beside the number whose last bit is set where something was lost, so that rounding it again to half its
     * width gives the nearest half (Boldo and Melquiond, Emulation of FMA and correctly rounded sums, 2008).
     */
    private static float roundedToOdd(Number number) {
        float nearest = number.floatValue();
        boolean exactAsDouble = number instanceof Double || number instanceof Float || Math.abs(nearest) < 0x1p24f;
        int side = exactAsDouble
                ? Double.compare(Math.abs((double) nearest), Math.abs(number.doubleValue()))
                : new BigDecimal(Math.abs(nearest)).compareTo(new BigDecimal(number.toString()).abs());
        int bits = Float.floatToRawIntBits(nearest);
        return side == 0 ? nearest : Float.intBitsToFloat((side > 0 ? bits - 1 : bits) | 1);
    }

    private static void putWhole(ByteBuffer to, ElementType type, int i, Object value, String name) {
        if (value instanceof java.math.BigInteger big && big.bitLength() > 63) {
            throw unfit(type, i, value, name);
        }
        double number = number(value);
        long whole = value instanceof Number exact && !(value instanceof Float || value instanceof Double)
                ? exact.longValue()
                : (long) number;
        if (number != Math.rint(number)
                || Math.abs(number) > 0x1p63
                || (number == 0x1p63 && whole == Long.MAX_VALUE && !(value instanceof Long))) {
            throw unfit(type, i, value, name);
        }
        int bits = type.bits();
        long lowest = 0;
        long highest;
        switch (type) {
            case BOOL -> highest = 1;
            case UINT8, UINT16, UINT32 -> highest = (1L << bits) - 1;
            case UINT64 -> highest = Long.MAX_VALUE;
            case INT8, INT16, INT32, INT64 -> {
                lowest = -1L << (bits - 1);
                highest = ~lowest;
            }
            default ->
                throw new InvalidInputException("Input (" + name + ") is (" + type
                        + "), into which no numbers are converted here. Maybe save it as that type in an .npz.");
        }
        if (whole < lowest || whole > highest) {
            throw unfit(type, i, value, name);
        }
        switch (bits) {
            case 8 -> to.put(i, (byte) whole);
            case 16 -> to.putShort(i * 2, (short) whole);
            case 32 -> to.putInt(i * 4, (int) whole);
            default -> to.putLong(i * 8, whole);
        }
    }

    private static Tensor flags(Tensor tensor, String name) {
        String[] texts = tensor.strings();
        byte[] flags = new byte[texts.length];
        for (int i = 0; i < flags.length; i++) {
            switch (texts[i].strip().toLowerCase(Locale.ROOT)) {
                case "true" -> flags[i] = 1;
                case "false" -> flags[i] = 0;
                default -> throw unfit(ElementType.BOOL, i, texts[i], name);
            }
        }
        return Tensor.ofBytes(ElementType.BOOL, flags, tensor.shape());
    }

    private static Tensor refuseText(Tensor tensor, ElementType type, String name) {
        String example = tensor.elements() == 0 ? "" : " such as '" + tensor.strings()[0] + "'";
        throw new InvalidInputException("Input (" + name + ") takes " + type + " but the data is text" + example
                + ". Maybe a header row or a label column is in the way: see --header.");
    }

    private static InvalidInputException unfit(ElementType type, int index, Object value, String name) {
        return new InvalidInputException("Input (" + name + ") takes " + type + ", which cannot hold (" + value
                + ") at element " + index + ". Maybe the wrong column, or the data needs scaling.");
    }
}
