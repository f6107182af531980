package io.edgeai.optimize.prune;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.OnnxWriter;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.prune.channels.Layer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Deflater;

/**
 * Sets the smallest weights of layers to zero. <b>No CPU speed:</b> ONNX Runtime's CPU kernels multiply zeros like other
 * numbers (measured: 1.00× at 90 % zeros). It makes compressed files smaller; the 2:4 pattern is what sparse tensor cores
 * of NVIDIA GPUs from Ampere on can use. For speed see {@link StructuredPruner}. Immutable and thread-safe.
 */
public final class WeightSparsity {
    private final double share;
    private final boolean twoOfFour;

    private WeightSparsity(double share, boolean twoOfFour) {
        this.share = share;
        this.twoOfFour = twoOfFour;
    }

    /**
     * The smallest weights of each layer, wherever they are.
     *
     * @param share of zeros, above 0 and below 1
     */
    public static WeightSparsity unstructured(double share) {
        if (!(share > 0 && share < 1)) {
            throw new InvalidInputException(
                    "Share of zeros (" + share + ") must be above 0 and below 1. Maybe write 0.5 for half.");
        }
        return new WeightSparsity(share, false);
    }

    /** Two of every four weights along the axis that is summed over: the pattern of sparse tensor cores. */
    public static WeightSparsity twoOfFour() {
        return new WeightSparsity(0.5, true);
    }

    /**
     * A model with zeros.
     *
     * @param graph the model; the caller's
     * @param zeros weights set to zero, by constant
     * @param weights weights looked at
     * @param bytes size of its file, which zeros do not change
     * @param compressedBefore the original's file compressed (DEFLATE)
     * @param compressedAfter this model's file compressed
     * @param note what not to expect
     */
    public record SparseModel(
            OnnxGraph graph,
            Map<String, Long> zeros,
            long weights,
            long bytes,
            long compressedBefore,
            long compressedAfter,
            String note) {
        public SparseModel {
            zeros = Map.copyOf(zeros);
        }

        /** Zeros among the weights looked at. */
        public double share() {
            return weights == 0
                    ? 0
                    : zeros.values().stream().mapToLong(Long::longValue).sum() / (double) weights;
        }
    }

    /** A copy of a model with zeros; the graph given is left as it is. */
    public SparseModel apply(OnnxGraph model) {
        OnnxGraph copy = model.copy();
        Cleanup.constantNodes(copy);
        Map<String, Long> zeros = new LinkedHashMap<>();
        long weights = 0;
        for (Layer layer : ChannelMap.of(copy).layers()) {
            OnnxTensor weight = copy.initializers().get(layer.weight());
            boolean fits = weight != null
                    && weight.type() == ElementType.FLOAT
                    && !zeros.containsKey(layer.weight())
                    && (!twoOfFour || (layer.mixes() && weight.dim(layer.weightIn()) % 4 == 0));
            if (weight != null && fits) {
                float[] values = weight.floats();
                zeros.put(
                        layer.weight(), twoOfFour ? pairs(values, weight, layer.weightIn()) : smallest(values, share));
                weights += values.length;
                copy.initializers().put(layer.weight(), OnnxTensor.ofFloats(values, weight.dims()));
            }
        }
        byte[] bytes = OnnxWriter.toBytes(copy);
        return new SparseModel(
                copy,
                zeros,
                weights,
                bytes.length,
                compressed(OnnxWriter.toBytes(model)),
                compressed(bytes),
                "No CPU speed: the engine's kernels multiply zeros like other numbers."
                        + (twoOfFour ? " GPUs with sparse tensor cores can use this pattern." : ""));
    }

    private static long smallest(float[] values, double share) {
        float[] sorted = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            sorted[i] = Math.abs(values[i]);
        }
        Arrays.sort(sorted);
        int count = (int) Math.floor(share * values.length);
        float limit = count == 0 ? -1 : sorted[count - 1];
        int ties = count;
        while (ties > 0 && sorted[count - ties] < limit) {
            ties--;
        }
        for (int i = 0; i < values.length; i++) {
            float magnitude = Math.abs(values[i]);
            if (magnitude < limit || (magnitude == limit && ties-- > 0)) {
                values[i] = 0;
            }
        }
        return count;
    }

    private static long pairs(float[] values, OnnxTensor weight, int axis) {
        int inner = 1;
        for (int i = axis + 1; i < weight.rank(); i++) {
            inner *= (int) weight.dim(i);
        }
        long zeros = 0;
        for (int first = 0; first < values.length; first += 4 * inner) {
            for (int i = first; i < first + inner; i++) {
                zeros += keepTwo(values, i, inner);
            }
        }
        return zeros;
    }

    /** Zeros all but the two largest of four weights; the first wins a tie. */
    private static long keepTwo(float[] values, int start, int stride) {
        int best = start;
        for (int k = 1; k < 4; k++) {
            best = Math.abs(values[start + k * stride]) > Math.abs(values[best]) ? start + k * stride : best;
        }
        int second = best == start ? start + stride : start;
        for (int k = 0; k < 4; k++) {
            int at = start + k * stride;
            second = at != best && Math.abs(values[at]) > Math.abs(values[second]) ? at : second;
        }
        for (int k = 0; k < 4; k++) {
            int at = start + k * stride;
            if (at != best && at != second) {
                values[at] = 0;
            }
        }
        return 2;
    }

    private static long compressed(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] sink = new byte[1 << 16];
        long size = 0;
        while (!deflater.finished()) {
            size += deflater.deflate(sink);
        }
        deflater.end();
        return size;
    }
}
