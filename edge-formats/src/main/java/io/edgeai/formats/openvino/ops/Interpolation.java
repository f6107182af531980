package io.edgeai.formats.openvino.ops;

import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Arrays;
import java.util.stream.LongStream;

/** Interpolate of sets 1, 4 and 11: nearest, linear and cubic resizing with its ways to count coordinates. */
final class Interpolation {
    private Interpolation() {}

    static void write(Layer op) {
        for (String pads : new String[] {"pads_begin", "pads_end"}) {
            if (Arrays.stream(op.list(pads)).anyMatch(p -> p != 0)) {
                throw new Unmapped("pads before it resizes");
            }
        }
        if (op.flag("antialias", false)) {
            throw new Unmapped("resizes with antialias");
        }
        boolean first = op.ir.opsetNumber() < 4;
        int rank = op.rank(0);
        long[] axes = first
                ? op.list("axes")
                : op.ir.opsetNumber() < 11
                        ? op.has(3)
                                ? op.fixedLongs(3, "axes")
                                : LongStream.range(0, rank).toArray()
                        : op.has(2)
                                ? op.fixedLongs(2, "axes")
                                : LongStream.range(0, rank).toArray();
        boolean bySize = first || op.lower("shape_calculation_mode", "sizes").equals("sizes");
        String mode = op.lower("mode", "nearest");
        String onnxMode =
                switch (mode) {
                    case "nearest" -> "nearest";
                    case "linear", "linear_onnx" -> "linear";
                    case "cubic" -> "cubic";
                    default -> throw new Unmapped("resizes by the mode " + mode);
                };
        String coordinates = first
                ? op.flag("align_corners", true) ? "align_corners" : "asymmetric"
                : op.lower("coordinate_transformation_mode", "half_pixel");
        if (coordinates.equals("tf_half_pixel_for_nn")) {
            throw new Unmapped("counts coordinates by " + coordinates);
        }
        String x = op.in(0);
        OnnxNode node = bySize
                ? op.emit.add("Resize", x, "", "", sizes(op, x, axes, op.vector(1)))
                : op.emit.add("Resize", x, "", scales(op, axes));
        node.attribute("mode", onnxMode).attribute("coordinate_transformation_mode", coordinates);
        if (onnxMode.equals("nearest")) {
            node.attribute("nearest_mode", nearest(op, first));
        } else if (onnxMode.equals("cubic")) {
            node.attribute("cubic_coeff_a", op.real("cube_coeff", -.75f));
        }
        op.out(node.output(0));
    }

    private static String nearest(Layer op, boolean first) {
        String mode = first ? "floor" : op.lower("nearest_mode", "round_prefer_floor");
        if (!mode.equals("simple")) {
            return mode;
        }
        long[] in = op.dims(0);
        long[] out = op.outDims(0);
        boolean down = false;
        boolean up = false;
        for (int i = 0; i < Math.min(in.length, out.length); i++) {
            down |= in[i] < 0 || out[i] < in[i];
            up |= out[i] < 0 || out[i] > in[i];
        }
        if (down && up) {
            throw new Unmapped("chooses the nearest by the mode simple in both directions");
        }
        return down ? "ceil" : "floor";
    }

    private static String sizes(Layer op, String x, long[] axes, String wanted) {
        int rank = op.rank(0);
        long[] known = op.longs(1);
        long[] all = op.dims(0).clone();
        if (known != null) {
            for (int i = 0; i < axes.length; i++) {
                all[op.axis(axes[i], rank)] = known[i];
            }
            if (Arrays.stream(all).allMatch(d -> d >= 0)) {
                return op.emit.longs(all);
            }
        }
        String shape = op.emit.op("Shape", x);
        long[] places = Arrays.stream(axes).map(a -> op.axis(a, rank)).toArray();
        return op.emit
                .add("ScatterElements", shape, op.emit.longs(places), wanted)
                .attribute("axis", 0)
                .output(0);
    }

    private static String scales(Layer op, long[] axes) {
        float[] given = op.fixedFloats(op.ir.opsetNumber() < 11 ? 2 : 1, "scales");
        float[] all = new float[op.rank(0)];
        Arrays.fill(all, 1);
        for (int i = 0; i < axes.length; i++) {
            all[op.axis(axes[i], all.length)] = given[i];
        }
        return op.emit.constant("scales", OnnxTensor.ofFloats(all, all.length));
    }
}
