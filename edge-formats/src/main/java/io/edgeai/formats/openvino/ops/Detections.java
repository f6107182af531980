package io.edgeai.formats.openvino.ops;

import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.formats.emit.Emitter;
import java.util.Map;

/** Detection heads: prior boxes, DetectionOutput of SSD networks, and YOLO's regions. */
final class Detections {
    private Detections() {}

    static void register(Map<String, Mapping> all) {
        all.put("PriorBox", Priors::priorBox);
        all.put("PriorBoxClustered", Priors::clustered);
        all.put("DetectionOutput", SsdDetections::write);
        all.put("RegionYolo", Detections::regionYolo);
    }

    private static void regionYolo(Layer op) {
        Emitter emit = op.emit;
        long classes = op.number("classes", 0);
        long coords = op.number("coords", 4);
        boolean softmax = op.flag("do_softmax", true);
        long regions = softmax ? op.number("num", 1) : op.list("mask").length;
        long[] dims = op.dims(0);
        if (dims.length != 4 || dims[2] < 0 || dims[3] < 0 || coords < 2) {
            throw new Unmapped("reads regions of a map of unknown size");
        }
        String x = op.in(0);
        if (!softmax && dims[1] > regions * (coords + 1 + classes)) {
            throw new Unmapped("reads " + regions + " regions of " + dims[1] + " channels");
        }
        x = emit.reshape(x, -1, regions, coords + 1 + classes, dims[2], dims[3]);
        String sizes = emit.longs(2, coords - 2, 1, classes);
        OnnxNode parts = emit.add("Split", 4, x, sizes).attribute("axis", 2);
        String scores = softmax
                ? emit.add("Softmax", parts.output(3)).attribute("axis", 2).output(0)
                : emit.op("Sigmoid", parts.output(3));
        String joined = emit.add(
                        "Concat",
                        emit.op("Sigmoid", parts.output(0)),
                        parts.output(1),
                        emit.op("Sigmoid", parts.output(2)),
                        scores)
                .attribute("axis", 2)
                .output(0);
        long[] out = op.outDims(0).clone();
        if (out.length == 0 || java.util.Arrays.stream(out).skip(1).anyMatch(d -> d < 0)) {
            throw new Unmapped("writes regions of unknown size");
        }
        out[0] = -1;
        op.out(emit.reshape(joined, out));
    }
}
