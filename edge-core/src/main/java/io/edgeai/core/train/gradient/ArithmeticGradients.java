package io.edgeai.core.train.gradient;

import io.edgeai.core.onnx.OnnxFloats;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Map;

/** Elementwise arithmetic with broadcasting, and elementary functions. */
final class ArithmeticGradients {
    private ArithmeticGradients() {}

    static void register(Map<String, GradientRule> table) {
        table.put("Add", ArithmeticGradients::sum);
        table.put("Sum", ArithmeticGradients::sum);
        table.put("Mean", ArithmeticGradients::mean);
        table.put("Sub", ArithmeticGradients::sub);
        table.put("Mul", ArithmeticGradients::mul);
        table.put("Div", ArithmeticGradients::div);
        table.put("Pow", ArithmeticGradients::pow);
        table.put("Max", g -> extreme(g, "GreaterOrEqual", "Less"));
        table.put("Min", g -> extreme(g, "LessOrEqual", "Greater"));
        table.put("Where", ArithmeticGradients::where);
        table.put("Neg", g -> g.give(0, g.out().op("Neg", g.dy())));
        table.put("Sqrt", g -> g.give(0, g.out().div(g.out().mul(g.dy(), 0.5f), g.y())));
        table.put("Reciprocal", g -> {
            String square = g.out().mul(g.y(), g.y());
            g.give(0, g.out().op("Neg", g.out().mul(g.dy(), square)));
        });
        table.put("Exp", g -> g.give(0, g.out().mul(g.dy(), g.y())));
        table.put("Log", g -> g.give(0, g.out().div(g.dy(), g.x())));
        table.put("Abs", ArithmeticGradients::abs);
        table.put("Sin", g -> g.give(0, g.out().mul(g.dy(), g.out().op("Cos", g.x()))));
        table.put("Cos", g -> {
            String sine = g.out().op("Sin", g.x());
            g.give(0, g.out().op("Neg", g.out().mul(g.dy(), sine)));
        });
        table.put("Erf", ArithmeticGradients::erf);
    }

    private static void sum(NodeGradient g) {
        for (int i = 0; i < g.node().inputs().size(); i++) {
            if (g.wants(i)) {
                g.give(i, g.unbroadcast(g.dy(), g.input(i)));
            }
        }
    }

    private static void mean(NodeGradient g) {
        int count = g.node().inputs().size();
        String share = g.out().mul(g.dy(), 1f / count);
        for (int i = 0; i < count; i++) {
            if (g.wants(i)) {
                g.give(i, g.unbroadcast(share, g.input(i)));
            }
        }
    }

    private static void sub(NodeGradient g) {
        if (g.wants(0)) {
            g.give(0, g.unbroadcast(g.dy(), g.input(0)));
        }
        if (g.wants(1)) {
            g.give(1, g.out().op("Neg", g.unbroadcast(g.dy(), g.input(1))));
        }
    }

    private static void mul(NodeGradient g) {
        for (int i = 0; i < 2; i++) {
            if (g.wants(i)) {
                g.give(i, g.unbroadcast(g.out().mul(g.dy(), g.input(1 - i)), g.input(i)));
            }
        }
    }

    private static void div(NodeGradient g) {
        GraphEmitter out = g.out();
        String quotient = out.div(g.dy(), g.input(1));
        if (g.wants(0)) {
            g.give(0, g.unbroadcast(quotient, g.input(0)));
        }
        if (g.wants(1)) {
            g.give(1, out.op("Neg", g.unbroadcast(out.mul(quotient, g.y()), g.input(1))));
        }
    }

    private static void pow(NodeGradient g) {
        OnnxTensor exponent = g.graph().constant(g.input(1));
        if (exponent == null || exponent.elements() != 1 || g.wants(1)) {
            throw g.refuse("its exponent is not one constant number");
        }
        float p = OnnxFloats.floats(exponent)[0];
        GraphEmitter out = g.out();
        String slope = p == 2 ? out.mul(g.x(), 2) : p == 1 ? null : out.mul(out.op("Pow", g.x(), out.scalar(p - 1)), p);
        g.give(0, slope == null ? g.dy() : out.mul(g.dy(), slope));
    }

    /** Where two are equal the first counts. */
    private static void extreme(NodeGradient g, String first, String second) {
        int count = g.node().inputs().size();
        if (count > 2) {
            throw g.refuse("it compares (" + count + ") values; two are supported");
        }
        if (count == 1) {
            g.give(0, g.dy());
            return;
        }
        for (int i = 0; i < 2; i++) {
            if (g.wants(i)) {
                String mask = g.out().mask(i == 0 ? first : second, g.input(0), g.input(1));
                g.give(i, g.unbroadcast(g.out().mul(g.dy(), mask), g.input(i)));
            }
        }
    }

    private static void where(NodeGradient g) {
        String zero = g.out().scalar(0);
        if (g.wants(1)) {
            g.give(1, g.unbroadcast(g.out().op("Where", g.input(0), g.dy(), zero), g.input(1)));
        }
        if (g.wants(2)) {
            g.give(2, g.unbroadcast(g.out().op("Where", g.input(0), zero, g.dy()), g.input(2)));
        }
    }

    private static void abs(NodeGradient g) {
        String zero = g.out().scalar(0);
        String sign = g.out().sub(g.out().mask("Greater", g.x(), zero), g.out().mask("Less", g.x(), zero));
        g.give(0, g.out().mul(g.dy(), sign));
    }

    private static void erf(NodeGradient g) {
        String bell = g.out().op("Exp", g.out().op("Neg", g.out().mul(g.x(), g.x())));
        g.give(0, g.out().mul(g.dy(), g.out().mul(bell, (float) (2 / Math.sqrt(Math.PI)))));
    }
}
