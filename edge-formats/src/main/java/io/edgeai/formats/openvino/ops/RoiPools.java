package io.edgeai.formats.openvino.ops;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.formats.emit.Emitter;
import java.util.Map;

/**
 * Pools of regions [regions, 5] of image, left, top, right and bottom. A region of the image -1 ends the list: it and
 * those behind it pool to zero.
 */
final class RoiPools {
    private RoiPools() {}

    static void register(Map<String, Mapping> all) {
        all.put("ROIPooling", RoiPools::pooling);
    }

    private static void pooling(Layer op) {
        long[] size = op.list("output_size").length == 2
                ? op.list("output_size")
                : new long[] {op.number("pooled_h", 0), op.number("pooled_w", 0)};
        switch (op.lower("method", "max")) {
            case "max" -> greatest(op, size);
            case "bilinear" -> bilinear(op, size);
            default -> throw new Unmapped("pools regions by the method " + op.text("method", ""));
        }
    }

    /** Whether the list has ended [regions, 1]. */
    static String ended(Emitter emit, String image) {
        String none = emit.cast(emit.op("Less", image, emit.scalar(0f)), ElementType.FLOAT);
        String sum = emit.add("CumSum", none, emit.whole(0)).output(0);
        return emit.op("Greater", sum, emit.scalar(0f));
    }

    private static void greatest(Layer op, long[] size) {
        Emitter emit = op.emit;
        OnnxNode parts = emit.add("Split", 2, op.in(1), emit.longs(1, 4)).attribute("axis", 1);
        String ended = ended(emit, parts.output(0));
        String zero = emit.scalar(0f);
        String regions = emit.op(
                "Where",
                ended,
                zero,
                emit.add("Concat", parts.output(0), parts.output(1))
                        .attribute("axis", 1)
                        .output(0));
        String pooled = emit.add("MaxRoiPool", op.in(0), regions)
                .attribute("pooled_shape", size)
                .attribute("spatial_scale", op.real("spatial_scale", 1))
                .output(0);
        op.out(emit.op("Where", emit.op("Unsqueeze", ended, emit.longs(2, 3)), zero, pooled));
    }

    /** Points from edge to edge of regions in shares of the map; a point outside the map is zero. */
    private static void bilinear(Layer op, long[] size) {
        Emitter emit = op.emit;
        long[] dims = op.dims(0);
        if (dims.length != 4 || dims[2] < 1 || dims[3] < 1) {
            throw new Unmapped("pools regions of a map of unknown size");
        }
        OnnxNode parts = emit.add("Split", 5, op.in(1)).attribute("axis", 1).attribute("num_outputs", 5);
        String ended = ended(emit, parts.output(0));
        String[] across = points(emit, parts.output(1), parts.output(3), size[1], dims[3], true);
        String[] down = points(emit, parts.output(2), parts.output(4), size[0], dims[2], true);
        String zero = emit.scalar(0f);
        String image = emit.cast(emit.reshape(emit.op("Where", ended, zero, parts.output(0)), -1), ElementType.INT64);
        String pooled = pooled(emit, op.in(0), across, down, image, size);
        String inside = emit.op(
                "And",
                emit.op("Unsqueeze", down[2], emit.longs(1, 3)),
                emit.op("Unsqueeze", across[2], emit.longs(1, 2)));
        String counts = emit.op("And", inside, emit.op("Not", emit.op("Unsqueeze", ended, emit.longs(2, 3))));
        op.out(emit.op("Where", counts, pooled, zero));
    }

    private static String pooled(Emitter emit, String map, String[] across, String[] down, String image, long[] size) {
        String regions = emit.add("Concat", across[0], down[0], across[1], down[1])
                .attribute("axis", 1)
                .output(0);
        return emit.add("RoiAlign", map, regions, image)
                .attribute("mode", "avg")
                .attribute("output_height", size[0])
                .attribute("output_width", size[1])
                .attribute("sampling_ratio", 1)
                .attribute("spatial_scale", 1f)
                .attribute("coordinate_transformation_mode", "half_pixel")
                .output(0);
    }

    /** The mean over parts of the regions, each of maps of its own, of points in the part. */
    static void positionSensitive(Layer op) {
        Emitter emit = op.emit;
        long[] dims = op.dims(0);
        long side = op.number("group_size", 1);
        long outputs = op.number("output_dim", 0);
        int binsX = (int) op.number("spatial_bins_x", 1);
        int binsY = (int) op.number("spatial_bins_y", 1);
        if (dims.length != 4 || dims[2] < 1 || dims[3] < 1 || outputs < 1 || dims[1] != outputs * binsX * binsY) {
            throw new Unmapped("pools maps of unknown size, or of other channels than output_dim for each part");
        }
        OnnxNode parts = emit.add("Split", 5, op.in(1)).attribute("axis", 1).attribute("num_outputs", 5);
        String ended = ended(emit, parts.output(0));
        String zero = emit.scalar(0f);
        String image = emit.cast(emit.reshape(emit.op("Where", ended, zero, parts.output(0)), -1), ElementType.INT64);
        String scale = emit.scalar(op.real("spatial_scale", 1));
        String[] edges = new String[4];
        for (int i = 0; i < 4; i++) {
            edges[i] = emit.op("Mul", parts.output(i + 1), scale);
        }
        long[] size = {side, side};
        String sum = "";
        for (int bin = 0; bin < binsX * binsY; bin++) {
            String[] across = part(emit, edges[0], edges[2], bin % binsX, binsX, side, dims[3]);
            String[] down = part(emit, edges[1], edges[3], bin / binsX, binsY, side, dims[2]);
            String maps = emit.op(
                    "Slice", op.in(0), emit.longs(bin * outputs), emit.longs((bin + 1) * outputs), emit.longs(1));
            String inside = emit.op(
                    "And",
                    emit.op("Unsqueeze", down[2], emit.longs(1, 3)),
                    emit.op("Unsqueeze", across[2], emit.longs(1, 2)));
            String pooled = emit.op("Where", inside, pooled(emit, maps, across, down, image, size), zero);
            sum = sum.isEmpty() ? pooled : emit.op("Add", sum, pooled);
        }
        String mean = emit.op("Div", sum, emit.scalar((float) (binsX * binsY)));
        op.out(emit.op("Where", emit.op("Unsqueeze", ended, emit.longs(2, 3)), zero, mean));
    }

    private static String[] part(Emitter emit, String from, String to, int number, int parts, long count, long size) {
        String width = emit.op("Div", emit.op("Sub", to, from), emit.scalar((float) parts));
        String begin = emit.op("Add", from, emit.op("Mul", width, emit.scalar((float) number)));
        return points(emit, begin, emit.op("Add", begin, width), count, size, false);
    }

    /**
     * A region whose bins have the points as their centers.
     *
     * @param strict whether nothing beyond the last place is on the map; else what is less than a place beyond is
     * @return both ends [regions, 1], half a pixel on, and which points are on the map [regions, count]
     */
    private static String[] points(Emitter emit, String from, String to, long count, long size, boolean strict) {
        String last = emit.scalar(size - 1f);
        String half = emit.scalar(.5f);
        String points;
        String start;
        String end;
        if (count > 1) {
            String begin = emit.op("Mul", from, last);
            String step = emit.op("Div", emit.op("Mul", emit.op("Sub", to, from), last), emit.scalar(count - 1f));
            float[] numbers = new float[(int) count];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = i;
            }
            String inner = emit.op(
                    "Add", begin, emit.op("Mul", step, emit.constant("bins", OnnxTensor.ofFloats(numbers, 1, count))));
            byte[] edge = new byte[(int) count];
            edge[edge.length - 1] = 1;
            points = emit.op(
                    "Where",
                    emit.constant("edge", OnnxTensor.ofBytes(ElementType.BOOL, edge, 1, count)),
                    emit.op("Mul", to, last),
                    inner);
            start = emit.op("Sub", begin, emit.op("Mul", step, half));
            end = emit.op("Add", start, emit.op("Mul", step, emit.scalar((float) count)));
        } else {
            points = emit.op("Mul", emit.op("Mul", emit.op("Add", from, to), half), last);
            start = emit.op("Sub", points, half);
            end = emit.op("Add", points, half);
        }
        String below =
                strict ? emit.op("LessOrEqual", points, last) : emit.op("Less", points, emit.scalar((float) size));
        String inside = strict ? emit.op("And", emit.op("GreaterOrEqual", points, emit.scalar(0f)), below) : below;
        return new String[] {emit.op("Add", start, half), emit.op("Add", end, half), inside};
    }
}
