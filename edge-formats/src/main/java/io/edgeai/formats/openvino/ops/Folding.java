package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.openvino.ir.IrLayer;
import io.edgeai.formats.openvino.ir.IrPort;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whole numbers that follow from constants and known sizes: shapes taken apart, put together and computed with. What is
 * not understood is simply unknown.
 */
final class Folding {
    private static final int DEEPEST = 64;
    private static final int MOST = 4096;

    private Folding() {}

    static long @Nullable [] longs(GraphScope scope, String place, int depth) {
        OnnxTensor constant = scope.constant(place);
        if (constant != null) {
            return constant.elements() <= MOST ? whole(constant) : null;
        }
        IrLayer layer = scope.layer(place);
        IrPort port = scope.port(place);
        if (layer == null || port == null || depth > DEEPEST || port.dims().length > 1) {
            return null;
        }
        Layer op = new Layer(scope, layer);
        return switch (layer.key()) {
            case "shapeof" -> op.fixed(0) && op.has(0) ? op.dims(0) : null;
            case "convert", "convertlike", "unsqueeze", "squeeze", "reshape" -> longs(scope, op.source(0), depth + 1);
            case "concat" -> concat(op, depth);
            case "gather" -> gather(op, depth);
            case "stridedslice" -> slice(op, depth);
            case "multiply", "add", "subtract", "divide" -> arithmetic(op, depth);
            default -> null;
        };
    }

    static long @Nullable [] whole(OnnxTensor tensor) {
        ElementType type = tensor.type();
        ByteBuffer data = tensor.data();
        long[] values = new long[(int) tensor.elements()];
        for (int i = 0; i < values.length; i++) {
            switch (type) {
                case INT64, UINT64 -> values[i] = data.getLong(8 * i);
                case INT32 -> values[i] = data.getInt(4 * i);
                case UINT32 -> values[i] = data.getInt(4 * i) & 0xffffffffL;
                case INT16 -> values[i] = data.getShort(2 * i);
                case INT8 -> values[i] = data.get(i);
                case UINT8, BOOL -> values[i] = data.get(i) & 0xff;
                case FLOAT -> {
                    float value = data.getFloat(4 * i);
                    if (value != Math.rint(value)) {
                        return null;
                    }
                    values[i] = (long) value;
                }
                default -> {
                    return null;
                }
            }
        }
        return values;
    }

    private static long @Nullable [] concat(Layer op, int depth) {
        long[] all = new long[0];
        for (int i = 0; i < op.inputs(); i++) {
            long[] part = longs(op.scope, op.source(i), depth + 1);
            if (part == null || all.length + part.length > MOST) {
                return null;
            }
            int at = all.length;
            all = Arrays.copyOf(all, at + part.length);
            System.arraycopy(part, 0, all, at, part.length);
        }
        return all;
    }

    private static long @Nullable [] gather(Layer op, int depth) {
        long[] from = longs(op.scope, op.source(0), depth + 1);
        long[] indices = longs(op.scope, op.source(1), depth + 1);
        if (from == null || indices == null) {
            return null;
        }
        long[] found = new long[indices.length];
        for (int i = 0; i < found.length; i++) {
            long at = indices[i] < 0 ? indices[i] + from.length : indices[i];
            if (at < 0 || at >= from.length) {
                return null;
            }
            found[i] = from[(int) at];
        }
        return found;
    }

    private static long @Nullable [] slice(Layer op, int depth) {
        long[] from = longs(op.scope, op.source(0), depth + 1);
        long[] begin = longs(op.scope, op.source(1), depth + 1);
        long[] end = longs(op.scope, op.source(2), depth + 1);
        long[] step = op.has(3) ? longs(op.scope, op.source(3), depth + 1) : new long[] {1};
        if (from == null || begin == null || end == null || step == null) {
            return null;
        }
        if (begin.length != 1 || end.length != 1 || step.length != 1 || step[0] != 1) {
            return null;
        }
        long[] beginMask = op.list("begin_mask");
        long[] endMask = op.list("end_mask");
        boolean one = op.list("shrink_axis_mask").length > 0 && op.list("shrink_axis_mask")[0] == 1;
        long low = beginMask.length > 0 && beginMask[0] == 1 ? 0 : clamp(begin[0], from.length);
        long high = endMask.length > 0 && endMask[0] == 1 ? from.length : clamp(end[0], from.length);
        high = one ? low + 1 : high;
        return low <= high && high <= from.length ? Arrays.copyOfRange(from, (int) low, (int) high) : null;
    }

    private static long clamp(long index, int size) {
        return Math.max(0, Math.min(size, index < 0 ? index + size : index));
    }

    private static long @Nullable [] arithmetic(Layer op, int depth) {
        long[] a = longs(op.scope, op.source(0), depth + 1);
        long[] b = longs(op.scope, op.source(1), depth + 1);
        if (a == null || b == null || (a.length != b.length && a.length != 1 && b.length != 1)) {
            return null;
        }
        long[] result = new long[Math.max(a.length, b.length)];
        for (int i = 0; i < result.length; i++) {
            long x = a[a.length == 1 ? 0 : i];
            long y = b[b.length == 1 ? 0 : i];
            switch (op.ir.key()) {
                case "multiply" -> result[i] = x * y;
                case "add" -> result[i] = x + y;
                case "subtract" -> result[i] = x - y;
                default -> {
                    if (y == 0 || x % y != 0) {
                        return null;
                    }
                    result[i] = x / y;
                }
            }
        }
        return result;
    }
}
