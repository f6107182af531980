package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import java.util.Map;

/** Detection networks of the second stage and of YOLO's second version. */
final class Regions {
    private Regions() {}

    static void register(Map<String, Mapping> all) {
        all.put("PSROIPooling", Regions::positionSensitive);
        all.put("DeformableConvolution", Regions::deformable);
        all.put("ReorgYolo", Regions::reorganized);
    }

    /**
     * The mean of each bin, each bin of a map of its own: maps times which rows and which columns are in the bin, summed.
     * Regions must lie at coordinates of at least 0, as those of clipped proposals do.
     */
    private static void positionSensitive(Layer op) {
        Emitter emit = op.emit;
        long[] dims = op.dims(0);
        long bins = op.number("group_size", 1);
        long outputs = op.number("output_dim", 0);
        if (op.lower("mode", "average").equals("bilinear")) {
            RoiPools.positionSensitive(op);
            return;
        }
        if (!op.lower("mode", "average").equals("average")) {
            throw new Unmapped("pools by " + op.lower("mode", ""));
        }
        if (dims.length != 4 || dims[2] < 1 || dims[3] < 1 || dims[1] != outputs * bins * bins) {
            throw new Unmapped(
                    "pools maps of unknown size, or of other channels than output_dim by group_size squared");
        }
        float scale = op.real("spatial_scale", 1);
        OnnxNode parts = emit.add("Split", 5, op.in(1)).attribute("axis", 1).attribute("num_outputs", 5);
        String[] across = edges(emit, parts.output(1), parts.output(3), scale, bins, dims[3]);
        String[] down = edges(emit, parts.output(2), parts.output(4), scale, bins, dims[2]);
        String maps = emit.reshape(op.in(0), -1, outputs, bins, bins, dims[2], dims[3]);
        String ended = RoiPools.ended(emit, parts.output(0));
        String zero = emit.scalar(0f);
        String image = emit.reshape(emit.cast(emit.op("Where", ended, zero, parts.output(0)), ElementType.INT64), -1);
        String own = emit.add("Gather", maps, image).attribute("axis", 0).output(0);
        String sums = emit.add("Einsum", own, down[0], across[0])
                .attribute("equation", "rcijhw,rih,rjw->rcij")
                .output(0);
        String area = emit.op(
                "Mul",
                emit.op("Unsqueeze", down[1], emit.longs(1, 3)),
                emit.op("Unsqueeze", across[1], emit.longs(1, 2)));
        op.out(emit.op("Where", emit.op("Unsqueeze", ended, emit.longs(2, 3)), zero, emit.op("Div", sums, area)));
    }

    /** Which of {@code size} places are in each bin [regions, bins, size], and how many [regions, bins]. */
    private static String[] edges(Emitter emit, String from, String to, float scale, long bins, long size) {
        String start = emit.op("Mul", rounded(emit, from), emit.scalar(scale));
        String end = emit.op("Mul", emit.op("Add", rounded(emit, to), emit.scalar(1f)), emit.scalar(scale));
        String width = emit.op("Div", emit.op("Sub", end, start), emit.scalar((float) bins));
        float[] lower = new float[(int) bins];
        float[] upper = new float[(int) bins];
        float[] places = new float[(int) size];
        for (int i = 0; i < bins; i++) {
            lower[i] = i;
            upper[i] = i + 1f;
        }
        for (int i = 0; i < size; i++) {
            places[i] = i;
        }
        String first = emit.op(
                "Min",
                emit.op("Max", emit.op("Floor", edge(emit, start, width, lower)), emit.scalar(0f)),
                emit.scalar(size - 1f));
        String last = emit.op("Min", emit.op("Ceil", edge(emit, start, width, upper)), emit.scalar((float) size));
        String at = emit.constant("places", OnnxTensor.ofFloats(places, 1, 1, size));
        String inside = emit.op(
                "And",
                emit.op("GreaterOrEqual", at, emit.op("Unsqueeze", first, emit.longs(2))),
                emit.op("Less", at, emit.op("Unsqueeze", last, emit.longs(2))));
        return new String[] {emit.cast(inside, ElementType.FLOAT), emit.op("Sub", last, first)};
    }

    private static String edge(Emitter emit, String start, String width, float[] bins) {
        String numbers = emit.constant("bins", OnnxTensor.ofFloats(bins, 1, bins.length));
        return emit.op("Add", start, emit.op("Mul", width, numbers));
    }

    /** Halves away from zero, of numbers from 0 on. */
    private static String rounded(Emitter emit, String value) {
        return emit.op("Floor", emit.op("Add", value, emit.scalar(.5f)));
    }

    private static void deformable(Layer op) {
        if (!op.flag("bilinear_interpolation_pad", false)) {
            throw new Unmapped("reads beyond the edge in a way of its own (bilinear_interpolation_pad is off)");
        }
        if (!op.lower("auto_pad", "explicit").equals("explicit")) {
            throw new Unmapped("pads by " + op.lower("auto_pad", ""));
        }
        long[] kernel = op.dims(2);
        String bias = op.emit.constant("no_bias", OnnxTensor.ofFloats(new float[(int) kernel[0]], kernel[0]));
        OnnxNode node = op.has(3)
                ? op.emit.add("DeformConv", op.in(0), op.in(2), op.in(1), bias, op.in(3))
                : op.emit.add("DeformConv", op.in(0), op.in(2), op.in(1));
        long[] begin = op.list("pads_begin");
        long[] end = op.list("pads_end");
        op.out(node.attribute("strides", op.list("strides"))
                .attribute("dilations", op.list("dilations"))
                .attribute("pads", new long[] {begin[0], begin[1], end[0], end[1]})
                .attribute("group", op.number("group", 1))
                .attribute("offset_group", op.number("deformable_group", 1))
                .output(0));
    }

    /** As Darknet does it: the map is read as if it were larger with fewer channels, and then taken apart. */
    private static void reorganized(Layer op) {
        Emitter emit = op.emit;
        long[] dims = op.dims(0);
        long stride = op.number("stride", 1);
        if (dims.length != 4
                || dims[1] < 1
                || dims[2] < 1
                || dims[3] < 1
                || dims[1] % (stride * stride) != 0
                || dims[2] % stride != 0
                || dims[3] % stride != 0) {
            throw new Unmapped("takes apart a map of unknown size, or of one that its stride does not divide");
        }
        String large = emit.reshape(op.in(0), -1, dims[1] / (stride * stride), dims[2] * stride, dims[3] * stride);
        String apart =
                emit.add("SpaceToDepth", large).attribute("blocksize", stride).output(0);
        op.out(emit.reshape(apart, -1, dims[1] * stride * stride, dims[2] / stride, dims[3] / stride));
    }
}
