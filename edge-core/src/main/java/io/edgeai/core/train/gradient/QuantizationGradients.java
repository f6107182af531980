package io.edgeai.core.train.gradient;

import io.edgeai.core.model.ElementType;
import java.util.Map;

/**
 * QuantizeLinear and DequantizeLinear in pairs as fake quantization: the gradient passes straight through where the value
 * is inside the range of the integers and is 0 outside (Bengio et al. 2013; Jacob et al. 2018). Scales and zero points
 * are not trained.
 */
final class QuantizationGradients {
    private QuantizationGradients() {}

    static void register(Map<String, GradientRule> table) {
        table.put("QuantizeLinear", QuantizationGradients::quantize);
        table.put("DequantizeLinear", g -> {
            fixedScale(g);
            g.give(0, g.dy());
        });
    }

    private static void quantize(NodeGradient g) {
        fixedScale(g);
        GraphEmitter out = g.out();
        String scale = spread(g, g.input(1));
        ElementType type = g.shapes().element(g.y()).orElse(ElementType.UINT8);
        String steps = out.op("Round", out.div(g.x(), scale));
        if (!g.input(2).isEmpty()) {
            steps = out.add(steps, spread(g, out.cast(g.input(2), ElementType.FLOAT)));
        }
        String inside = out.mul(
                out.mask("GreaterOrEqual", steps, out.scalar(lowest(g, type))),
                out.mask("LessOrEqual", steps, out.scalar(highest(g, type))));
        g.give(0, out.mul(g.dy(), inside));
    }

    private static void fixedScale(NodeGradient g) {
        if (g.wants(1)) {
            throw g.refuse("its scale depends on parameters");
        }
        if (g.node().intAttribute("block_size", 0) != 0) {
            throw g.refuse("it is quantized in blocks");
        }
    }

    /** One value for each channel along the node's axis, or one for all. */
    private static String spread(NodeGradient g, String value) {
        if (g.rank(g.input(1)) == 0 || g.dims(g.input(1))[0] == 1) {
            return value;
        }
        long[] shape = Window.filled(g.rank(g.x()), 1);
        shape[g.axis(g.node().intAttribute("axis", 1), g.x())] = -1;
        return g.out().reshape(value, shape);
    }

    private static float lowest(NodeGradient g, ElementType type) {
        return switch (type) {
            case UINT4, UINT8, UINT16 -> 0;
            case INT4 -> -8;
            case INT8 -> -128;
            case INT16 -> -32768;
            default -> throw g.refuse("it quantizes to " + type);
        };
    }

    private static float highest(NodeGradient g, ElementType type) {
        return switch (type) {
            case UINT4 -> 15;
            case UINT8 -> 255;
            case UINT16 -> 65535;
            case INT4 -> 7;
            case INT8 -> 127;
            case INT16 -> 32767;
            default -> throw g.refuse("it quantizes to " + type);
        };
    }
}
