package io.edgeai.optimize.fuse;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.onnx.pass.GraphPass;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes the transposed convolutions that enlarge images (U-Net, autoencoders) as a convolution with one group of channels
 * for each place within the stride, and a DepthToSpace that puts these side by side: both have integer kernels, a transposed
 * convolution has none. Where the kernel is larger than the stride, places that a tap does not reach get zeros; what would be
 * multiplied more than {@value #MOST_WORK} times as often stays. To be used before static quantization only: in float
 * it is no gain. Sub-pixel convolution: Shi et al., "Is the deconvolution layer the same as a convolutional layer?", 2016.
 * Stateless.
 */
public final class UpsamplingAsConv implements GraphPass {
    static final double MOST_WORK = 2.3;
    private static final int DEPTH_TO_SPACE_BY_COLUMN = 11;

    private final Set<String> keep;

    /** @param keep first outputs of nodes to leave as they are */
    public UpsamplingAsConv(Set<String> keep) {
        this.keep = Set.copyOf(keep);
    }

    @Override
    public int apply(OnnxGraph graph) {
        if (graph.info().opset() < DEPTH_TO_SPACE_BY_COLUMN) {
            return 0;
        }
        FreshNames names = new FreshNames(graph);
        int changed = 0;
        for (OnnxNode node : List.copyOf(graph.nodes())) {
            if (node.op().equals("ConvTranspose") && !keep.contains(node.output(0)) && rewrite(graph, node, names)) {
                changed++;
            }
        }
        if (changed > 0) {
            Rewrites.clampsBeforeMoves(graph);
        }
        return changed;
    }

    private static boolean rewrite(OnnxGraph graph, OnnxNode node, FreshNames names) {
        OnnxTensor weight = graph.constant(node.input(1));
        boolean biased = !node.input(2).isEmpty();
        OnnxTensor bias = biased ? graph.constant(node.input(2)) : null;
        if (weight == null
                || weight.type() != ElementType.FLOAT
                || weight.rank() != 4
                || (biased && bias == null)
                || !plain(node)) {
            return false;
        }
        long[] pads = node.intsAttribute("pads");
        long[] strides = node.intsAttribute("strides");
        long[] more = node.intsAttribute("output_padding");
        int stride = strides == null ? 1 : Math.toIntExact(strides[0]);
        if (strides == null || stride < 2 || strides[1] != stride) {
            return false;
        }
        Taps rows = Taps.of(weight.dims()[2], stride, at(pads, 0), at(pads, 2), at(more, 0));
        Taps columns = Taps.of(weight.dims()[3], stride, at(pads, 1), at(pads, 3), at(more, 1));
        if (rows == null || columns == null || rows.work() * columns.work() > MOST_WORK) {
            return false;
        }
        int in = Math.toIntExact(weight.dims()[0]);
        int out = Math.toIntExact(weight.dims()[1]);
        int places = stride * stride;
        String conv = names.of(node.output(0) + "_places");
        String w = names.of(conv + "_weight");
        graph.initializers()
                .put(
                        w,
                        OnnxTensor.ofFloats(
                                moved(weight.floats(), in, out, rows, columns),
                                (long) out * places,
                                in,
                                rows.length(),
                                columns.length()));
        OnnxNode convolution = new OnnxNode("Conv", names.of(conv + "_node"), List.of(node.input(0), w), List.of(conv))
                .attribute("kernel_shape", new long[] {rows.length(), columns.length()})
                .attribute("pads", new long[] {rows.before(), columns.before(), rows.after(), columns.after()});
        if (bias != null) {
            float[] each = bias.floats();
            float[] all = new float[out * places];
            for (int i = 0; i < all.length; i++) {
                all[i] = each[i / places];
            }
            String b = names.of(conv + "_bias");
            graph.initializers().put(b, OnnxTensor.ofFloats(all, all.length));
            convolution.inputs().add(b);
        }
        graph.nodes().add(graph.nodes().indexOf(node), convolution);
        node.op("DepthToSpace").attributes().clear();
        node.attribute("blocksize", stride).attribute("mode", "CRD");
        node.inputs().clear();
        node.inputs().add(conv);
        return true;
    }

    private static boolean plain(OnnxNode node) {
        long[] dilations = node.intsAttribute("dilations");
        return node.intAttribute("group", 1) == 1
                && node.intsAttribute("output_shape") == null
                && at(dilations, 0, 1) == 1
                && at(dilations, 1, 1) == 1
                && List.of("", "NOTSET").contains(node.stringAttribute("auto_pad", ""));
    }

    /** Weights {@code [in, out, k, k]} of the transposed convolution as {@code [out · stride², in, k', k']}. */
    private static float[] moved(float[] from, int in, int out, Taps rows, Taps columns) {
        int stride = rows.stride();
        int height = rows.kernel();
        int width = columns.kernel();
        float[] to = new float[out * stride * stride * in * rows.length() * columns.length()];
        for (int c = 0; c < in; c++) {
            for (int o = 0; o < out; o++) {
                for (int y = 0; y < height; y++) {
                    for (int x = 0; x < width; x++) {
                        int channel = (o * stride + rows.place(y)) * stride + columns.place(x);
                        int target =
                                ((channel * in + c) * rows.length() + rows.tap(y)) * columns.length() + columns.tap(x);
                        to[target] = from[((c * out + o) * height + y) * width + x];
                    }
                }
            }
        }
        return to;
    }

    private static long at(long @Nullable [] values, int index) {
        return at(values, index, 0);
    }

    private static long at(long @Nullable [] values, int index, long otherwise) {
        return values == null || values.length <= index ? otherwise : values[index];
    }

    /**
     * One axis: value {@code j} of the output gets {@code input[i] · kernel[k]} wherever {@code j = stride · i + k − before},
     * so that the place {@code j mod stride} reads {@code input[j / stride + offset]} with {@code stride · offset = place + pad − k}.
     */
    private record Taps(int kernel, int stride, int pad, int first, int length, int before, int after) {
        static @Nullable Taps of(long kernel, int stride, long padBefore, long padAfter, long more) {
            long longer = kernel - stride - padBefore - padAfter + more;
            if (kernel < stride || Math.floorMod(longer, stride) != 0 || padBefore < 0 || padAfter < 0) {
                return null;
            }
            int pad = Math.toIntExact(padBefore);
            int first = Integer.MAX_VALUE;
            int last = Integer.MIN_VALUE;
            for (int k = 0; k < kernel; k++) {
                int offset = offset(k, stride, pad);
                first = Math.min(first, offset);
                last = Math.max(last, offset);
            }
            int length = last - first + 1;
            int before = -first;
            int after = Math.toIntExact(Math.floorDiv(longer, stride)) - before + length - 1;
            return before < 0 || after < 0
                    ? null
                    : new Taps(Math.toIntExact(kernel), stride, pad, first, length, before, after);
        }

        private static int offset(int k, int stride, int pad) {
            return -Math.floorDiv(k - pad, stride);
        }

        /** The place whose values kernel value {@code k} goes into. */
        int place(int k) {
            return Math.floorMod(k - pad, stride);
        }

        /** Which value of the convolution's kernel it becomes. */
        int tap(int k) {
            return offset(k, stride, pad) - first;
        }

        /** How many times as many multiplications. */
        double work() {
            return (double) length * stride / kernel;
        }
    }
}
