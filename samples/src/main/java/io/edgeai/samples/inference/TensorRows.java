package io.edgeai.samples.inference;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.model.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Cuts tensors along their first dimension and joins them again. Stateless and thread-safe. */
final class TensorRows {
    private TensorRows() {}

    /** Elements {@code from} to {@code to} under a new shape of that many. Copies. */
    static Tensor slice(Tensor tensor, int from, int to, long[] shape) {
        if (tensor.type() == ElementType.STRING) {
            return Tensor.of(Arrays.copyOfRange(tensor.strings(), from, to), shape);
        }
        long start = tensor.type().bytes(from);
        byte[] bytes = new byte[(int) (tensor.type().bytes(to) - start)];
        tensor.buffer().get((int) start, bytes);
        return Tensor.ofBytes(tensor.type(), bytes, shape);
    }

    /**
     * Joins the answers of consecutive runs along their first dimension.
     *
     * @param runSizes samples of each run
     * @param stack whether a dimension is added first, because each run answered for one sample without one
     * @throws InvalidInputException where an answer does not have one part for each sample
     */
    static Tensor join(String name, List<Tensor> parts, List<Long> runSizes, boolean stack) {
        if (parts.size() == 1 && !stack) {
            return parts.get(0);
        }
        long[] first = parts.get(0).shape();
        long[] tail = stack ? first : Arrays.copyOfRange(first, Math.min(1, first.length), first.length);
        long rows = 0;
        for (int p = 0; p < parts.size(); p++) {
            long[] shape = parts.get(p).shape();
            long[] rest = stack ? shape : Arrays.copyOfRange(shape, Math.min(1, shape.length), shape.length);
            boolean divides = stack || (shape.length > 0 && shape[0] % runSizes.get(p) == 0);
            if (!divides || !Arrays.equals(rest, tail)) {
                throw new InvalidInputException("Output (" + name + ") has shape (" + Arrays.toString(shape)
                        + ") for " + runSizes.get(p) + " samples, so answers of several runs cannot be joined. Maybe"
                        + " run all samples at once: --batch-size 0.");
            }
            rows += stack ? 1 : shape[0];
        }
        long[] shape = new long[tail.length + 1];
        shape[0] = rows;
        System.arraycopy(tail, 0, shape, 1, tail.length);
        return concatenated(parts, shape);
    }

    private static Tensor concatenated(List<Tensor> parts, long[] shape) {
        ElementType type = parts.get(0).type();
        if (type == ElementType.STRING) {
            return Tensor.of(
                    parts.stream()
                            .flatMap(part -> Arrays.stream(part.strings()))
                            .toArray(String[]::new),
                    shape);
        }
        Tensor all = Tensor.allocate(type, shape);
        ByteBuffer to = all.buffer();
        parts.forEach(part -> to.put(part.buffer()));
        return all;
    }
}
