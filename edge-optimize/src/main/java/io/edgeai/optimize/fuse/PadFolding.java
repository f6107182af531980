package io.edgeai.optimize.fuse;

import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.Cleanup;
import io.edgeai.core.onnx.pass.GraphPass;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Folds a Pad with zeros along the spatial axes into the one Conv that reads it. Stateless. */
public final class PadFolding implements GraphPass {
    @Override
    public int apply(OnnxGraph graph) {
        int changed = 0;
        for (OnnxNode pad : List.copyOf(graph.nodes())) {
            long[] pads = pad.op().equals("Pad") && pad.domain().isEmpty() ? spatialZeros(graph, pad) : null;
            List<OnnxNode> readers = graph.consumers().getOrDefault(pad.output(0), List.of());
            if (pads != null
                    && readers.size() == 1
                    && !Cleanup.outputNames(graph).contains(pad.output(0))
                    && fold(pad, readers.get(0), pads)) {
                graph.nodes().remove(pad);
                graph.valueInfo().remove(pad.output(0));
                changed++;
            }
        }
        return changed;
    }

    private static boolean fold(OnnxNode pad, OnnxNode conv, long[] pads) {
        if (!conv.op().equals("Conv")
                || !conv.domain().isEmpty()
                || !conv.input(0).equals(pad.output(0))
                || !conv.stringAttribute("auto_pad", "NOTSET").equals("NOTSET")) {
            return false;
        }
        int spatial = pads.length / 2 - 2;
        long[] own = conv.intsAttribute("pads");
        long[] sum = own == null ? new long[2 * spatial] : own.clone();
        for (int i = 0; i < spatial; i++) {
            sum[i] += pads[2 + i];
            sum[spatial + i] += pads[pads.length / 2 + 2 + i];
        }
        conv.attribute("pads", sum);
        conv.inputs().set(0, pad.input(0));
        return true;
    }

    /** The pads of all axes where they are constant, not negative, zero-valued and on spatial axes only. */
    private static long @Nullable [] spatialZeros(OnnxGraph graph, OnnxNode pad) {
        long[] pads = pad.intsAttribute("pads");
        if (pads == null) {
            OnnxTensor constant = graph.constant(pad.input(1));
            pads = constant == null ? null : constant.longs();
        }
        OnnxTensor value = pad.input(2).isEmpty() ? null : graph.constant(pad.input(2));
        boolean zero = pad.floatAttribute("value", 0) == 0
                && (pad.input(2).isEmpty() || (value != null && OnnxFloats.floats(value)[0] == 0));
        if (pads == null
                || pads.length < 6
                || !zero
                || !pad.input(3).isEmpty()
                || !pad.stringAttribute("mode", "constant").equals("constant")) {
            return null;
        }
        int rank = pads.length / 2;
        for (int i = 0; i < pads.length; i++) {
            if (pads[i] < 0 || (i % rank < 2 && pads[i] != 0)) {
                return null;
            }
        }
        return pads;
    }
}
