package io.edgeai.core.onnx.shape;

import io.edgeai.core.model.ElementType;
import io.edgeai.core.onnx.OnnxAttribute;
import io.edgeai.core.onnx.OnnxTensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Operators that make tensors from attributes and from shapes. */
final class ConstantRules {
    private ConstantRules() {}

    static void register(Map<String, Rule> table) {
        table.put("Constant", ConstantRules::constant);
        table.put("ConstantOfShape", ConstantRules::filled);
        table.put("Shape", ConstantRules::shape);
        table.put("Size", ConstantRules::size);
        table.put("Range", ConstantRules::range);
        table.put("EyeLike", op -> op.out(op.in(0).withElement(op.elementAttribute("dtype", op.element(0)))));
        Rules.put(table, "", ConstantRules::random, "RandomNormal", "RandomUniform");
        Rules.put(
                table,
                "",
                op -> op.out(op.in(0).withElement(op.elementAttribute("dtype", op.element(0)))),
                "RandomNormalLike",
                "RandomUniformLike");
        table.put(
                "Multinomial",
                op -> op.out(Fact.tensor(
                        op.elementAttribute("dtype", ElementType.INT32),
                        List.of(op.in(0).dim(0), Term.of(op.attribute("sample_size", 1))))));
    }

    private static void constant(Op op) {
        Map<String, OnnxAttribute> attributes = op.node().attributes();
        for (Map.Entry<String, OnnxAttribute> attribute : attributes.entrySet()) {
            Fact fact = fact(attribute.getKey(), attribute.getValue());
            if (fact != null) {
                op.out(fact);
                return;
            }
        }
    }

    private static @Nullable Fact fact(String key, OnnxAttribute value) {
        return switch (key) {
            case "value" -> value instanceof OnnxAttribute.OfTensor tensor ? Fact.of(tensor.value()) : null;
            case "value_int" ->
                value instanceof OnnxAttribute.OfInt one
                        ? Fact.tensor(ElementType.INT64).withData(List.of(Term.of(one.value())))
                        : null;
            case "value_ints" ->
                value instanceof OnnxAttribute.OfInts many
                        ? Fact.ofData(
                                ElementType.INT64,
                                many.values().stream().map(Term::of).toList())
                        : null;
            case "value_float" ->
                value instanceof OnnxAttribute.OfFloat one
                        ? Fact.tensor(ElementType.FLOAT).withData(List.of(Term.of((double) one.value())))
                        : null;
            case "value_floats" ->
                value instanceof OnnxAttribute.OfFloats many
                        ? Fact.ofData(
                                ElementType.FLOAT,
                                many.values().stream()
                                        .map(each -> Term.of(each.doubleValue()))
                                        .toList())
                        : null;
            case "value_string" -> Fact.tensor(ElementType.STRING);
            case "value_strings" ->
                value instanceof OnnxAttribute.OfStrings many
                        ? Fact.tensor(ElementType.STRING, many.values().size())
                        : null;
            default -> null;
        };
    }

    private static void filled(Op op) {
        OnnxTensor value = op.node().tensorAttribute("value");
        List<Term> dims = op.in(0).data();
        ElementType element = value == null ? ElementType.FLOAT : value.type();
        if (dims == null) {
            Term rank = op.in(0).dim(0);
            op.out(Fact.tensor(element, rank.exact() ? Op.unknownDims(rank.or(-1)) : null));
            return;
        }
        Fact out = Fact.tensor(element, dims);
        Term each = value == null ? Term.ZERO : Fact.of(value).single();
        long[] sizes = out.sizes();
        if (sizes != null && Arrays.stream(sizes).anyMatch(size -> size < 0)) {
            throw new Contradiction("shape " + Arrays.toString(sizes) + " is negative");
        }
        boolean followed = sizes != null && each != Term.UNKNOWN && Elements.count(sizes) <= Fact.MOST_DATA;
        op.out(followed && sizes != null ? out.withData(Collections.nCopies((int) Elements.count(sizes), each)) : out);
    }

    private static void shape(Op op) {
        List<Term> dims = op.in(0).dims();
        if (dims == null) {
            op.out(Fact.tensor(ElementType.INT64, Op.unknownDims(1)));
            return;
        }
        int rank = dims.size();
        int start = bound(op.attribute("start", 0), rank);
        int end = bound(op.attribute("end", rank), rank);
        op.out(Fact.ofData(ElementType.INT64, dims.subList(start, Math.max(start, end))));
    }

    private static int bound(long given, int rank) {
        long positive = given < 0 ? given + rank : given;
        return (int) Math.max(0, Math.min(rank, positive));
    }

    private static void size(Op op) {
        List<Term> dims = op.in(0).dims();
        op.out(Fact.tensor(ElementType.INT64).withData(List.of(dims == null ? Term.UNKNOWN : Term.product(dims))));
    }

    private static void range(Op op) {
        ElementType element = op.element(0);
        Term start = op.in(0).single();
        Term limit = op.in(1).single();
        Term delta = op.in(2).single();
        boolean constants = !Double.isNaN(start.real() + limit.real() + delta.real());
        if (constants && delta.real() != 0) {
            double count = Math.max(0, Math.ceil((limit.real() - start.real()) / delta.real()));
            Fact out = Fact.tensor(element, List.of(Term.of(count)));
            boolean whole = start.exact() && delta.exact() && count <= Fact.MOST_DATA;
            op.out(
                    whole
                            ? out.withData(LongStream.range(0, (long) count)
                                    .mapToObj(i -> Term.of(start.or(0) + i * delta.or(1)))
                                    .toList())
                            : out);
        } else {
            op.out(Fact.tensor(element, List.of(delta.is(1) ? limit.minus(start) : Term.UNKNOWN)));
        }
    }

    private static void random(Op op) {
        long[] shape = op.attributes("shape");
        ElementType element = op.elementAttribute("dtype", ElementType.FLOAT);
        op.out(shape == null ? Fact.tensor(element, (List<Term>) null) : Fact.tensor(element, shape));
    }
}
