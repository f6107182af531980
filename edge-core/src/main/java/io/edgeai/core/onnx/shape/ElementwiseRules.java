package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Operators that work element by element, with broadcasting; the numbers of small tensors are followed. */
final class ElementwiseRules {
    private static final int FIRST_NUMPY_BROADCAST = 7;

    private ElementwiseRules() {}

    static void register(Map<String, Rule> table) {
        Rules.put(table, "", ElementwiseRules::same, SAME);
        Rules.put(table, "", op -> op.out(op.in(0).withElement(ElementType.BOOL)), "IsNaN", "IsInf");
        for (Arithmetic.Unary unary : Arithmetic.Unary.values()) {
            table.put(unary.operator(), op -> unary(op, unary));
        }
        for (Arithmetic.Binary binary : Arithmetic.Binary.values()) {
            table.put(binary.operator(), op -> binary(op, binary));
        }
        Rules.put(table, "", ElementwiseRules::plainBinary, "BitShift", "BitwiseAnd", "BitwiseOr", "BitwiseXor");
        Rules.put(table, "", ElementwiseRules::variadic, "Sum", "Max", "Min", "Mean");
        table.put("Where", ElementwiseRules::where);
        table.put("Cast", ElementwiseRules::cast);
        table.put("CastLike", op -> converted(op, op.element(1)));
        table.put("Dropout", ElementwiseRules::dropout);
        table.put("Bernoulli", op -> op.out(op.in(0).withElement(op.elementAttribute("dtype", op.element(0)))));
    }

    private static final String[] SAME = {
        "Acos",
        "Acosh",
        "Affine",
        "Asin",
        "Asinh",
        "Atan",
        "Atanh",
        "BitwiseNot",
        "Celu",
        "Clip",
        "Cos",
        "Cosh",
        "CumProd",
        "CumSum",
        "Elu",
        "Erf",
        "Exp",
        "Gelu",
        "HardSigmoid",
        "HardSwish",
        "Hardmax",
        "ImageScaler",
        "LeakyRelu",
        "Log",
        "LogSoftmax",
        "Mish",
        "PRelu",
        "ParametricSoftplus",
        "Reciprocal",
        "Relu",
        "ReverseSequence",
        "Scale",
        "ScaledTanh",
        "Selu",
        "Shrink",
        "Sigmoid",
        "Sign",
        "Sin",
        "Sinh",
        "Softmax",
        "Softplus",
        "Softsign",
        "Swish",
        "Tan",
        "Tanh",
        "ThresholdedRelu",
        "Trilu"
    };

    static void same(Op op) {
        op.out(op.in(0).withData(null));
    }

    private static void unary(Op op, Arithmetic.Unary unary) {
        Fact x = op.in(0);
        List<Term> data = x.data();
        op.out(
                data == null || unary == Arithmetic.Unary.IDENTITY
                        ? x
                        : x.withData(data.stream()
                                .map(term -> held(unary.apply(term), x.element()))
                                .toList()));
    }

    private static void binary(Op op, Arithmetic.Binary binary) {
        Fact a = op.in(0);
        Fact b = op.in(1);
        ElementType element = a.element() == null && binary != Arithmetic.Binary.POW ? b.element() : a.element();
        ElementType result = binary.logical() ? ElementType.BOOL : element;
        if (op.opset() < FIRST_NUMPY_BROADCAST) {
            op.out(Fact.tensor(result, a.dims()));
            return;
        }
        Fact out = Fact.tensor(result, Op.broadcast(a.dims(), b.dims()));
        boolean fmod = binary == Arithmetic.Binary.MOD && op.attribute("fmod", 0) != 0;
        op.out(out.withData(Elements.combine(
                out,
                List.of(a, b),
                terms -> held(
                        fmod
                                ? Arithmetic.remainder(terms.get(0), terms.get(1))
                                : binary.apply(terms.get(0), terms.get(1), whole(element)),
                        result))));
    }

    private static Term held(Term term, @Nullable ElementType element) {
        return element == null ? term : Arithmetic.convert(term, element);
    }

    private static boolean whole(@Nullable ElementType element) {
        return element == ElementType.INT64 || element == ElementType.INT32 || element == ElementType.BOOL;
    }

    private static void plainBinary(Op op) {
        op.out(Fact.tensor(op.element(0), Op.broadcast(op.in(0).dims(), op.in(1).dims())));
    }

    private static void variadic(Op op) {
        List<Term> dims = op.in(0).dims();
        for (int i = 1; i < op.inputs(); i++) {
            dims = Op.broadcast(dims, op.in(i).dims());
        }
        Fact out = Fact.tensor(op.element(0), dims);
        List<Fact> inputs = java.util.stream.IntStream.range(0, op.inputs())
                .mapToObj(op::in)
                .toList();
        String operator = op.node().op();
        op.out(out.withData(
                Elements.combine(out, inputs, terms -> held(Arithmetic.fold(operator, terms), out.element()))));
    }

    private static void where(Op op) {
        Fact condition = op.in(0);
        Fact then = op.in(1);
        Fact otherwise = op.in(2);
        Fact out = Fact.tensor(
                then.element() == null ? otherwise.element() : then.element(),
                Op.broadcast(condition.dims(), Op.broadcast(then.dims(), otherwise.dims())));
        op.out(out.withData(Elements.combine(
                out,
                List.of(condition, then, otherwise),
                terms -> terms.get(0).exact()
                        ? terms.get(terms.get(0).is(0) ? 2 : 1)
                        : Term.same(terms.get(1), terms.get(2)) ? terms.get(1) : Term.UNKNOWN)));
    }

    private static void cast(Op op) {
        if (op.opset() < 6) {
            try {
                converted(op, ElementType.valueOf(op.attribute("to", "")));
            } catch (IllegalArgumentException e) {
                throw new Contradiction("element type (" + op.attribute("to", "") + ") is unknown");
            }
            return;
        }
        converted(op, op.elementAttribute("to", null));
    }

    private static void converted(Op op, @Nullable ElementType to) {
        Fact x = op.in(0);
        List<Term> data = x.data();
        op.out(x.withElement(to)
                .withData(
                        data == null || to == null
                                ? null
                                : data.stream()
                                        .map(term -> Arithmetic.convert(term, to))
                                        .toList()));
    }

    private static void dropout(Op op) {
        op.out(op.in(0));
        op.out(1, op.in(0).withElement(op.opset() < 10 ? op.element(0) : ElementType.BOOL));
    }
}
