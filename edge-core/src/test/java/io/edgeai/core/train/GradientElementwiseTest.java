package io.edgeai.core.train;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxNode;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arithmetic with broadcasting and activations against central differences in doubles. */
class GradientElementwiseTest {
    private static final long[][] PAIRS = {
        {2, 3, 4}, {2, 3, 4}, {2, 3, 4}, {4}, {2, 3, 4}, {1, 3, 1}, {2, 3, 4}, {3, 1}, {2, 3, 1}, {2, 1, 5}
    };

    @ParameterizedTest
    @ValueSource(strings = {"Add", "Sub", "Mul", "Div", "Max", "Min", "Sum", "Mean"})
    void pairsBroadcast(String op) {
        for (int i = 0; i < PAIRS.length; i += 2) {
            for (boolean free : new boolean[] {false, true}) {
                GradientCheck check = new GradientCheck(i, free);
                DoubleUnaryOperator apart = op.equals("Div") ? v -> Math.signum(v) * (Math.abs(v) + 0.7) : v -> v;
                String a = check.value("a", PAIRS[i]);
                String b = PAIRS[i + 1].length == 3 && PAIRS[i + 1][0] == 2
                        ? check.value("b", apart, PAIRS[i + 1])
                        : constant(check, apart, PAIRS[i + 1]);
                check.b.node(op, "y", a, b);
                check.verify("y");
            }
        }
    }

    private static String constant(GradientCheck check, DoubleUnaryOperator map, long... dims) {
        check.weight("b", dims);
        float[] values = check.b.graph().initializers().get("b").floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) map.applyAsDouble(values[i]);
        }
        check.b.constant("b", OnnxTensor.ofFloats(values, dims));
        return "b";
    }

    @Test
    void aNarrowFirstOperandIsSummed() {
        for (String op : new String[] {"Sub", "Mul", "Div", "Add"}) {
            GradientCheck check = new GradientCheck(5, false);
            check.b.node(op, "y", check.weight("a", 3, 1), check.value("b", v -> Math.exp(v / 2), 2, 3, 4));
            check.verify("y");
        }
    }

    @Test
    void threeSummandsAndOneMaximum() {
        GradientCheck check = new GradientCheck(6, true);
        String a = check.value("a", 2, 3);
        check.b.node("Sum", "s", a, check.weight("b", 3), check.weight("c", 1, 1));
        check.b.node("Max", "m", "s");
        check.b.node("Mean", "y", "m", a, "s");
        check.verify("y");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Relu",
                "LeakyRelu",
                "ThresholdedRelu",
                "Sigmoid",
                "Tanh",
                "Elu",
                "Selu",
                "Celu",
                "Softplus",
                "Softsign",
                "HardSigmoid",
                "HardSwish",
                "Erf",
                "Abs",
                "Neg",
                "Sin",
                "Cos",
                "Exp",
                "Identity"
            })
    void functionsOfOneNumber(String op) {
        for (int seed = 0; seed < 4; seed++) {
            GradientCheck check = new GradientCheck(seed, seed % 2 == 1);
            String x = check.value("x", v -> 2 * v, 3, 5, 7);
            OnnxNode node = check.b.node(op, "y", x);
            if (seed >= 2
                    && (op.equals("LeakyRelu") || op.equals("Elu") || op.equals("Celu") || op.equals("HardSigmoid"))) {
                node.attribute("alpha", 0.35f);
            }
            if (op.equals("ThresholdedRelu")) {
                node.attribute("alpha", 0.35f);
            }
            check.verify("y");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sqrt", "Log", "Reciprocal"})
    void functionsOfPositiveNumbers(String op) {
        for (int seed = 0; seed < 2; seed++) {
            GradientCheck check = new GradientCheck(seed, seed == 1);
            check.b.node(op, "y", check.value("x", v -> Math.exp(v / 2), 3, 5));
            check.verify("y");
        }
    }

    @ParameterizedTest
    @CsvSource({"2", "3", "1", "0.5", "-1.5", "4"})
    void constantPowers(float exponent) {
        GradientCheck check = new GradientCheck(1, true);
        check.b.constant("p", OnnxTensor.scalar(exponent));
        check.b.node("Pow", "y", check.value("x", v -> Math.exp(v / 2), 3, 5), "p");
        check.verify("y");
    }

    @Test
    void squaresOfNegativeNumbers() {
        GradientCheck check = new GradientCheck(1, true);
        check.b.constant("p", OnnxTensor.scalar(2f));
        check.b.node("Pow", "y", check.value("x", 3, 5), "p");
        check.verify("y");
    }

    @Test
    void preluTrainsItsSlopes() {
        for (long[] slope : new long[][] {{3, 1, 1}, {1}, {1, 3, 4, 5}}) {
            GradientCheck check = new GradientCheck(slope.length, true);
            check.b.node("PRelu", "y", check.value("x", 2, 3, 4, 5), check.weight("slope", slope));
            check.verify("y");
        }
    }

    @Test
    void clipPassesInsideItsBounds() {
        for (int bounds = 0; bounds < 4; bounds++) {
            GradientCheck check = new GradientCheck(bounds, bounds % 2 == 0);
            check.b.constant("low", OnnxTensor.scalar(-0.5f)).constant("high", OnnxTensor.scalar(1.2f));
            String low = bounds % 2 == 0 ? "low" : "";
            String[] inputs = bounds < 2
                    ? new String[] {check.value("x", 3, 5, 2), low, "high"}
                    : new String[] {check.value("x", 3, 5, 2), low};
            check.b.node("Clip", "y", inputs);
            check.verify("y");
        }
    }

    @Test
    void whereSendsTheGradientToTheChosenSide() {
        GradientCheck check = new GradientCheck(3, false);
        check.b.constant("c", OnnxTensor.ofBytes(ElementType.BOOL, new byte[] {1, 0, 0, 1, 0, 1}, 2, 3));
        check.b.node("Where", "y", "c", check.value("a", 2, 3), check.weight("b", 3));
        check.verify("y");
    }

    @Test
    void geluInBothFormsAndAsPattern() {
        for (String form : new String[] {"none", "tanh"}) {
            GradientCheck check = new GradientCheck(20, 4, true);
            check.b.node("Gelu", "y", check.value("x", v -> 2 * v, 3, 11)).attribute("approximate", form);
            check.verify("y");
        }
        GradientCheck check = new GradientCheck(5, true);
        check.b.constant("root", OnnxTensor.scalar((float) Math.sqrt(2))).constant("one", OnnxTensor.scalar(1f));
        check.b.constant("half", OnnxTensor.scalar(0.5f));
        String x = check.value("x", v -> 2 * v, 3, 11);
        check.b.node("Div", "d", x, "root");
        check.b.node("Erf", "e", "d");
        check.b.node("Add", "a", "e", "one");
        check.b.node("Mul", "m", x, "a");
        check.b.node("Mul", "y", "m", "half");
        check.verify("y");
    }

    @Test
    void mishOfSetEighteen() {
        GradientCheck check = new GradientCheck(18, 4, true);
        check.b.node("Mish", "y", check.value("x", v -> 2 * v, 3, 11));
        check.verify("y");
    }

    @Test
    void castToTheSameTypeIsPassed() {
        GradientCheck check = new GradientCheck(4, true);
        check.b.node("Cast", "y", check.value("x", 3, 2)).attribute("to", new OnnxAttribute.OfInt(1));
        check.verify("y");
    }
}
