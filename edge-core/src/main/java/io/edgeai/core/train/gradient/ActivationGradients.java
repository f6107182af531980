package io.edgeai.core.train.gradient;

import io.edgeai.core.model.ElementType;
import java.util.Map;

/** Activations. At a kink the derivative is that of the lower branch, as in PyTorch; Clip passes at its bounds. */
final class ActivationGradients {
    private ActivationGradients() {}

    static void register(Map<String, GradientRule> table) {
        table.put("Relu", g -> g.give(0, g.out().mul(g.dy(), positive(g, g.y()))));
        table.put("LeakyRelu", g -> {
            float alpha = g.node().floatAttribute("alpha", 0.01f);
            g.give(0, g.out().op("Where", above(g, 0), g.dy(), g.out().mul(g.dy(), alpha)));
        });
        table.put("ThresholdedRelu", g -> {
            float alpha = g.node().floatAttribute("alpha", 1);
            g.give(0, g.out().mul(g.dy(), g.out().mask("Greater", g.x(), g.out().scalar(alpha))));
        });
        table.put("PRelu", ActivationGradients::prelu);
        table.put("Sigmoid", g -> {
            String slope = g.out().mul(g.y(), g.out().sub(g.out().scalar(1), g.y()));
            g.give(0, g.out().mul(g.dy(), slope));
        });
        table.put("Tanh", g -> {
            String slope = g.out().sub(g.out().scalar(1), g.out().mul(g.y(), g.y()));
            g.give(0, g.out().mul(g.dy(), slope));
        });
        table.put("Elu", g -> exponential(g, 1, g.node().floatAttribute("alpha", 1)));
        table.put("Selu", g -> {
            float gamma = g.node().floatAttribute("gamma", 1.050701f);
            exponential(g, gamma, gamma * g.node().floatAttribute("alpha", 1.6732632f));
        });
        table.put(
                "Celu",
                g -> exponential(
                        g, 1, g.node().floatAttribute("alpha", 1), g.node().floatAttribute("alpha", 1)));
        table.put("Softplus", g -> g.give(0, g.out().mul(g.dy(), g.out().op("Sigmoid", g.x()))));
        table.put("Softsign", g -> {
            String width = g.out().add(g.out().op("Abs", g.x()), g.out().scalar(1));
            g.give(0, g.out().div(g.dy(), g.out().mul(width, width)));
        });
        table.put("HardSigmoid", g -> {
            float alpha = g.node().floatAttribute("alpha", 0.2f);
            String inside = g.out()
                    .mul(
                            g.out().mask("Greater", g.y(), g.out().scalar(0)),
                            g.out().mask("Less", g.y(), g.out().scalar(1)));
            g.give(0, g.out().mul(g.dy(), g.out().mul(inside, alpha)));
        });
        table.put("HardSwish", ActivationGradients::hardSwish);
        table.put("Clip", ActivationGradients::clip);
        table.put("Gelu", ActivationGradients::gelu);
        table.put("Mish", ActivationGradients::mish);
        table.put("Dropout", ActivationGradients::dropout);
    }

    private static String positive(NodeGradient g, String value) {
        return g.out().mask("Greater", value, g.out().scalar(0));
    }

    private static String above(NodeGradient g, float bound) {
        return g.out().op("Greater", g.x(), g.out().scalar(bound));
    }

    /** Above 0 a constant slope; below, y + offset. */
    private static void exponential(NodeGradient g, float above, float offset) {
        exponential(g, above, offset, 1);
    }

    private static void exponential(NodeGradient g, float above, float offset, float divisor) {
        String below = g.out().mul(g.out().add(g.y(), g.out().scalar(offset)), 1 / divisor);
        g.give(0, g.out().mul(g.dy(), g.out().op("Where", above(g, 0), g.out().scalar(above), below)));
    }

    private static void prelu(NodeGradient g) {
        GraphEmitter out = g.out();
        String above = above(g, 0);
        if (g.wants(0)) {
            g.give(0, out.op("Where", above, g.dy(), out.mul(g.dy(), g.input(1))));
        }
        if (g.wants(1)) {
            String below = out.op("Where", above, out.scalar(0), out.mul(g.dy(), g.x()));
            g.give(1, g.unbroadcast(below, g.input(1)));
        }
    }

    private static void hardSwish(NodeGradient g) {
        GraphEmitter out = g.out();
        String ramp = out.mul(out.add(out.mul(g.x(), 2), out.scalar(3)), 1 / 6f);
        String inner = out.op("Where", out.op("GreaterOrEqual", g.x(), out.scalar(3)), out.scalar(1), ramp);
        String slope = out.op("Where", out.op("LessOrEqual", g.x(), out.scalar(-3)), out.scalar(0), inner);
        g.give(0, out.mul(g.dy(), slope));
    }

    private static void clip(NodeGradient g) {
        if (g.wants(1) || g.wants(2)) {
            throw g.refuse("its bounds depend on parameters");
        }
        String dx = g.dy();
        if (!g.input(1).isEmpty()) {
            dx = g.out().mul(dx, g.out().mask("GreaterOrEqual", g.x(), g.input(1)));
        }
        if (!g.input(2).isEmpty()) {
            dx = g.out().mul(dx, g.out().mask("LessOrEqual", g.x(), g.input(2)));
        }
        g.give(0, dx);
    }

    private static void gelu(NodeGradient g) {
        GraphEmitter out = g.out();
        if (g.node().stringAttribute("approximate", "none").equals("tanh")) {
            float root = (float) Math.sqrt(2 / Math.PI);
            String square = out.mul(g.x(), g.x());
            String inner = out.mul(out.mul(g.x(), out.add(out.mul(square, 0.044715f), out.scalar(1))), root);
            String tanh = out.op("Tanh", inner);
            String inside = out.mul(out.add(out.mul(square, 3 * 0.044715f), out.scalar(1)), root);
            String steep = out.mul(out.mul(out.sub(out.scalar(1), out.mul(tanh, tanh)), inside), g.x());
            g.give(0, out.mul(g.dy(), out.mul(out.add(out.add(tanh, out.scalar(1)), steep), 0.5f)));
            return;
        }
        String cumulative =
                out.mul(out.add(out.op("Erf", out.mul(g.x(), (float) Math.sqrt(0.5))), out.scalar(1)), 0.5f);
        String density =
                out.mul(out.op("Exp", out.mul(out.mul(g.x(), g.x()), -0.5f)), (float) (1 / Math.sqrt(2 * Math.PI)));
        g.give(0, out.mul(g.dy(), out.add(cumulative, out.mul(g.x(), density))));
    }

    private static void mish(NodeGradient g) {
        GraphEmitter out = g.out();
        String tanh = out.op("Tanh", out.op("Softplus", g.x()));
        String steep = out.mul(out.mul(g.x(), out.op("Sigmoid", g.x())), out.sub(out.scalar(1), out.mul(tanh, tanh)));
        g.give(0, out.mul(g.dy(), out.add(tanh, steep)));
    }

    /** The mask is the second output; without one nothing is dropped. */
    private static void dropout(NodeGradient g) {
        if (g.node().input(2).isEmpty()) {
            g.give(0, g.dy());
            return;
        }
        while (g.node().outputs().size() < 2) {
            g.node().outputs().add("");
        }
        if (g.node().output(1).isEmpty()) {
            g.node().outputs().set(1, g.out().name(g.y() + "_mask"));
        }
        String kept = g.out().cast(g.node().output(1), ElementType.FLOAT);
        String ratio =
                g.node().input(1).isEmpty() ? g.out().scalar(0.5f) : g.node().input(1);
        String scale = g.out().op("Reciprocal", g.out().sub(g.out().scalar(1), ratio));
        g.give(0, g.out().mul(g.out().mul(g.dy(), kept), scale));
    }
}
