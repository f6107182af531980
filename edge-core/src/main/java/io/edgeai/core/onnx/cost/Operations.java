package io.edgeai.core.onnx.cost;

import io.edgeai.core.onnx.OnnxNode;
import java.util.Set;

/** Elementary operations of a node beside its MACs. */
final class Operations {
    /** Operators that give the same memory another shape. */
    static final Set<String> VIEWS = Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout");

    private static final Set<String> MOVES = Set.of(
            "Transpose",
            "Concat",
            "Split",
            "Slice",
            "Gather",
            "GatherElements",
            "GatherND",
            "Scatter",
            "ScatterElements",
            "ScatterND",
            "Expand",
            "Tile",
            "Pad",
            "Shape",
            "Size",
            "Constant",
            "ConstantOfShape",
            "Cast",
            "CastLike",
            "DepthToSpace",
            "SpaceToDepth",
            "Where",
            "Range",
            "OneHot",
            "Compress",
            "NonZero",
            "EyeLike",
            "ReverseSequence",
            "If",
            "Loop",
            "Scan",
            "ZipMap",
            "SequenceConstruct",
            "SequenceAt",
            "SequenceEmpty",
            "SequenceInsert",
            "SplitToSequence",
            "ConcatFromSequence",
            "Optional",
            "LabelEncoder",
            "ArrayFeatureExtractor",
            "FeatureVectorizer",
            "Trilu",
            "QLinearConcat",
            "Unique",
            "TopK");

    private Operations() {}

    static long of(OnnxNode node, Sizes sizes) {
        String op = node.op();
        if (VIEWS.contains(op) || MOVES.contains(op)) {
            return 0;
        }
        if (op.startsWith("Reduce") || op.startsWith("Arg") || op.contains("Global")) {
            return sizes.elements(node.input(0));
        }
        if (op.startsWith("TreeEnsemble")) {
            String x = node.input(0);
            return Sizes.times(sizes.dims(x).size() < 2 ? 1 : sizes.dim(x, 0), Trees.comparisons(node));
        }
        long results = sizes.elements(node.output(0));
        if (op.endsWith("Pool")) {
            long window = 1;
            long[] kernel = node.intsAttribute("kernel_shape");
            for (long side : kernel == null ? new long[0] : kernel) {
                window = Sizes.times(window, Math.max(1, side));
            }
            return Sizes.times(results, window);
        }
        return Sizes.times(results, perElement(node, sizes));
    }

    /** Operations for each element of the result; for a product only its bias counts here. */
    private static long perElement(OnnxNode node, Sizes sizes) {
        return switch (node.op()) {
            case "Conv", "FusedConv", "ConvTranspose", "Gemm", "FusedGemm" ->
                node.input(2).isEmpty() ? 0 : 1;
            case "QLinearConv" -> 2;
            case "Softmax", "LogSoftmax" -> 3;
            case "BatchNormalization" -> 2;
            case "LayerNormalization", "InstanceNormalization", "GroupNormalization" -> 5;
            case "SkipLayerNormalization", "RMSNormalization" -> 6;
            case "Sum", "Max", "Min", "Mean" -> Math.max(1, node.inputs().size() - 1L);
            case "QuantizeLinear", "DequantizeLinear" -> 2;
            default -> Macs.of(node, sizes) > 0 ? 0 : 1;
        };
    }
}
