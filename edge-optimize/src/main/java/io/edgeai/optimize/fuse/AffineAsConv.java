package io.edgeai.optimize.fuse;

import io.edgeai.core.model.Dim;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import io.edgeai.core.onnx.pass.FreshNames;
import io.edgeai.core.onnx.pass.GraphPass;
import io.edgeai.core.onnx.shape.ShapeInference;
import io.edgeai.core.onnx.shape.Shapes;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes batch normalization that no convolution before it could take in (DenseNet, pre-activation ResNets) as a
 * depthwise 1×1 convolution, which has an integer kernel where normalization has none. To be used before static
 * quantization only: in float it is no gain. Stateless.
 */
public final class AffineAsConv implements GraphPass {
    @Override
    public int apply(OnnxGraph graph) {
        List<OnnxNode> norms = graph.nodes().stream()
                .filter(node -> node.op().equals("BatchNormalization"))
                .toList();
        if (norms.isEmpty()) {
            return 0;
        }
        Shapes shapes = ShapeInference.infer(graph);
        FreshNames names = new FreshNames(graph);
        int changed = 0;
        for (OnnxNode node : norms) {
            String x = node.input(0);
            List<Dim> dims = shapes.dims(x).orElse(List.of());
            OnnxTensor scale = graph.constant(node.input(1));
            if (dims.size() != 4 || scale == null || graph.initializers().containsKey(x)) {
                continue;
            }
            int channels = Math.toIntExact(scale.elements());
            ChannelAffine affine = ChannelAffine.of(graph, node, x, channels, 4);
            if (affine == null) {
                continue;
            }
            float[] weight = new float[channels];
            float[] bias = new float[channels];
            for (int c = 0; c < channels; c++) {
                weight[c] = (float) affine.factor[c];
                bias[c] = (float) affine.offset[c];
            }
            String w = names.of(node.output(0) + "_factor");
            String b = names.of(node.output(0) + "_offset");
            graph.initializers().put(w, OnnxTensor.ofFloats(weight, channels, 1, 1, 1));
            graph.initializers().put(b, OnnxTensor.ofFloats(bias, channels));
            node.op("Conv").attributes().clear();
            node.attribute("group", channels).attribute("kernel_shape", new long[] {1, 1});
            node.inputs().clear();
            node.inputs().addAll(List.of(x, w, b));
            node.outputs().retainAll(new ArrayList<>(List.of(node.output(0))));
            changed++;
        }
        return changed;
    }
}
